import type { CallerIdentity, InstanceProfile, NetworkSubnet, Permission, SecurityGroup } from "../account/ports.js";
import { findImage } from "../cluster/launch/image.js";
import { findPlacements, type Placement } from "../cluster/launch/placements.js";
import type { Listing } from "../cluster/list.js";
import { planLaunch } from "../cluster/plan-launch.js";
import type { DoctorParts } from "./context.js";
import { bucketOf, imageObject } from "./policy/actions.js";

/** A type is chosen as for an alloc of this size. */
const PLAIN_NEED = { cpu: 1 };

/** What several checks look at: each is looked up when it is first wanted, and once. Methods throw what the look-up throws. */
export class Lookups {
  private readonly found = new Map<string, Promise<unknown>>();

  /** @param signal ends all look-ups */
  constructor(
    private readonly parts: DoctorParts,
    private readonly signal: AbortSignal,
  ) {}

  identity(): Promise<CallerIdentity> {
    return this.once("identity", async () => {
      const { account } = await this.parts.place();
      return account.identity(this.signal);
    });
  }

  /** The type that a plain need would launch; undefined where the configuration allows none. */
  instanceType(): Promise<string | undefined> {
    return this.once("type", async () => {
      const { core } = await this.parts.place();
      const settings = { ...core.settings, maxHourlyUsd: Infinity };
      try {
        return planLaunch({ settings, catalog: core.catalog }, PLAIN_NEED, {}).instanceType;
      } catch {
        // The check of the user-data says why.
        return undefined;
      }
    });
  }

  /** The image of launches. */
  image(): Promise<string> {
    return this.once("image", async () => {
      const { core } = await this.parts.place();
      return (await findImage(core, (await this.instanceType()) ?? "", this.signal)).id;
    });
  }

  placements(): Promise<readonly Placement[]> {
    return this.once("placements", async () => findPlacements((await this.parts.place()).core, this.signal));
  }

  /** The subnets that launches may go to, in whatever zone, with their routes: those named, else those of the default VPC. */
  subnets(): Promise<readonly NetworkSubnet[]> {
    return this.once("subnets", async () => {
      const { account, core } = await this.parts.place();
      const { subnetIds: ids } = core.settings.launch;
      if (ids.length > 0) return account.subnets({ ids }, this.signal);
      const [vpc] = await account.vpcs("default", this.signal);
      if (vpc === undefined) return [];
      const subnets = await account.subnets({ vpcId: vpc.id }, this.signal);
      return subnets.filter(({ isDefaultForZone }) => isDefaultForZone);
    });
  }

  /** The configured group; undefined where there is none of the id. */
  securityGroup(): Promise<SecurityGroup | undefined> {
    return this.once("group", async () => {
      const { securityGroup } = this.parts.config.cluster;
      if (securityGroup === undefined) return undefined;
      const { account } = await this.parts.place();
      return (await account.securityGroups({ ids: [securityGroup] }, this.signal))[0];
    });
  }

  profile(): Promise<InstanceProfile | undefined> {
    return this.once("profile", async () => {
      const { instanceProfile } = this.parts.config.cluster;
      if (instanceProfile === undefined) return undefined;
      return (await this.parts.place()).account.instanceProfile(instanceProfile, this.signal);
    });
  }

  /** What dry runs name: the very things that launches would. */
  aboutLaunch(): Promise<Readonly<Record<string, string>>> {
    return this.once("about", async () => {
      const { cluster, own, ...config } = this.parts.config;
      const [imageId, instanceType, instanceId] = await Promise.all([
        // One that is not there is told by its own check, and permission is judged before.
        cluster.ami ?? this.image().catch(() => undefined),
        this.instanceType().catch(() => undefined),
        // Conditions on tags hold for instances that are there.
        this.listing().then(
          ({ members }) => members[0]?.id,
          () => undefined,
        ),
      ]);
      const object = imageObject(own.image);
      const about = {
        imageId,
        instanceType,
        instanceId,
        market: cluster.spot ? "spot" : "on-demand",
        subnetId: cluster.subnets[0],
        securityGroupId: cluster.securityGroup,
        keyName: cluster.keyName,
        instanceProfile: cluster.instanceProfile,
        bucket: object?.bucket ?? bucketOf({ cluster, own, ...config }),
        key: object?.key,
      };
      const known = Object.entries(about).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return Object.fromEntries(known);
    });
  }

  /** What AWS says to the dry run of a launch. */
  launchPermission(): Promise<Permission> {
    return this.once("launch", async () => {
      const { account } = await this.parts.place();
      const about = await this.aboutLaunch();
      if (about["imageId"] === undefined) return { kind: "unknown", problem: "because of image" };
      return account.mayCall({ action: "ec2:RunInstances", about }, this.signal);
    });
  }

  listing(): Promise<Listing> {
    return this.once("listing", async () => (await this.parts.place()).list(this.signal));
  }

  private once<T>(what: string, find: () => Promise<T>): Promise<T> {
    const known = this.found.get(what) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const finding = find();
    // Whoever waits for it hears of it; nobody need.
    finding.catch(() => undefined);
    this.found.set(what, finding);
    return finding;
  }
}

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  type Instance,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { clusterSettings } from "../../../src/compose/settings.js";
import { userDataMaker } from "../../../src/compose/user-data.js";
import { loadConfig } from "../../../src/config/load-config.js";
import type { ReflowConfig } from "../../../src/config/model.js";
import { systemClock } from "../../../src/lib/clock.js";
import { BootstrapClient } from "../../../src/pool/bootstrap-client.js";
import { readAuthorityFile, type Authority } from "../../../src/tls/authority.js";
import { issueCertificate } from "../../../src/tls/issue.js";
import { createMutualTlsTransport } from "../../../src/tls/transport.js";
import { launchPlainly, type E2eSandbox } from "./sandbox.js";

/** What the driver launches. */
const TYPE = "c6a.large";

/** Where the reflowlet or bootstrap of an instance listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * A Reflow driver beside reflow-ec2: it has the same configuration and authority, calls EC2 by a plain AWS client, and
 * tags what it launches as Reflow does. It knows nothing of our own tags.
 */
export class Driver {
  private constructor(
    private readonly sandbox: E2eSandbox,
    readonly config: ReflowConfig,
    readonly authority: Authority,
  ) {}

  /** A driver with the sandbox's ready-made configuration. */
  static async of(sandbox: E2eSandbox): Promise<Driver> {
    const { config: source } = sandbox.status;
    const text = await readFile(source, "utf8");
    const config = loadConfig(text, { source, home: sandbox.user.home, login: "", env: {}, flags: {} });
    if (config.authority.kind !== "file") throw new Error("the ready-made configuration names no authority file");
    return new Driver(sandbox, config, await readAuthorityFile(config.authority.path));
  }

  /** The tags of a member of a cluster, as a driver of 2023 sets them when it launches. */
  tags(cluster: string): Readonly<Record<string, string>> {
    const { user } = this.config;
    return { Name: `${user} (reflow)`, cluster, managedby: "reflow", user };
  }

  /** Launches one instance with the tags; gives its id. */
  launch(tags: Readonly<Record<string, string>>, input: Partial<RunInstancesCommandInput> = {}): Promise<string> {
    const { ami, securityGroup, instanceProfile } = this.config.cluster;
    return launchPlainly(this.sandbox.ec2, {
      ...(ami !== undefined && { ImageId: ami }),
      ...(securityGroup !== undefined && { SecurityGroupIds: [securityGroup] }),
      ...(instanceProfile !== undefined && { IamInstanceProfile: { Arn: instanceProfile } }),
      TagSpecifications: [
        { ResourceType: "instance", Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
      ...input,
    });
  }

  /**
   * User-data of reflow-ec2 for what `launchWith` launches. The authority that is sealed into it need not be the
   * cluster's; past `usableWithinMs` the machine powers itself off if it has no reflowlet.
   */
  async userData(change: { readonly authority?: Authority; readonly usableWithinMs?: number } = {}): Promise<string> {
    const { config } = this;
    const { authority = this.authority, usableWithinMs = 600_000 } = change;
    const make = userDataMaker(config, {
      authority,
      region: this.sandbox.status.region,
      credentials: async () => config.sealedCredentials ?? Promise.reject(new Error("no credentials are sealed")),
    });
    return make({
      instanceType: TYPE,
      market: "on-demand",
      usableWithinMs,
      endsThen: false,
      dataVolumes: this.volumes().length - 1,
      ebsNvme: true,
      registryLogin: undefined,
    });
  }

  /** Launches a member of a cluster with user-data and the volumes that it counts on. */
  launchWith(userData: string, cluster: string): Promise<string> {
    return this.launch(this.tags(cluster), {
      InstanceType: TYPE,
      UserData: userData,
      InstanceInitiatedShutdownBehavior: "terminate",
      MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 2 },
      BlockDeviceMappings: this.volumes().map(({ deviceName, type, sizeGiB }) => ({
        DeviceName: deviceName,
        Ebs: { VolumeType: type as "gp3", VolumeSize: sizeGiB, DeleteOnTermination: true },
      })),
    });
  }

  private volumes(): ReturnType<ReturnType<typeof clusterSettings>["launch"]["volumesFor"]> {
    const { region } = this.sandbox.status;
    return clusterSettings(this.config, region, this.config.version ?? "").launch.volumesFor(TYPE);
  }

  /**
   * Installs the reflowlet, as soon as the bootstrap answers.
   * @throws what the last try threw, when `limitMs` have passed.
   */
  async install(id: string, limitMs: number): Promise<void> {
    const nowMs = systemClock.nowMs();
    const clientCertificate = await issueCertificate(this.authority, { nowMs, key: "p256" });
    const transport = createMutualTlsTransport({ authority: this.authority, clientCertificate, clock: systemClock });
    const bootstrap = new BootstrapClient(transport, await this.addressOf(id));
    const untilMs = performance.now() + limitMs;
    try {
      for (;;) {
        try {
          await bootstrap.status();
          break;
        } catch (error) {
          if (performance.now() > untilMs) throw error;
          await pause(100);
        }
      }
      await bootstrap.execimage({
        path: this.config.own.image ?? "",
        name: "reflowlet",
        args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
      });
    } finally {
      transport.close();
    }
  }

  /** Waits until the reflowlet of an instance has tagged it, which makes it a member. */
  async untilTagged(id: string): Promise<void> {
    const isTagged = async (): Promise<boolean> =>
      (await this.describe(id))?.Tags?.some(({ Key }) => Key === "reflowlet:version") ?? false;
    while (!(await isTagged())) await pause(100);
  }

  /** What an instance has written to its console. */
  async console(id: string): Promise<string> {
    const answer = await this.sandbox.ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }));
    return Buffer.from(answer.Output ?? "", "base64").toString();
  }

  /** Waits until an instance runs; gives the address of its reflowlet, whether there is one or not. */
  async addressOf(id: string): Promise<Address> {
    for (;;) {
      const instance = await this.describe(id);
      if (instance?.State?.Name === "running" && instance.PublicDnsName) {
        const port = instance.Tags?.find(({ Key }) => Key === "reflow-ec2:port")?.Value;
        return { host: instance.PublicDnsName, port: Number(port ?? 9000) };
      }
      await pause(100);
    }
  }

  /** What EC2 knows of an instance. */
  async describe(id: string): Promise<Instance | undefined> {
    const answer = await this.sandbox.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return answer.Reservations?.[0]?.Instances?.[0];
  }
}

import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { LaunchRoom } from "../scenario/launch-rules.js";
import type { Account, RememberedLaunch } from "./account.js";
import type { Action, Ec2 } from "./action.js";
import { newId } from "./ids.js";
import { instanceAnswer, reservationAnswer } from "./instance-answer.js";
import { launchInstance } from "./launch-instance.js";
import { readLaunch, type LaunchOrder } from "./launch-request.js";
import { defaultSubnets, noDefaultVpc } from "./placement.js";
import type { InstanceRecord, SubnetRecord } from "./records.js";

/** EC2's limit of a client token, in ASCII characters. */
const LONGEST_TOKEN = 64;

/** Launches instances; all of one call are in one zone. */
export const runInstances: Action = {
  parameters: [
    "BlockDeviceMapping",
    "ClientToken",
    "CreditSpecification",
    "DisableApiStop",
    "DisableApiTermination",
    "EbsOptimized",
    "IamInstanceProfile",
    "ImageId",
    "InstanceInitiatedShutdownBehavior",
    "InstanceMarketOptions",
    "InstanceType",
    "KeyName",
    "MaintenanceOptions",
    "MaxCount",
    "MetadataOptions",
    "MinCount",
    "Monitoring",
    "NetworkInterface",
    "Placement",
    "PrivateDnsNameOptions",
    "SecurityGroup",
    "SecurityGroupId",
    "SubnetId",
    "TagSpecification",
    "UserData",
  ],
  plan(parameters, ec2) {
    const order = readLaunch(parameters, ec2);
    const token = readToken(parameters, order);
    const earlier = token === undefined ? undefined : ec2.account.launches.get(token.key);
    if (earlier !== undefined && token !== undefined) {
      const instances = repeatLaunch(earlier, token.fingerprint, ec2);
      return () => answer(instances, ec2);
    }
    const room = findRoom(order, parameters.boolean("DryRun") ?? false, ec2);
    return () => {
      const instances = launch(order, room, token?.text, ec2);
      if (token !== undefined) {
        const instanceIds = instances.map(({ id }) => id);
        ec2.account.launches.set(token.key, { fingerprint: token.fingerprint, instanceIds });
      }
      return answer(instances, ec2);
    };
  },
};

interface Token {
  readonly text: string;
  /** With the zone or region where it counts: one token in two zones launches twice. */
  readonly key: string;
  readonly fingerprint: string;
}

function readToken(parameters: Parameters, order: LaunchOrder): Token | undefined {
  const text = parameters.text("ClientToken");
  if (text === undefined) return undefined;
  if (text.length > LONGEST_TOKEN || !/^[\x20-\x7e]*$/.test(text)) {
    throw new Ec2ApiError("InvalidParameterValue", `ClientToken must be at most ${LONGEST_TOKEN} ASCII characters.`);
  }
  return {
    text,
    key: `${order.placement.subnet?.zone ?? "region"}/${text}`,
    fingerprint: parameters.fingerprint(new Set(["ClientToken", "DryRun"])),
  };
}

function repeatLaunch(earlier: RememberedLaunch, fingerprint: string, { account }: Ec2): readonly InstanceRecord[] {
  if (earlier.fingerprint !== fingerprint) {
    throw new Ec2ApiError(
      "IdempotentParameterMismatch",
      "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    );
  }
  const instances = earlier.instanceIds.flatMap((id) => account.instances.get(id) ?? []);
  if (instances.some(({ state }) => state === "terminated")) {
    throw new Ec2ApiError(
      "IdempotentInstanceTerminated",
      "The client token you have provided is associated with a resource that has been terminated. Please use a different client token.",
    );
  }
  return instances;
}

/** Where the request leaves the zone open, EC2 chooses one where most of it fits. */
function findRoom(order: LaunchOrder, dryRun: boolean, { account, scenario }: Ec2): LaunchRoom {
  const { subnet } = order.placement;
  const { type, market, least, most } = order;
  const zones = subnet === undefined ? defaultSubnets(account.content).map(({ zone }) => zone) : [subnet.zone];
  const wish = { type, ...market, zones, zoned: subnet !== undefined, least, most, dryRun };
  const room = scenario.now.launches.findRoom(wish, account);
  // A dry run says nothing of it, as of all that may be gone by the launch itself.
  if (!dryRun) checkAddresses(subnet ?? subnetOf(room.zone, { account }), room.count, account);
  return room;
}

function launch(
  order: LaunchOrder,
  { zone, count }: LaunchRoom,
  clientToken: string | undefined,
  ec2: Ec2,
): readonly InstanceRecord[] {
  const reservationId = newId("r", ec2.randomBytes);
  const subnet = order.placement.subnet ?? subnetOf(zone, ec2);
  const instances = Array.from({ length: count }, (_, launchIndex) =>
    launchInstance(order, { reservationId, launchIndex, subnet, clientToken: clientToken ?? "" }, ec2),
  );
  const pool = { type: order.type.type, zone: subnet.zone, market: order.market.market };
  ec2.scenario.now.launches.launched(pool, count);
  for (const instance of instances) ec2.power.switchOn(instance);
  return instances;
}

/** The default subnet of a zone. @throws Ec2ApiError when the account has none there. */
export function subnetOf(zone: string, { account }: Pick<Ec2, "account">): SubnetRecord {
  const subnet = defaultSubnets(account.content).find((candidate) => candidate.zone === zone);
  if (subnet === undefined) throw noDefaultVpc();
  return subnet;
}

/** @throws Ec2ApiError when the subnet has not enough free addresses. */
export function checkAddresses(subnet: SubnetRecord, count: number, account: Account): void {
  if (account.freeAddresses(subnet) >= count) return;
  throw new Ec2ApiError(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}

function answer(instances: readonly InstanceRecord[], ec2: Ec2): ReturnType<typeof reservationAnswer> {
  return reservationAnswer(
    instances[0]?.reservationId ?? "",
    instances.map((instance) => instanceAnswer(instance, ec2.account)),
  );
}

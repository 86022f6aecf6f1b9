import type { IngressRule, SecurityGroup, Vpc } from "../../account/ports.js";
import { isWorldOpen } from "../../account/world-open.js";
import type { Check } from "../check.js";
import { failure, type Finding, ok, skippedFor, warning } from "../finding.js";

/** Where bootstraps and reflowlets listen. */
const REFLOW_PORT = 9000;
const SSH_PORT = 22;

/** What the judgement of a group needs beside it. */
export interface GroupNeed {
  /** Where instances are launched. */
  readonly vpcIds: readonly string[];
  readonly vpc: Pick<Vpc, "cidrs"> | undefined;
  readonly isPrivate: boolean;
  /** A member has answered from here. */
  readonly memberAnswered: boolean;
}

/** The group is where instances are launched, and lets us reach them, and not everybody. */
export const securityGroup: Check = {
  name: "security-group",
  needs: ["configuration", "credentials", "endpoint"],
  consequence: "every launch is refused",
  async run({ config, look, place }, signal) {
    const id = config.cluster.securityGroup;
    if (id === undefined) return skippedFor("settings");
    const [group, subnets, listing] = await Promise.all([
      look.securityGroup(),
      look.subnets().catch(() => []),
      look.listing().catch(() => undefined),
    ]);
    if (group === undefined) {
      return failure(
        2,
        `there is no security group ${id} in the region`,
        "every launch is refused (InvalidGroup.NotFound): allocate ends with exit code 2",
        "`reflow-ec2 setup` finds or makes one and names it in the configuration",
      );
    }
    const { account } = await place();
    const [vpc] = await account.vpcs({ ids: [group.vpcId] }, signal).catch(() => []);
    return judgeGroup(group, {
      vpcIds: [...new Set(subnets.map(({ vpcId }) => vpcId))],
      vpc,
      isPrivate: config.own.address === "private",
      memberAnswered: listing?.members.some(({ health, state }) => health === "ready" && state === "running") ?? false,
    });
  },
};

/**
 * Whether a group lets instances be launched and reached. Our own address is not guessed: whether one of the rules is for it
 * only a member that answers can tell.
 */
export function judgeGroup(group: SecurityGroup, need: GroupNeed): Finding {
  const elsewhere = need.vpcIds.filter((id) => id !== group.vpcId);
  if (elsewhere.length > 0) {
    return failure(
      2,
      `${group.id} is of ${group.vpcId}, and instances are launched in ${elsewhere.join(", ")}`,
      "every launch is refused: a group holds for its own VPC only",
      "name subnets of that VPC with `ec2cluster: subnets`, or let `reflow-ec2 setup` find or make a group in the other",
    );
  }
  const sources = sourcesFor(group, REFLOW_PORT);
  const open = [REFLOW_PORT, SSH_PORT].filter((port) => rulesFor(group, port).some(isWorldOpen));
  if (open.length > 0) {
    return warning(
      `${group.id} lets everybody in, on ${open.length > 1 ? "ports" : "port"} ${open.join(" and ")}`,
      "the whole internet may knock at every instance: mutual TLS and keys alone keep it out",
      "`reflow-ec2 setup --close-world --cidr ADDRESS/32` takes these rules away and lets your own address in",
    );
  }
  if (need.memberAnswered) return ok(`${group.id}: a member answers on port ${REFLOW_PORT}`);
  const fix = "let your own address in: `reflow-ec2 setup --cidr ADDRESS/32`";
  const [first] = sources;
  if (first === undefined) {
    const summary = `${group.id} lets nobody but its own members in on port ${REFLOW_PORT}`;
    const consequence =
      "from elsewhere no reflowlet can be reached: an instance is launched, and given up after 15 minutes";
    return need.isPrivate ? warning(summary, consequence, fix) : failure(7, summary, consequence, fix);
  }
  const own = need.vpc?.cidrs ?? [];
  if (!need.isPrivate && sources.every((source) => own.includes(source))) {
    return warning(
      `${group.id} lets in on port ${REFLOW_PORT} from its own network only (${sources.join(", ")})`,
      "from outside of it no reflowlet can be reached: an instance is launched, and given up after 15 minutes",
      fix,
    );
  }
  return ok(`${group.id} in ${group.vpcId}: port ${REFLOW_PORT} is open to ${sources.join(", ")}`);
}

/** Who is let in on a port, without the group's own members. */
function sourcesFor(group: SecurityGroup, port: number): readonly string[] {
  return rulesFor(group, port).flatMap(({ source }) => {
    if (source.kind === "cidr") return [source.cidr];
    if (source.kind === "prefix-list") return [source.id];
    return source.groupId === group.id ? [] : [source.groupId];
  });
}

function rulesFor({ ingress }: SecurityGroup, port: number): readonly IngressRule[] {
  return ingress.filter(
    ({ protocol, ports }) =>
      protocol === "-1" || (protocol === "tcp" && (ports === undefined || (ports.from <= port && port <= ports.to))),
  );
}

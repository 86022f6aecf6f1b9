import type { NetworkSubnet, SecurityGroup, Vpc } from "../../account/ports.js";
import { isWorldOpen } from "../../account/world-open.js";
import { isTheWorld, parseCidr } from "../../lib/cidr.js";
import { chooseSubnets } from "../choose-vpc.js";
import type { SetupFacts } from "../facts.js";
import { chooseGroup } from "../find-group.js";
import type { PlanPart, SetupStep, SetupWishes, WantedRule } from "../model.js";
import { GROUP_NAME } from "../names.js";
import {
  letsInFromOutside,
  REFLOWLET_PORT,
  ruleOf,
  ruleText,
  ruleThatCovers,
  sameRule,
  wantedRules,
} from "../rules.js";

/** The network's part, and what the configuration is to say of it. */
export interface NetworkPart extends PlanPart {
  readonly vpcId: string | undefined;
  /** The group that is there. */
  readonly groupId: string | undefined;
  /** To be named in the configuration; undefined where launches find the default ones. */
  readonly subnets: readonly string[] | undefined;
}

/** The security group with its rules, and the subnets. */
export function planNetwork(facts: SetupFacts, wishes: SetupWishes): NetworkPart {
  const { vpc: choice } = facts.network;
  const nothing = { steps: [], vpcId: undefined, groupId: undefined, subnets: undefined };
  if (choice.kind === "none") {
    return { ...nothing, problems: [{ source: "network", key: choice.key, message: choice.problem }] };
  }
  const { vpc } = choice;
  const subnets = planSubnets(facts, wishes, vpc);
  const group = planGroup(facts, wishes, vpc);
  return {
    vpcId: vpc.id,
    groupId: group.groupId,
    subnets: subnets.subnets,
    steps: group.steps,
    problems: [...(subnets.problems ?? []), ...(group.problems ?? [])],
    warnings: [...(subnets.warnings ?? []), ...(group.warnings ?? [])],
  };
}

function planGroup(
  facts: SetupFacts,
  wishes: SetupWishes,
  vpc: Vpc,
): PlanPart & { readonly groupId: string | undefined } {
  const { configuredGroup, configuredGroupId, groups } = facts.network;
  const problem = (message: string) => ({
    groupId: undefined,
    steps: [],
    problems: [{ source: facts.target.configPath, key: "ec2cluster.securitygroup", message }],
  });
  if (configuredGroup !== undefined && configuredGroup.vpcId !== vpc.id) {
    return problem(
      `expected a group of ${vpc.id}, found ${configuredGroup.id} of ${configuredGroup.vpcId}: instances cannot be launched with it there. ` +
        "Take the line away for setup to find or make a group there, or name the group's own VPC with --vpc",
    );
  }
  const chosen = configuredGroup ?? chooseGroup(groups);
  if (chosen === "several") {
    const ids = groups.map(({ id }) => id).join(", ");
    return problem(`expected one group of Reflow's in ${vpc.id}, found ${ids}: name the one that is meant`);
  }
  const stale = configuredGroup === undefined && configuredGroupId !== undefined;
  const warnings = [
    ...(stale
      ? [`${facts.target.configPath} names ${configuredGroupId}, which EC2 does not know: it is replaced`]
      : []),
    ...(everybodyWanted(wishes) ? ["--open-to-the-world: everybody may try to connect to instances"] : []),
    ...(wishes.cidrs === undefined ? outsideWarning(chosen, vpc) : []),
  ];
  const group: SetupStep = {
    kind: "security-group",
    state: chosen === undefined ? "to-make" : "exists",
    what:
      chosen === undefined
        ? `security group ${GROUP_NAME} in ${vpc.id}`
        : `security group ${chosen.name} (${chosen.id}) in ${vpc.id}`,
    why: "says who may reach instances; Reflow's own drivers use it too",
    details: vpc.isDefault ? ["the default VPC"] : [],
    ...(chosen === undefined && { act: { do: "create-group", vpcId: vpc.id } as const }),
  };
  const rules = planRules(wantedRules(vpc, wishes.cidrs ?? []), chosen, wishes);
  return {
    groupId: chosen?.id,
    steps: [group, ...rules.steps],
    warnings: [...warnings, ...(rules.warnings ?? [])],
  };
}

function everybodyWanted({ cidrs = [] }: SetupWishes): boolean {
  return cidrs.map(parseCidr).some((range) => range !== undefined && isTheWorld(range));
}

/** Without a range of the user's own only the VPC gets in, unless the group has such rules from before. */
function outsideWarning(group: SecurityGroup | undefined, vpc: Vpc): readonly string[] {
  if (group?.ingress.some((rule) => letsInFromOutside(rule, vpc)) === true) return [];
  return [
    "no --cidr: from outside of the VPC nothing reaches the instances, this machine included unless it is inside; " +
      "add your own address with `reflow-ec2 setup --cidr ADDRESS/32`",
  ];
}

function planRules(wanted: readonly WantedRule[], group: SecurityGroup | undefined, wishes: SetupWishes): PlanPart {
  const steps: SetupStep[] = wanted.map((rule) => {
    const present = group === undefined ? undefined : ruleThatCovers(rule, group);
    const base = { kind: "ingress-rule", what: `rule ${ruleText(rule)}`, why: whyOf(rule) } as const;
    if (present === undefined || group === undefined) {
      return { ...base, state: "to-make", details: [], opens: ruleText(rule), act: { do: "add-rule", rule } };
    }
    const wider = sameRule(present, ruleOf(rule, group.id)) ? [] : [`by the wider rule: ${ruleText(present)}`];
    return { ...base, state: "exists", details: wider };
  });
  const isWanted = (present: SecurityGroup["ingress"][number]): boolean =>
    wanted.some((rule) => {
      const cover = group === undefined ? undefined : ruleThatCovers(rule, group);
      return cover !== undefined && sameRule(cover, present);
    });
  const others = (group?.ingress ?? []).filter((present) => !isWanted(present));
  return {
    steps: [...steps, ...others.map((rule) => otherRule(rule, wishes.closeWorld === true))],
    warnings: others
      .filter((rule) => isWorldOpen(rule) && wishes.closeWorld !== true)
      .map(
        (rule) =>
          `the group lets everybody in: ${ruleText(rule)}; \`reflow-ec2 setup --close-world\` takes this away, ` +
          "for Reflow's users too: give those who need it a --cidr first",
      ),
  };
}

function otherRule(rule: SecurityGroup["ingress"][number], closeWorld: boolean): SetupStep {
  const description = rule.description === "" ? [] : [`described as: ${rule.description}`];
  const base = { kind: "ingress-rule", what: `rule ${ruleText(rule)}`, details: description } as const;
  if (isWorldOpen(rule) && closeWorld) {
    return { ...base, state: "to-remove", why: "it lets everybody in", act: { do: "revoke-rule", rule } };
  }
  const why = isWorldOpen(rule)
    ? "lets everybody in; left as it is"
    : "of somebody else, or of an earlier setup; left as it is";
  return { ...base, state: "differs", why };
}

function whyOf({ source, ports }: WantedRule): string {
  if (source.kind === "itself") return "instances among themselves";
  return ports?.from === REFLOWLET_PORT
    ? "reflowlets, guarded by mutual TLS"
    : "logging in with SSH, guarded by its keys";
}

function planSubnets(
  facts: SetupFacts,
  wishes: SetupWishes,
  vpc: Vpc,
): Omit<PlanPart, "steps"> & { readonly subnets: readonly string[] | undefined } {
  const { vpcSubnets } = facts.network;
  const generation = facts.config?.parsed.generation ?? wishes.generation ?? 2023;
  const configured = facts.config?.parsed.cluster.subnets ?? [];
  const named = wishes.subnetIds ?? configured;
  const lonely = (used: readonly NetworkSubnet[]): readonly string[] =>
    used
      .filter(({ internetRoute }) => ["none", "blackhole"].includes(internetRoute))
      .map(({ id }) => `${id} has no way to the internet: instances there cannot fetch the bootstrap`);
  if (named.length > 0) {
    if (generation === 2020 && named.length > 1) {
      const message = `expected one subnet, as Reflow of 2020 knows no more; found ${named.length}`;
      return { subnets: undefined, problems: [{ source: "network", key: "--subnet", message }] };
    }
    return { subnets: wishes.subnetIds, warnings: lonely(vpcSubnets.filter(({ id }) => named.includes(id))) };
  }
  const defaults = vpc.isDefault ? vpcSubnets.filter(({ isDefaultForZone }) => isDefaultForZone) : [];
  if (defaults.length > 0) return { subnets: undefined, warnings: lonely(defaults) };
  const chosen = chooseSubnets(vpcSubnets);
  if (chosen.length === 0) {
    const message = `expected a subnet of ${vpc.id} with a way to the internet, found ${subnetList(vpcSubnets)}; name one with --subnet subnet-...`;
    return { subnets: undefined, problems: [{ source: "network", key: "--subnet", message }] };
  }
  return { subnets: chosen.slice(0, generation === 2020 ? 1 : chosen.length).map(({ id }) => id) };
}

function subnetList(subnets: readonly NetworkSubnet[]): string {
  if (subnets.length === 0) return "none at all";
  return subnets.map(({ id, internetRoute }) => `${id} (${internetRoute})`).join(", ");
}

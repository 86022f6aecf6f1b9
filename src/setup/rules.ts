import type { IngressRule, SecurityGroup, Vpc } from "../account/ports.js";
import { cidrContains, isTheWorld, parseCidr } from "../lib/cidr.js";
import type { WantedRule } from "./model.js";

/** Bootstraps and reflowlets listen here, with mutual TLS. */
export const REFLOWLET_PORT = 9000;
const SSH_PORT = 22;

/** Tells in EC2 who made a rule. */
export const RULE_DESCRIPTION = "made by reflow-ec2 setup";

const rule = (protocol: string, port: number | undefined, source: WantedRule["source"]): WantedRule => ({
  protocol,
  ports: port === undefined ? undefined : { from: port, to: port },
  source,
  description: RULE_DESCRIPTION,
});

/**
 * Who must reach instances: each other in everything, whoever is in the VPC (drivers of Reflow) the reflowlets, and the
 * ranges that the user states reflowlets and SSH.
 */
export function wantedRules(vpc: Pick<Vpc, "cidrs">, cidrs: readonly string[]): readonly WantedRule[] {
  return [
    rule("-1", undefined, { kind: "itself" }),
    ...vpc.cidrs.map((cidr) => rule("tcp", REFLOWLET_PORT, { kind: "cidr", cidr })),
    ...cidrs.flatMap((cidr) => [REFLOWLET_PORT, SSH_PORT].map((port) => rule("tcp", port, { kind: "cidr", cidr }))),
  ];
}

/** A wanted rule as the group takes it. */
export function ruleOf(wanted: WantedRule, groupId: string): IngressRule {
  const source = wanted.source.kind === "itself" ? ({ kind: "group", groupId } as const) : wanted.source;
  return { ...wanted, source };
}

/**
 * The rule of the group that lets in all that `wanted` does; the same one before a wider one. A rule that lets everybody
 * in stands for no narrower one: it is to be closed.
 */
export function ruleThatCovers(wanted: WantedRule, group: SecurityGroup): IngressRule | undefined {
  const exact = ruleOf(wanted, group.id);
  const same = group.ingress.find((present) => sameRule(present, exact));
  return same ?? group.ingress.find((present) => covers(present, exact));
}

function covers(present: IngressRule, wanted: IngressRule): boolean {
  if (present.protocol !== "-1" && present.protocol !== wanted.protocol) return false;
  if (present.protocol !== "-1" && present.ports !== undefined) {
    const { ports } = wanted;
    if (ports === undefined || ports.from < present.ports.from || ports.to > present.ports.to) return false;
  }
  if (present.source.kind === "cidr" && wanted.source.kind === "cidr") {
    const [outer, inner] = [parseCidr(present.source.cidr), parseCidr(wanted.source.cidr)];
    if (outer === undefined || inner === undefined) return false;
    return cidrContains(outer, inner) && isTheWorld(outer) === isTheWorld(inner);
  }
  return sourceText(present) === sourceText(wanted);
}

/** The same protocol, ports and source, whatever the description. */
export function sameRule(one: IngressRule, other: IngressRule): boolean {
  return ruleText(one) === ruleText(other);
}

/** The rule lets somebody outside of the VPC reach reflowlets. */
export function letsInFromOutside(present: IngressRule, vpc: Pick<Vpc, "cidrs">): boolean {
  const { source, protocol, ports } = present;
  if (source.kind !== "cidr" || !["tcp", "-1"].includes(protocol)) return false;
  if (ports !== undefined && (ports.from > REFLOWLET_PORT || ports.to < REFLOWLET_PORT)) return false;
  const range = parseCidr(source.cidr);
  return range !== undefined && !vpc.cidrs.map(parseCidr).some((own) => own !== undefined && cidrContains(own, range));
}

/** E.g. `tcp 9000 from 203.0.113.7/32`, `everything from sg-…`. */
export function ruleText(rule: IngressRule | WantedRule): string {
  const { protocol, ports } = rule;
  const name = protocol === "-1" ? "everything" : protocol;
  const range = ports === undefined || protocol === "-1" ? "" : ` ${portsText(ports)}`;
  return `${name}${range} from ${sourceText(rule)}`;
}

function portsText({ from, to }: NonNullable<IngressRule["ports"]>): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function sourceText({ source }: IngressRule | WantedRule): string {
  switch (source.kind) {
    case "itself":
      return "the group itself";
    case "cidr":
      return source.cidr;
    case "group":
      return source.groupId;
    case "prefix-list":
      return source.id;
  }
}

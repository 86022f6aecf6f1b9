import { describe, expect, it } from "@jest/globals";
import type { IngressRule, NetworkSubnet, Quota, SecurityGroup } from "../../src/account/ports.js";
import type { MemberHealth } from "../../src/cluster/results.js";
import { judgeClock } from "../../src/doctor/checks/access.js";
import { judgeAuthority, judgePrices, judgeUserData } from "../../src/doctor/checks/machine.js";
import { judgeMembers } from "../../src/doctor/checks/members.js";
import { judgeQuotas, type QuotaNeed } from "../../src/doctor/checks/quota.js";
import { judgeGroup, type GroupNeed } from "../../src/doctor/checks/security-group.js";
import { judgeSubnets, type SubnetNeed } from "../../src/doctor/checks/subnets.js";
import { InstanceError, TrustError } from "../../src/errors.js";
import type { Finding } from "../../src/doctor/finding.js";
import { READY_MEMBER } from "../support/sample-results.js";
import { authority } from "../tls/material.js";

/** Status, code of a failure, and what it says, in one line. */
function line(finding: Finding): string {
  const code = finding.status === "failure" ? ` ${finding.exitCode}` : "";
  return `${finding.status}${code}: ${finding.summary}`;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("this machine's clock", () => {
  it.each([
    [0, "ok: right to the minute"],
    [-MINUTE, "ok: right to the minute"],
    [MINUTE + 1_000, "warning: this machine's clock is 1 minute ahead of AWS's"],
    [-5 * MINUTE, "warning: this machine's clock is 5 minutes behind AWS's"],
    [5 * MINUTE + 1, "failure 8: this machine's clock is 5 minutes ahead of AWS's"],
    [-DAY, "failure 8: this machine's clock is 1d00h behind AWS's"],
  ])("off by %d ms: %s", (off, said) => {
    expect(line(judgeClock(1_000 * DAY + off, 1_000 * DAY))).toBe(said);
  });
});

describe("quotas", () => {
  const STANDARD = "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances";
  const quotas = (standard: number, g = 0, spot = 0): readonly Quota[] => [
    { code: "L-1216C47A", name: STANDARD, value: standard },
    { code: "L-DB2E81BA", name: "Running On-Demand G and VT instances", value: g },
    { code: "L-34B43A08", name: "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", value: spot },
  ];
  const types = [
    { type: "c6a.large", vcpu: 2 },
    { type: "c6a.xlarge", vcpu: 4 },
    { type: "g5.xlarge", vcpu: 4 },
  ];
  const need: QuotaNeed = { markets: ["on-demand"], types, maxInstances: 10 };
  it.each<[string, readonly Quota[], Partial<QuotaNeed>, string]>([
    ["are enough", quotas(20), {}, "ok: room for 10 of the smallest instances"],
    [
      "are below the limit of the configuration",
      quotas(18),
      {},
      `warning: 18 vCPUs of "${STANDARD}": room for 9 of the smallest instances`,
    ],
    ["of several families count together", quotas(16, 8), {}, "ok: room for 10 of the smallest instances"],
    [
      "are too small for any instance",
      quotas(1, 3),
      {},
      `failure 5: 1 vCPU of "${STANDARD}" (and 1 quota of other types); the smallest type of it, c6a.large, has 2 vCPUs`,
    ],
    [
      "of spot are apart",
      quotas(100, 100),
      { markets: ["spot"] },
      'failure 5: 0 vCPUs of "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests"; the smallest type of it, c6a.large, has 2 vCPUs',
    ],
    [
      "of spot are enough where on-demand may stand in",
      quotas(20),
      { markets: ["spot", "on-demand"] },
      "ok: room for 10 of the smallest instances",
    ],
    ["are not told", [], {}, "skipped: none of the account's quotas is about the types that are allowed"],
  ])("%s", (_title, all, change, said) => {
    expect(line(judgeQuotas(all, { ...need, ...change }))).toBe(said);
  });
});

describe("subnets", () => {
  const good: NetworkSubnet = {
    id: "subnet-a",
    vpcId: "vpc-1",
    zone: "us-west-2a",
    cidr: "10.0.0.0/24",
    freeAddresses: 200,
    givesPublicAddress: true,
    isDefaultForZone: true,
    internetRoute: "internet-gateway",
  };
  const other: NetworkSubnet = { ...good, id: "subnet-b", zone: "us-west-2b" };
  const need: SubnetNeed = { publicAddress: undefined, isPrivate: false, maxInstances: 100 };
  it.each<[string, readonly NetworkSubnet[], Partial<SubnetNeed>, string]>([
    ["are well", [good, other], {}, "ok: 2 subnets in us-west-2a, us-west-2b, 400 free addresses"],
    [
      "have one without a route",
      [good, { ...other, internetRoute: "none" }],
      {},
      "warning: subnet-b: no route to the internet",
    ],
    ["have no route", [{ ...good, internetRoute: "none" }], {}, "failure 7: subnet-a: no route to the internet"],
    [
      "have no route on purpose: endpoints of S3 are no routes",
      [{ ...good, internetRoute: "none" }],
      { isPrivate: true },
      "warning: subnet-a: no route to the internet",
    ],
    [
      "are private and their route is gone",
      [{ ...good, internetRoute: "blackhole" }],
      { isPrivate: true },
      "failure 7: subnet-a: the route to the internet leads to something that is gone",
    ],
    [
      "give no public address, and launches ask for one",
      [{ ...good, givesPublicAddress: false }],
      { publicAddress: true },
      "ok: 1 subnet in us-west-2a, 200 free addresses",
    ],
    [
      "give public addresses, and launches want none",
      [good],
      { publicAddress: false },
      "failure 7: subnet-a: the route is an internet gateway, which serves public addresses only, and instances get none",
    ],
    [
      "are behind a NAT gateway, and we are beside them",
      [{ ...good, givesPublicAddress: false, internetRoute: "nat" }],
      { isPrivate: true },
      "ok: 1 subnet in us-west-2a, 200 free addresses",
    ],
    ["have a full one", [good, { ...other, freeAddresses: 0 }], {}, "warning: subnet-b: no free address"],
    ["are full", [{ ...good, freeAddresses: 0 }], {}, "failure 4: subnet-a: no free address"],
    ["have too few addresses", [{ ...good, freeAddresses: 99 }], {}, "warning: 99 free addresses in 1 subnet"],
  ])("%s", (_title, found, change, said) => {
    expect(line(judgeSubnets(found, { ...need, ...change }))).toBe(said);
  });
});

describe("a security group", () => {
  const group = (...ingress: readonly IngressRule[]): SecurityGroup => ({
    id: "sg-1",
    name: "reflow",
    vpcId: "vpc-1",
    description: "",
    tags: {},
    ingress,
  });
  const from = (cidr: string, port = 9000): IngressRule => ({
    protocol: "tcp",
    ports: { from: port, to: port },
    source: { kind: "cidr", cidr },
    description: "",
  });
  const fromGroup = (groupId: string): IngressRule => ({
    protocol: "-1",
    ports: undefined,
    source: { kind: "group", groupId },
    description: "",
  });
  const need: GroupNeed = {
    vpcIds: ["vpc-1"],
    vpc: { cidrs: ["10.0.0.0/16"] },
    isPrivate: false,
    memberAnswered: false,
  };
  it.each<[string, SecurityGroup, Partial<GroupNeed>, string]>([
    ["lets an address in", group(from("192.0.2.1/32")), {}, "ok: sg-1 in vpc-1: port 9000 is open to 192.0.2.1/32"],
    ["lets another group in", group(fromGroup("sg-2")), {}, "ok: sg-1 in vpc-1: port 9000 is open to sg-2"],
    [
      "lets its own members in",
      group(fromGroup("sg-1")),
      {},
      "failure 7: sg-1 lets nobody but its own members in on port 9000",
    ],
    [
      "lets its own members in, and we are beside them",
      group(fromGroup("sg-1")),
      { isPrivate: true },
      "warning: sg-1 lets nobody but its own members in on port 9000",
    ],
    [
      "lets nobody in, and yet a member answered: we are one of them",
      group(),
      { memberAnswered: true },
      "ok: sg-1: a member answers on port 9000",
    ],
    [
      "lets its own network in",
      group(from("10.0.0.0/16")),
      {},
      "warning: sg-1 lets in on port 9000 from its own network only (10.0.0.0/16)",
    ],
    [
      "lets its own network in, and we are in it",
      group(from("10.0.0.0/16")),
      { isPrivate: true },
      "ok: sg-1 in vpc-1: port 9000 is open to 10.0.0.0/16",
    ],
    [
      "lets everybody in by two halves of the world",
      group(from("0.0.0.0/1"), from("128.0.0.0/1")),
      {},
      "warning: sg-1 lets everybody in, on port 9000",
    ],
    [
      "lets everybody in with IPv6",
      group(from("192.0.2.1/32"), from("::/0", 22)),
      {},
      "warning: sg-1 lets everybody in, on port 22",
    ],
    [
      "opens another port",
      group(from("192.0.2.1/32", 443)),
      {},
      "failure 7: sg-1 lets nobody but its own members in on port 9000",
    ],
    [
      "is elsewhere",
      group(from("192.0.2.1/32")),
      { vpcIds: ["vpc-2"] },
      "failure 2: sg-1 is of vpc-1, and instances are launched in vpc-2",
    ],
  ])("%s", (_title, judged, change, said) => {
    expect(line(judgeGroup(judged, { ...need, ...change }))).toBe(said);
  });
});

describe("an authority", () => {
  const [fromMs, toMs] = [Date.parse(authority.certificate.validFrom), Date.parse(authority.certificate.validTo)];
  it.each([
    ["is valid", fromMs, "ok: valid until "],
    ["ends soon", toMs - 29 * DAY, "warning: the TLS authority ends on "],
    ["has ended", toMs, "failure 8: the TLS authority ended on "],
    ["is not yet valid", fromMs - 1_000, "failure 8: the TLS authority is valid only from "],
  ])("%s", (_title, nowMs, said) => {
    expect(line(judgeAuthority(authority, nowMs))).toMatch(new RegExp(`^${said}\\d{4}-\\d\\d-\\d\\d( on)?$`));
  });
});

describe("user-data", () => {
  const report = { bytes: 8_000, limit: 16_384, left: 8_384, files: [], units: [], problems: [] };
  const problem = (source: string) => ({ source, key: "", message: "it is odd" });
  it.each([
    ["fits", report, "ok: 8,000 of 16,384 bytes for c6a.large"],
    ["hardly fits", { ...report, bytes: 16_000, left: 384 }, "warning: 16,000 of 16,384 bytes for c6a.large, 384 left"],
    ["is too large", { ...report, bytes: 16_385, left: -1 }, "failure 2: 16,385 of 16,384 bytes for c6a.large"],
    ["has a problem", { ...report, problems: [problem("a.service")] }, "failure 2: a.service: it is odd"],
    [
      "has two",
      { ...report, problems: [problem("a.service"), problem("b.service")] },
      "failure 2: the user-data has 2 problems",
    ],
  ])("%s", (_title, judged, said) => {
    expect(line(judgeUserData("c6a.large", judged))).toBe(said);
  });
});

describe("prices", () => {
  const asOf = {
    prices: "2026-02-17",
    types: "",
    memory: "",
    verified: undefined,
    advisor: undefined,
    offerings: undefined,
  };
  const taken = Date.UTC(2026, 1, 17);
  it.each([
    ["of 90 days ago are young enough", 90 * DAY, "ok: of 2026-02-17 for us-west-2"],
    ["of 91 days ago are not", 91 * DAY, "warning: of 2026-02-17 for us-west-2, 91 days old"],
  ])("%s", (_title, ageMs, said) => {
    expect(line(judgePrices({ region: "us-west-2", asOf }, taken + ageMs))).toBe(said);
  });
});

describe("members", () => {
  const members = (...healths: readonly MemberHealth[]) =>
    healths.map((health, index) => ({ ...READY_MEMBER, id: `i-${index}`, health }));
  const silent = new InstanceError("i-1 (c6a.2xlarge): no answer");
  const strange = new TrustError("other-authority", "i-1 (c6a.2xlarge): of another authority");
  it.each<[string, readonly MemberHealth[], readonly (InstanceError | TrustError)[], string]>([
    ["are none", [], [], "ok: none is there"],
    ["are well", ["ready", "ready", "booting"], [], "ok: 3 instances: 2 ready, 1 booting"],
    [
      "do not all answer",
      ["ready", "unreachable"],
      [silent],
      "warning: 2 instances: 1 ready, 1 unreachable; i-1 (c6a.2xlarge): no answer",
    ],
    [
      "do not answer at all",
      ["unreachable"],
      [silent],
      "failure 7: 1 instance: 1 unreachable; i-1 (c6a.2xlarge): no answer",
    ],
    [
      "are of another authority",
      ["ready", "untrusted", "unreachable"],
      [silent, strange],
      "failure 8: 3 instances: 1 ready, 1 unreachable, 1 untrusted; i-1 (c6a.2xlarge): of another authority",
    ],
    ["were left behind", ["ready", "orphan", "orphan"], [], "warning: 3 instances: 1 ready, 2 orphan; i-1, i-2"],
    ["are of another version", ["other-version"], [], "warning: 1 instance: 1 other-version; i-0"],
  ])("%s", (_title, healths, problems, said) => {
    expect(line(judgeMembers({ members: members(...healths), problems }))).toBe(said);
  });
});

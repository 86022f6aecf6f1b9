import type { RenderedUserData } from "../../src/userdata/rendering.js";
import type { SetupPlan, SetupResult } from "../../src/setup/model.js";
import type { ScenarioView } from "../../src/terminal/json/scenario.js";
import type {
  AllocatePlan,
  AllocateResult,
  MemberAlloc,
  MemberView,
  TerminateCandidate,
} from "../../src/cluster/results.js";

const GIB = 1024 ** 3;

/** Where the fake clock starts. */
export const NOW_MS = Date.UTC(2026, 0, 1);

/** An alloc whose lease runs for another four minutes. */
export const LIVE_ALLOC: MemberAlloc = {
  id: "9f86d081884c7d65",
  uri: "ec2-198-51-100-20.us-west-2.compute.amazonaws.com:9000/9f86d081884c7d65",
  owner: "ada",
  resources: { cpu: 4, mem: 8 * GIB, disk: 100 * GIB },
  expiresMs: NOW_MS + 240_000,
  expired: false,
};

/** A member that answers, half used, launched 2 hours and 5 minutes ago. */
export const READY_MEMBER: MemberView = {
  id: "i-0123456789abcdef0",
  type: "c6a.2xlarge",
  state: "running",
  health: "ready",
  problem: "",
  market: "spot",
  zone: "us-west-2a",
  launchTimeMs: NOW_MS - 7_500_000,
  publicDnsName: "ec2-198-51-100-20.us-west-2.compute.amazonaws.com",
  version: "reflow1.24.0",
  hourlyUsd: 0.1331,
  total: { cpu: 8, mem: 15.2 * GIB, disk: 500 * GIB },
  available: { cpu: 4, mem: 7.2 * GIB, disk: 400 * GIB },
  allocs: [LIVE_ALLOC],
};

/** A member that was launched 40 seconds ago and has said nothing yet. */
export const BOOTING_MEMBER: MemberView = {
  id: "i-0fedcba9876543210",
  type: "m5.24xlarge",
  state: "pending",
  health: "booting",
  problem: "waiting for the bootstrap",
  market: "on-demand",
  zone: "us-west-2c",
  launchTimeMs: NOW_MS - 40_000,
  publicDnsName: "",
  version: "",
  hourlyUsd: undefined,
  total: {},
  available: {},
  allocs: [],
};

/** A member under an authority that is not ours. */
export const UNTRUSTED_MEMBER: MemberView = {
  ...READY_MEMBER,
  id: "i-0aaaaaaaaaaaaaaaa",
  health: "untrusted",
  problem: "its certificate is of another authority",
  total: {},
  available: {},
  allocs: [],
};

/** An alloc on an instance that was launched for it. */
export const ALLOCATION: AllocateResult = {
  alloc: {
    uri: LIVE_ALLOC.uri,
    id: LIVE_ALLOC.id,
    resources: { cpu: 2, mem: 4 * GIB },
    expiresMs: NOW_MS + 300_000,
  },
  instance: {
    id: READY_MEMBER.id,
    type: READY_MEMBER.type,
    zone: READY_MEMBER.zone,
    market: "spot",
    publicDnsName: READY_MEMBER.publicDnsName,
    hourlyUsd: 0.1331,
  },
  reused: false,
  timings: { launch: 1.04, running: 8.2, bootstrap: 12, install: 3.5, reflowlet: 2.25, offer: 0.1, total: 27.1 },
};

/** A plan that launches for one alloc. */
export const LAUNCH_PLAN: AllocatePlan = {
  reuse: [],
  launches: [
    {
      instanceType: "c6a.large",
      market: "spot",
      zone: "us-west-2a",
      count: 1,
      allocs: 1,
      resources: { cpu: 2, mem: 3.5 * GIB, disk: 250 * GIB },
      price: { instanceUsd: 0.0765, volumesUsd: 0.0274, creditsUsd: 0, totalUsd: 0.1039, basis: "bound" },
      reason: "the cheapest of 312 offerings that fit",
    },
  ],
  unserved: [],
  rejected: [
    {
      instanceType: "a1.large",
      zone: "us-west-2a",
      market: "spot",
      kind: "architecture",
      reason: "runs arm64, not x86_64",
    },
    {
      instanceType: "a1.large",
      zone: "us-west-2b",
      market: "spot",
      kind: "architecture",
      reason: "runs arm64, not x86_64",
    },
    {
      instanceType: "c5a.large",
      zone: "us-west-2a",
      market: "spot",
      kind: "refused",
      reason: "refused 2m00s ago (InsufficientInstanceCapacity)",
    },
  ],
  hourlyUsd: 0.1039,
  boundUsd: 0.0985,
  dataAsOf: "2025-11-20",
};

/** A plan that uses what is there. */
export const REUSE_PLAN: AllocatePlan = {
  ...LAUNCH_PLAN,
  reuse: [{ instance: ALLOCATION.instance, available: READY_MEMBER.available, allocs: 1 }],
  launches: [],
  rejected: [],
  hourlyUsd: 0,
  boundUsd: 0,
};

/** A plan for many allocs, of which some are not served. */
export const FLEET_PLAN: AllocatePlan = {
  ...LAUNCH_PLAN,
  reuse: [{ instance: ALLOCATION.instance, available: READY_MEMBER.available, allocs: 2 }],
  launches: LAUNCH_PLAN.launches.map((launch) => ({ ...launch, count: 3, allocs: 6 })),
  unserved: [
    { alloc: 3, kind: "never-fits", reason: "no offering can ever hold cpu 500" },
    ...[8, 9, 10].map((alloc) => ({
      alloc,
      kind: "instance-limit" as const,
      reason: "the cluster has 100 instances, and maxinstances is 100",
    })),
  ],
  hourlyUsd: 0.3117,
  boundUsd: 0.2955,
};

/** What terminating the ready member would end. */
export const CANDIDATE: TerminateCandidate = {
  id: READY_MEMBER.id,
  type: READY_MEMBER.type,
  state: "running",
  zone: READY_MEMBER.zone,
  launchTimeMs: READY_MEMBER.launchTimeMs,
  hourlyUsd: 0.1331,
  liveAllocs: 1,
};

/** User-data that was looked at. */
export const RENDERED: RenderedUserData = {
  instanceType: "c6a.large",
  text: "#cloud-config\n",
  report: {
    bytes: 8086,
    limit: 16_384,
    left: 8298,
    files: [
      { path: "/etc/reflowconfig", permissions: "0600", bytes: 5356 },
      { path: "/opt/bin/bootstrap", permissions: "0755", bytes: 555 },
    ],
    units: [
      { name: "update-engine.service", command: "stop", enable: false },
      { name: "reflowlet.service", command: "start", enable: true },
    ],
    problems: [],
  },
  standIns: ["login for ECR"],
  launchProblems: [],
};

/** A scenario in force, with what was counted since. */
export const SCENARIO_IN_FORCE: ScenarioView = {
  sinceMs: Date.UTC(2026, 0, 1),
  seed: 7,
  scenario: { seed: 7, refusals: [{ type: "c5.*", code: "InsufficientInstanceCapacity" }] },
  calls: { DescribeInstances: 4, RunInstances: 1 },
};

/** What setup would do for a group that is there, and lacks a rule. */
export const SETUP_PLAN: SetupPlan = {
  kind: "make",
  accountId: "123456789012",
  callerArn: "arn:aws:iam::123456789012:user/ada",
  region: "us-west-2",
  configPath: "/home/ada/.reflow/config.yaml",
  vpcId: "vpc-0a1b2c3d4e5f60718",
  securityGroupId: "sg-0123456789abcdef0",
  steps: [
    {
      kind: "security-group",
      state: "exists",
      what: "security group reflow (sg-0123456789abcdef0) in vpc-0a1b2c3d4e5f60718",
      why: "says who may reach instances; Reflow's own drivers use it too",
      details: [],
    },
    {
      kind: "ingress-rule",
      state: "to-make",
      what: "rule tcp 9000 from 203.0.113.7/32",
      why: "reflowlets, guarded by mutual TLS",
      details: [],
      opens: "tcp 9000 from 203.0.113.7/32",
      act: {
        do: "add-rule",
        rule: {
          protocol: "tcp",
          ports: { from: 9000, to: 9000 },
          source: { kind: "cidr", cidr: "203.0.113.7/32" },
          description: "made by reflow-ec2 setup",
        },
      },
    },
  ],
  problems: [],
  warnings: [],
  missing: [
    {
      what: "the version of your Reflow: only instances of that version are members",
      fix: "reflow-ec2 setup --reflow-version VERSION, which is what `reflow version` prints",
    },
  ],
};

/** What came of it. */
export const SETUP_RESULT: SetupResult = {
  kind: "make",
  accountId: SETUP_PLAN.accountId,
  region: SETUP_PLAN.region,
  configPath: SETUP_PLAN.configPath,
  backupPath: undefined,
  securityGroupId: SETUP_PLAN.securityGroupId,
  steps: SETUP_PLAN.steps.map(({ kind, what, act }) => ({
    kind,
    what,
    outcome: act === undefined ? "was-there" : "made",
  })),
  warnings: SETUP_PLAN.warnings,
  missing: SETUP_PLAN.missing,
};

import { judgeGates, type ProbeBaseline } from "../../src/cluster/probe/gates.js";
import {
  PROBE_MILESTONES,
  type ProbeMilestone,
  type ProbeReport,
  type ProbeSample,
} from "../../src/cluster/probe/model.js";
import { type ProbedTypeFacts, summarize } from "../../src/cluster/probe/statistics.js";
import { CapacityError, InstanceError, TimedOutError } from "../../src/errors.js";
import { NOW_MS } from "./sample-results.js";

const GIB = 1024 ** 3;

/** Text with everything that a format may trip over. */
export const NASTY = `<img src=x onerror="a()"> & 'b' | \`c\` **d** [e](javascript:f) $g$ @h www.i.example ]]>`;

/** A console as it may come: colours, a title of the terminal, a bell, NUL, a direction mark, half an emoji, fences. */
const CONSOLE = [
  "\u001b[0;32m  OK  \u001b[0m Started \u001b[1mreflow-bootstrap\u001b[0m 🚀\r",
  "\u001b]0;title\u0007\u0000bell\u0007 ",
  "````",
  NASTY,
  "\u202egnp.exe \ud83d half, \ufffe none",
  "</pre></details><script>alert(1)</script>",
  "",
].join("\n");

const FACTS: Readonly<Record<string, ProbedTypeFacts>> = {
  "c6a.2xlarge": { vcpu: 8, memoryBytes: 16 * GIB, hourlyUsd: 0.3179, priceBasis: "spot" },
  "m5.large": { vcpu: 2, memoryBytes: 8 * GIB, hourlyUsd: 0.1073, priceBasis: "on-demand" },
  "r5.xlarge": { vcpu: 4, memoryBytes: 32 * GIB, hourlyUsd: 0.2633, priceBasis: "bound" },
  "p3.2xlarge": { vcpu: 8, memoryBytes: 61 * GIB, hourlyUsd: undefined },
  "t3a.small": { vcpu: 2, memoryBytes: 2 * GIB, hourlyUsd: 0.1201, priceBasis: "spot" },
};

/** A sample whose milestones are `offer` times the usual shares. */
function verified(type: string, sample: number, offer: number, mem: number): ProbeSample {
  const { vcpu = 0, hourlyUsd, priceBasis } = FACTS[type] ?? {};
  return {
    ...NEVER_BEGUN,
    type,
    sample,
    outcome: "verified",
    zone: "us-west-2a",
    instanceId: instanceId(type, sample),
    imageId: "ami-0123456789abcdef0",
    startedMs: NOW_MS + 1_000 * sample,
    reached: timesUntil("offer", offer),
    offered: { cpu: vcpu, mem: mem * GIB, disk: 500 * GIB, intel_avx: vcpu },
    hourlyUsd,
    priceBasis,
    costUsd: ((hourlyUsd ?? 0) * Math.max(60, offer)) / 3_600,
    ends: [{ instanceId: instanceId(type, sample), state: "terminated", seen: true, problem: "" }],
  };
}

const NEVER_BEGUN: ProbeSample = {
  type: "",
  sample: 1,
  outcome: "interrupted",
  market: "spot",
  zone: undefined,
  instanceId: undefined,
  imageId: undefined,
  startedMs: undefined,
  reached: {},
  offered: undefined,
  hourlyUsd: undefined,
  priceBasis: undefined,
  costUsd: 0,
  refusals: [],
  problem: "",
  hint: undefined,
  waitingFor: undefined,
  console: "",
  ends: [],
  error: undefined,
};

const SHARES: Readonly<Record<ProbeMilestone, number>> = {
  accepted: 0.02,
  running: 0.16,
  address: 0.16,
  bootstrap: 0.55,
  installed: 0.6,
  reflowlet: 0.93,
  tagged: 0.98,
  offer: 1,
};

/** Seconds until all milestones up to `last`, of a boot that takes `total`. */
export function timesUntil(last: ProbeMilestone, total: number): ProbeSample["reached"] {
  const passed = PROBE_MILESTONES.slice(0, PROBE_MILESTONES.indexOf(last) + 1);
  return Object.fromEntries(passed.map((milestone) => [milestone, Number((SHARES[milestone] * total).toFixed(3))]));
}

function instanceId(type: string, sample: number): string {
  const digits = [...type].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffffff, 0).toString(16);
  return `i-0${digits.padEnd(15, "a")}${sample}`;
}

function refused(
  zone: string | undefined,
  market: "spot" | "on-demand",
  message: string,
): ProbeSample["refusals"][number] {
  return { market, zone, code: "InsufficientInstanceCapacity", message };
}

const FAILED: ProbeSample = {
  ...verified("r5.xlarge", 4, 0, 30),
  outcome: "failed",
  reached: timesUntil("running", 70),
  offered: undefined,
  costUsd: 0.0123,
  refusals: [refused("us-west-2b", "spot", "none left")],
  problem: `the bootstrap never answered: ${NASTY}\u0000`,
  hint: "Look at the end of the console, or try another image.",
  waitingFor: "bootstrap",
  console: CONSOLE,
  error: new InstanceError("the bootstrap never answered"),
};

const TIMED_OUT: ProbeSample = {
  ...verified("r5.xlarge", 5, 0, 30),
  outcome: "timed-out",
  reached: timesUntil("installed", 900),
  offered: undefined,
  costUsd: 0.0658,
  problem: "no offer within 15m",
  waitingFor: "reflowlet",
  ends: [
    { instanceId: instanceId("r5.xlarge", 5), state: "shutting-down", seen: false, problem: "EC2 said nothing for 2m" },
  ],
  error: new TimedOutError("no offer within 15m"),
};

const UNAVAILABLE: ProbeSample = {
  ...NEVER_BEGUN,
  type: "p3.2xlarge",
  outcome: "unavailable",
  market: "on-demand",
  zone: "us-west-2c",
  startedMs: NOW_MS + 9_000,
  refusals: [refused("us-west-2a", "spot", "none left"), refused(undefined, "on-demand", `none left, "try" <later>`)],
  problem: '=HYPERLINK("http://evil.example","none left")',
  error: new CapacityError("none left"),
};

const INTERRUPTED: ProbeSample = { ...NEVER_BEGUN, type: "t3a.small", problem: "interrupted by SIGINT" };

/** The last two were refused in another zone first. */
const C6A: readonly ProbeSample[] = [61.2, 58.4, 74.9, 60, 63.5].map((offer, index) => ({
  ...verified("c6a.2xlarge", index + 1, offer, 14.75 + index / 100),
  refusals: index < 3 ? [] : [refused("us-west-2b", "spot", "none left")],
}));

const SAMPLES: readonly ProbeSample[] = [
  ...C6A,
  { ...verified("m5.large", 1, 48.3, 7.4), market: "on-demand" },
  ...[66, 71.5, 69.1].map((offer, index) => verified("r5.xlarge", index + 1, offer, 28.5)),
  FAILED,
  TIMED_OUT,
  UNAVAILABLE,
  INTERRUPTED,
];

/** An earlier probe that knows of one type. */
export const BASELINE: ProbeBaseline = {
  file: "last.json",
  startedMs: NOW_MS - 86_400_000 * 7,
  region: "us-west-2",
  types: new Map([["c6a.2xlarge", { p50: { offer: 45 }, memoryRatio: 0.92 }]]),
};

const SKIPPED = [
  { type: "x1e.32xlarge", samples: 5, kind: "budget", reason: "would pass the budget of $2.00" },
] as const;

/** Every outcome, types of one and of five samples, texts that try every format, gates that pass and that do not. */
export const PROBE: ProbeReport = probeOf(SAMPLES, {
  skipped: SKIPPED,
  limits: {
    failOver: { text: "70s", seconds: 70 },
    regression: { baseline: BASELINE, share: 0.2 },
    minMemoryRatio: 0.9,
  },
});

/** All verified, one gate that passes. */
export const GOOD_PROBE: ProbeReport = probeOf(SAMPLES.slice(0, 6), {
  limits: { failOver: { text: "120s", seconds: 120 } },
});

/** A type that came up and one that EC2 refused. */
export const SMALL_PROBE: ProbeReport = probeOf([...SAMPLES.slice(5, 6), { ...UNAVAILABLE, problem: "none left" }], {
  limits: { minMemoryRatio: 0.9 },
});

/** A report of these samples. */
export function probeOf(
  samples: readonly ProbeSample[],
  { skipped = [], limits = {} }: { skipped?: ProbeReport["skipped"]; limits?: Parameters<typeof judgeGates>[1] } = {},
): ProbeReport {
  const types = summarize(samples, (type) => FACTS[type] ?? { vcpu: 1, memoryBytes: GIB, hourlyUsd: undefined });
  return {
    startedMs: NOW_MS,
    endedMs: NOW_MS + 912_000,
    region: "us-west-2",
    cluster: "default",
    generation: 2023,
    reflowVersion: "reflow1.24.0",
    market: "fallback",
    resolution: { machine: 1, ec2: 5 },
    samples,
    types,
    skipped,
    gates: judgeGates({ types, skipped, region: "us-west-2" }, limits),
    costUsd: samples.reduce((sum, { costUsd }) => sum + costUsd, 0),
  };
}

/** A type's samples, each verified after so many seconds. */
export function verifiedSamples(type: string, offers: readonly number[], memGib = 7.4): readonly ProbeSample[] {
  return offers.map((offer, index) => verified(type, index + 1, offer, memGib));
}

/** A sample that ended so; of a failed one the bootstrap never answered. */
export const ENDED: Readonly<Record<Exclude<ProbeSample["outcome"], "verified">, ProbeSample>> = {
  failed: FAILED,
  "timed-out": TIMED_OUT,
  unavailable: UNAVAILABLE,
  interrupted: INTERRUPTED,
};

import { describe, expect, it } from "@jest/globals";
import type { ProbeOutcome, ProbeReport, ProbeSample, ProbedType } from "../../src/cluster/probe/model.js";
import { measuredResults } from "../../src/compose/measured-results.js";
import { AccessError, InstanceError, type ReflowEc2Error, TimedOutError, TrustError } from "../../src/errors.js";
import { MEASURED_MS } from "../catalog/sample-measured.js";

function sample(outcome: ProbeOutcome, changes: Partial<ProbeSample> = {}): ProbeSample {
  return {
    type: "c6a.large",
    sample: 1,
    outcome,
    market: "spot",
    zone: "us-west-2a",
    instanceId: "i-0123456789abcdef0",
    imageId: "ami-0c3488073a14ab0af",
    startedMs: MEASURED_MS - 60_000,
    reached: {},
    offered: undefined,
    hourlyUsd: 0.1,
    priceBasis: "spot",
    costUsd: 0.01,
    refusals: [],
    problem: outcome === "verified" ? "" : `it is ${outcome}`,
    hint: undefined,
    waitingFor: undefined,
    console: "",
    ends: [],
    error: undefined,
    ...changes,
  };
}

function probed(changes: Partial<ProbedType> = {}): ProbedType {
  return {
    type: "c6a.large",
    vcpu: 2,
    memoryBytes: 2 ** 32,
    hourlyUsd: 0.1,
    priceBasis: "spot",
    samples: 1,
    outcomes: { verified: 0, unavailable: 0, failed: 0, "timed-out": 0, interrupted: 0 },
    reached: {},
    steps: {},
    offered: undefined,
    memoryRatio: undefined,
    ...changes,
  };
}

function report(samples: readonly ProbeSample[], types: readonly ProbedType[] = [probed()]): ProbeReport {
  return {
    startedMs: MEASURED_MS - 120_000,
    endedMs: MEASURED_MS,
    region: "us-west-2",
    cluster: "default",
    generation: 2023,
    reflowVersion: "reflow1.24.0",
    market: "fallback",
    resolution: { machine: 1, ec2: 3 },
    samples,
    types,
    skipped: [],
    gates: [],
    costUsd: 0.02,
  };
}

const COMMON = {
  type: "c6a.large",
  region: "us-west-2",
  dateMs: MEASURED_MS,
  imageId: "ami-0c3488073a14ab0af",
  reflowVersion: "reflow1.24.0",
  generation: 2023,
} as const;
const SEEN = probed({
  offered: { cpu: 2, mem: 3_700_000_000.75, disk: 1e11 },
  reached: { offer: { count: 2, min: 40, p50: 41.46, p90: 60, max: 60 } },
});

describe("what a run of probes teaches", () => {
  it("is the least memory and the median boot of a type that came up, also when not every time", () => {
    expect(measuredResults(report([sample("failed"), sample("verified"), sample("verified")], [SEEN]))).toEqual([
      { ...COMMON, outcome: "verified", samples: 2, memoryBytes: 3_700_000_000, bootSeconds: 41.5 },
    ]);
  });

  it("is that a type failed whose instances never became usable, with the last reason", () => {
    const samples = [
      sample("failed", { error: new InstanceError("x") }),
      sample("timed-out", { error: new TimedOutError("y") }),
      sample("unavailable", { instanceId: undefined }),
    ];
    expect(measuredResults(report(samples))).toEqual([
      { ...COMMON, outcome: "failed", samples: 2, problem: "it is timed-out" },
    ]);
  });

  it.each<[string, ProbeSample]>([
    ["that EC2 refused", sample("unavailable", { instanceId: undefined, imageId: undefined })],
    ["that was interrupted", sample("interrupted")],
    ["whose time was over before it was launched", sample("timed-out", { instanceId: undefined })],
    ...[new TrustError("expired", "x"), new AccessError("x")].map((error: ReflowEc2Error): [string, ProbeSample] => [
      `that failed with a ${error.name}`,
      sample("failed", { error }),
    ]),
  ])("is nothing of a type %s", (_what, only) => {
    expect(measuredResults(report([only]))).toEqual([]);
  });

  it("is told by name of the types", () => {
    const types = ["m6a.large", "c6a.large"].map((type) => probed({ type }));
    const samples = types.map(({ type }) => sample("failed", { type }));
    expect(measuredResults(report(samples, types)).map(({ type }) => type)).toEqual(["c6a.large", "m6a.large"]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { judgeGates, type GateLimits } from "../../../src/cluster/probe/gates.js";
import type { ProbeSample, ProbeSkip } from "../../../src/cluster/probe/model.js";
import { summarize } from "../../../src/cluster/probe/statistics.js";
import { BASELINE, ENDED, verifiedSamples } from "../../support/sample-probe.js";

const FACTS = { vcpu: 8, memoryBytes: 16 * 1024 ** 3, hourlyUsd: undefined };
const FAIL_OVER = { failOver: { text: "1m", seconds: 60 } };
/** 45 s was the p50 of c6a.2xlarge. */
const REGRESSION = { regression: { baseline: BASELINE, share: 0.2 } };
const MEMORY = { minMemoryRatio: 0.9 };

/** The problems of the one gate that was asked for, by type. */
function problems(limits: GateLimits, samples: readonly ProbeSample[], skipped: readonly ProbeSkip[] = []): object {
  const [gate] = judgeGates({ types: summarize(samples, () => FACTS), skipped, region: "us-west-2" }, limits);
  const failures = gate?.failures ?? [];
  expect(gate?.passed).toBe(failures.length === 0);
  return Object.fromEntries(failures.map(({ type, problem }) => [type, problem]));
}

/** What is to be known beside the verdict of a comparison with a baseline. */
function notes(samples: readonly ProbeSample[], baseline = BASELINE): readonly string[] {
  const types = summarize(samples, () => FACTS);
  const [gate] = judgeGates(
    { types, skipped: [], region: "us-west-2" },
    { regression: { ...REGRESSION.regression, baseline } },
  );
  return gate?.notes ?? [];
}

describe("gates", () => {
  it("are those that were asked for, as they were asked for", () => {
    const types = summarize(verifiedSamples("c6a.2xlarge", [40], 15), () => FACTS);
    const report = { types, skipped: [], region: "us-west-2" };
    expect(judgeGates(report, { ...FAIL_OVER, ...REGRESSION, ...MEMORY })).toEqual([
      { gate: "--fail-over 1m", passed: true, failures: [], notes: [] },
      { gate: "--baseline last.json --max-regression 20%", passed: true, failures: [], notes: [] },
      { gate: "--min-mem-ratio 0.9", passed: true, failures: [], notes: [] },
    ]);
    expect(judgeGates(report, {})).toEqual([]);
  });

  it.each<[string, GateLimits]>([
    ["--fail-over", FAIL_OVER],
    ["--baseline", REGRESSION],
    ["--min-mem-ratio", MEMORY],
  ])("%s: a type without a verified sample falls short, begun or not", (_name, limits) => {
    const skipped = [
      { type: "x1e.32xlarge", samples: 2, kind: "budget", reason: "over budget" },
      { type: "c6a.2xlarge", samples: 1, kind: "budget", reason: "over budget" },
    ] as const;
    expect(problems(limits, [...verifiedSamples("c6a.2xlarge", [40], 15), ENDED.unavailable], skipped)).toEqual({
      "p3.2xlarge": "has no verified sample",
      "x1e.32xlarge": "was not probed: over budget",
    });
  });
});

describe("--fail-over", () => {
  it("is passed by the limit itself, and missed by one sample above it", () => {
    expect(problems(FAIL_OVER, verifiedSamples("m5.large", [40, 60]))).toEqual({});
    expect(problems(FAIL_OVER, verifiedSamples("m5.large", [40, 41, 60.1]))).toEqual({
      "m5.large": "took 60.1s until its offer",
    });
  });

  it("is missed by a type of which a sample failed or timed out: it never offered anything", () => {
    const samples = verifiedSamples("r5.xlarge", [40, 41, 70]);
    expect(problems(FAIL_OVER, [...samples.slice(0, 2), ENDED.failed])).toEqual({
      "r5.xlarge": "never offered anything in 1 of 3 samples",
    });
    expect(problems(FAIL_OVER, [...samples, ENDED.failed, ENDED["timed-out"]])).toEqual({
      "r5.xlarge": "took 70.0s until its offer, and never offered anything in 2 of 5 samples",
    });
  });

  it("is not missed because EC2 refused a sample, or somebody interrupted it", () => {
    const others = [ENDED.unavailable, ENDED.interrupted].map((sample) => ({ ...sample, type: "m5.large" }));
    expect(problems(FAIL_OVER, [...verifiedSamples("m5.large", [40]), ...others])).toEqual({});
  });
});

describe("--baseline", () => {
  it("compares p50 with the earlier one: up to the share more passes", () => {
    expect(problems(REGRESSION, verifiedSamples("c6a.2xlarge", [54, 54, 99]))).toEqual({});
    expect(problems(REGRESSION, verifiedSamples("c6a.2xlarge", [30, 54.1, 99]))).toEqual({
      "c6a.2xlarge": "took 54.1s until its offer (p50), 45.0s on 2025-12-25, 20.2 % more",
    });
  });

  it("lets a type pass that the baseline does not know, and tells which", () => {
    const samples = [...verifiedSamples("m5.large", [500]), ...verifiedSamples("c6a.2xlarge", [45]), ENDED.unavailable];
    expect(problems(REGRESSION, samples)).toEqual({ "p3.2xlarge": "has no verified sample" });
    expect(notes(samples)).toEqual(["m5.large is not in the baseline: nothing was compared"]);
  });

  it("tells of a type that was not verified then, and of a baseline of another region", () => {
    const types = new Map([["m5.large", { p50: {}, memoryRatio: undefined }]]);
    const samples = verifiedSamples("m5.large", [500]);
    expect(notes(samples, { ...BASELINE, region: "eu-west-1", types })).toEqual([
      "the baseline is of eu-west-1, and this probe of us-west-2",
      "m5.large has no verified sample in the baseline: nothing was compared",
    ]);
    expect(notes(samples, { ...BASELINE, region: undefined })).toEqual([
      "m5.large is not in the baseline: nothing was compared",
    ]);
  });
});

describe("--min-mem-ratio", () => {
  it("is passed by the ratio itself, and missed by the least offer below it", () => {
    expect(problems(MEMORY, verifiedSamples("m5.large", [40], 14.4))).toEqual({});
    const samples = [...verifiedSamples("m5.large", [40], 15), ...verifiedSamples("m5.large", [41], 14)];
    expect(problems(MEMORY, samples)).toEqual({ "m5.large": "offers 87.5 % of the 16.0GiB that AWS advertises" });
  });
});

import { describe, expect, it } from "@jest/globals";
import type { ProbeSample } from "../../../src/cluster/probe/model.js";
import { type JudgedReport, probeVerdict } from "../../../src/cluster/probe/verdict.js";
import { AccessError, LimitError, type ReflowEc2Error } from "../../../src/errors.js";
import { ENDED, verifiedSamples } from "../../support/sample-probe.js";

const SKIP = {
  type: "x1e.32xlarge",
  samples: 2,
  kind: "budget",
  reason: "it may cost 9 USD, and the budget is 2 USD",
} as const;
const UNSOLD = { ...SKIP, kind: "nowhere", reason: "it is not sold in us-west-2d" } as const;
const { failed, unavailable, interrupted, "timed-out": timedOut } = ENDED;
const [verified] = verifiedSamples("m5.large", [40]);

function report(samples: readonly (ProbeSample | undefined)[], rest: Partial<JudgedReport> = {}): JudgedReport {
  return { samples: samples.filter((sample) => sample !== undefined), skipped: [], gates: [], ...rest };
}

function exitCodeOf(judged: JudgedReport): number {
  return probeVerdict(judged)?.exitCode ?? 0;
}

function told(error: ReflowEc2Error | undefined): object | undefined {
  return error && { name: error.name, exitCode: error.exitCode, message: error.message, hint: error.hint };
}

describe("how a probe without gates ends", () => {
  it.each<[string, JudgedReport, number]>([
    ["all verified", report([verified, verified]), 0],
    ["some verified, others refused", report([verified, unavailable]), 9],
    ["some verified, others failed", report([verified, failed]), 9],
    ["all verified, some not begun", report([verified], { skipped: [SKIP] }), 9],
    ["all refused", report([unavailable, unavailable]), 4],
    ["none verified, one failed", report([unavailable, failed]), 7],
    ["none verified, one timed out", report([unavailable, timedOut]), 7],
    ["all interrupted", report([interrupted]), 9],
    ["all refused that were begun, and others not for the budget", report([unavailable], { skipped: [SKIP] }), 9],
    ["all refused that were begun, and others sold nowhere", report([unavailable], { skipped: [UNSOLD] }), 4],
    ["nothing begun for the budget", report([], { skipped: [SKIP] }), 5],
    ["nothing begun, some for the budget", report([], { skipped: [UNSOLD, SKIP] }), 5],
    ["nothing begun, as it is sold nowhere", report([], { skipped: [UNSOLD] }), 9],
  ])("%s: %#", (_name, judged, exitCode) => {
    expect(exitCodeOf(judged)).toBe(exitCode);
  });

  it("tells how many are verified, and the first reason why not all", () => {
    expect(told(probeVerdict(report([verified, failed], { skipped: [SKIP] })))).toEqual({
      name: "PartialError",
      exitCode: 9,
      message: "1 of 4 samples verified",
      hint: failed.hint,
    });
    expect(told(probeVerdict(report([timedOut])))).toEqual({
      name: "InstanceError",
      exitCode: 7,
      message: "no instance became usable: r5.xlarge: no offer within 15m",
      hint: "The report tells why; `-o wide` shows how far each came.",
    });
    expect(told(probeVerdict(report([{ ...unavailable, problem: "none left" }])))).toEqual({
      name: "CapacityError",
      exitCode: 4,
      message: "EC2 refused every instance: p3.2xlarge: none left",
      hint: "Try later, another zone (--zone), or `--market fallback`.",
    });
    expect(told(probeVerdict(report([], { skipped: [SKIP] })))).toEqual({
      name: "LimitError",
      exitCode: 5,
      message: "the budget lets nothing begin: x1e.32xlarge: it may cost 9 USD, and the budget is 2 USD",
      hint: "Raise --budget, or lower --timeout: each instance is counted at the most that it may cost.",
    });
    expect(probeVerdict(report([], { skipped: [UNSOLD] }))?.message).toBe(
      "nothing was found out of 2 samples: x1e.32xlarge: it is not sold in us-west-2d",
    );
  });

  it("ends with the account's own error where that alone stopped every sample", () => {
    const denied = { ...unavailable, error: new AccessError("not authorized to RunInstances") };
    expect(probeVerdict(report([denied, denied]))).toBe(denied.error);
    expect(exitCodeOf(report([denied, { ...denied, error: new LimitError("quota") }]))).toBe(4);
    expect(exitCodeOf(report([denied, failed]))).toBe(7);
    expect(exitCodeOf(report([verified, denied]))).toBe(9);
  });
});

describe("how a probe with gates ends", () => {
  const passed = { gate: "--fail-over 60s", passed: true, failures: [], notes: [] };
  const missed = {
    gate: "--min-mem-ratio 0.9",
    passed: false,
    failures: [
      { type: "m5.large", problem: "offers 87.5 % of the 8.0GiB that AWS advertises" },
      { type: "p3.2xlarge", problem: "has no verified sample" },
    ],
    notes: [],
  };

  it("well where all are passed, whatever became of single samples", () => {
    expect(exitCodeOf(report([verified, { ...unavailable, type: "m5.large" }], { gates: [passed] }))).toBe(0);
  });

  it("with the list of those that fall short", () => {
    expect(told(probeVerdict(report([verified, unavailable], { gates: [passed, missed] })))).toEqual({
      name: "PartialError",
      exitCode: 9,
      message:
        "2 types fell short of what was asked for:\n" +
        "  m5.large: offers 87.5 % of the 8.0GiB that AWS advertises (--min-mem-ratio 0.9)\n" +
        "  p3.2xlarge: has no verified sample (--min-mem-ratio 0.9)",
      hint: "Allow more, or leave these types out.",
    });
  });
});

import type { MeasuredResult } from "../../src/catalog/measured.js";

/** 2026-11-25, noon. */
export const MEASURED_MS = Date.UTC(2026, 10, 25, 12);

/** A type that came up three times. */
export const VERIFIED_RESULT: MeasuredResult = {
  type: "c6a.large",
  region: "eu-west-1",
  outcome: "verified",
  dateMs: MEASURED_MS,
  imageId: "ami-0c3488073a14ab0af",
  reflowVersion: "reflow1.24.0",
  generation: 2023,
  memoryBytes: 3_700_000_000,
  bootSeconds: 41.5,
  samples: 3,
};

/** A type that never came up. */
export const FAILED_RESULT: MeasuredResult = {
  type: "t3.nano",
  region: "eu-west-1",
  outcome: "failed",
  dateMs: MEASURED_MS,
  imageId: "ami-0c3488073a14ab0af",
  reflowVersion: "reflow1.24.0",
  generation: 2023,
  samples: 2,
  problem: "the reflowlet did not answer within 5m",
};

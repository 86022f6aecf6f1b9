import type { MeasuredResult } from "../catalog/measured.js";
import type { ProbedType, ProbeReport, ProbeSample } from "../cluster/probe/model.js";
import { InstanceError, TimedOutError } from "../errors.js";

/** A longer reason is no sentence. */
const LONGEST_PROBLEM = 300;

/**
 * What a run of probes teaches, a result for each type that it tells something of, by name. A type that came up once is
 * verified; one whose instances were launched and never became usable has failed. Nothing is learned of a type that EC2
 * refused, that was interrupted, or that failed for a reason that lies with the account or the configuration.
 */
export function measuredResults(report: ProbeReport): MeasuredResult[] {
  return report.types.flatMap((probed) => resultOf(report, probed) ?? []).sort((a, b) => (a.type < b.type ? -1 : 1));
}

function resultOf(report: ProbeReport, { type, offered, reached }: ProbedType): MeasuredResult | undefined {
  const samples = report.samples.filter((sample) => sample.type === type);
  const verified = samples.filter(({ outcome }) => outcome === "verified");
  const failed = samples.filter(isTypesFailure);
  const { mem: memoryBytes } = offered ?? {};
  const result = (outcome: MeasuredResult["outcome"], counted: readonly ProbeSample[]): MeasuredResult => ({
    type,
    region: report.region,
    outcome,
    dateMs: report.endedMs,
    imageId: counted.at(-1)?.imageId ?? "",
    reflowVersion: report.reflowVersion,
    generation: report.generation,
    samples: counted.length,
  });
  if (verified.length > 0) {
    if (memoryBytes === undefined || !(memoryBytes > 0)) return undefined;
    const seconds = reached.offer?.p50;
    const bootSeconds = seconds === undefined ? undefined : Math.max(0.1, Number(seconds.toFixed(1)));
    // A reflowlet offers a fraction of a byte at times.
    return { ...result("verified", verified), memoryBytes: Math.trunc(memoryBytes), bootSeconds };
  }
  if (failed.length === 0) return undefined;
  return { ...result("failed", failed), problem: failed.at(-1)?.problem.slice(0, LONGEST_PROBLEM) };
}

/** It was launched, and it was the instance that did not come up. */
function isTypesFailure({ outcome, instanceId, error }: ProbeSample): boolean {
  if (outcome !== "failed" && outcome !== "timed-out") return false;
  if (instanceId === undefined) return false;
  return error === undefined || error instanceof InstanceError || error instanceof TimedOutError;
}

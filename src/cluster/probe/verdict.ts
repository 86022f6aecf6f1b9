import { CapacityError, InstanceError, LimitError, PartialError, type ReflowEc2Error } from "../../errors.js";
import { counted } from "../../lib/counted.js";
import type { ProbeReport, ProbeSample } from "./model.js";
import { countOutcomes } from "./statistics.js";

/** What the verdict is about. */
export type JudgedReport = Pick<ProbeReport, "samples" | "skipped" | "gates">;

/** Codes of errors about the account and its configuration: they say more than that no instance came up. */
const TELLING_CODES: ReadonlySet<number> = new Set([2, 5, 6, 8]);

/**
 * The error with which a probe ends; undefined when it ends well. With gates: 9 when a type falls short of one. Without:
 * nothing when all samples were verified, 9 when some were, and when none was: 2, 5, 6 or 8 where every sample ended for
 * such a reason, 5 when the budget let nothing begin, 4 when EC2 refused all, 7 when an instance failed, 9 when nothing was
 * found out.
 */
export function probeVerdict(report: JudgedReport): ReflowEc2Error | undefined {
  if (report.gates.length > 0) return gateVerdict(report);
  const { samples, skipped } = report;
  const { verified, failed, unavailable, "timed-out": timedOut } = countOutcomes(samples);
  const notBegun = skipped.reduce((sum, skip) => sum + skip.samples, 0);
  if (verified === samples.length && notBegun === 0) return undefined;
  const wanted = samples.length + notBegun;
  const shown = samples.find(({ outcome }) => outcome !== "verified");
  const hint = shown?.hint ?? "The report tells why; `-o wide` shows how far each came.";
  if (verified > 0) return new PartialError(`${verified} of ${counted(wanted, "sample")} verified`, { hint });
  const common = commonError(samples);
  if (common !== undefined) return common;
  const why = shown === undefined ? "" : `: ${shown.type}: ${shown.problem}`;
  if (failed + timedOut > 0) return new InstanceError(`no instance became usable${why}`, { hint });
  const forBudget = skipped.find(({ kind }) => kind === "budget");
  if (unavailable > 0 && unavailable === samples.length && forBudget === undefined) {
    return new CapacityError(`EC2 refused every instance${why}`, {
      hint: shown?.hint ?? "Try later, another zone (--zone), or `--market fallback`.",
    });
  }
  if (samples.length === 0 && forBudget !== undefined) {
    return new LimitError(`the budget lets nothing begin: ${forBudget.type}: ${forBudget.reason}`, {
      hint: "Raise --budget, or lower --timeout: each instance is counted at the most that it may cost.",
    });
  }
  const [first] = skipped;
  return new PartialError(
    `nothing was found out of ${counted(wanted, "sample")}${first === undefined ? why : `: ${first.type}: ${first.reason}`}`,
    { hint },
  );
}

function gateVerdict({ gates }: JudgedReport): PartialError | undefined {
  const failures = gates.flatMap(({ gate, failures: own }) => own.map((failure) => ({ gate, ...failure })));
  if (failures.length === 0) return undefined;
  const types = new Set(failures.map(({ type }) => type));
  const lines = failures.map(({ gate, type, problem }) => `\n  ${type}: ${problem} (${gate})`);
  return new PartialError(`${counted(types.size, "type")} fell short of what was asked for:${lines.join("")}`, {
    hint: "Allow more, or leave these types out.",
  });
}

/** The error of all samples, where one reason of the account stopped each of them. */
function commonError(samples: readonly ProbeSample[]): ReflowEc2Error | undefined {
  const [first] = samples;
  const code = first?.error?.exitCode;
  if (code === undefined || !TELLING_CODES.has(code)) return undefined;
  return samples.every(({ error }) => error?.exitCode === code) ? first?.error : undefined;
}

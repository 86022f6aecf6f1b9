import { percentText } from "../../lib/percent-text.js";
import { secondsText } from "../../lib/time-text.js";
import { counted } from "../../lib/counted.js";
import { sizeText } from "../../pool/resources.js";
import type { ProbedType, ProbeGate, ProbeMilestone, ProbeReport } from "./model.js";

/** What gates need of an earlier probe. */
export interface ProbeBaseline {
  /** The file that it was read from. */
  readonly file: string;
  /** When that probe began, milliseconds since 1970. */
  readonly startedMs: number;
  /** Undefined where the file does not say. */
  readonly region: string | undefined;
  readonly types: ReadonlyMap<string, BaselineType>;
}

/** A type of an earlier probe. */
export interface BaselineType {
  /** Seconds until each milestone, p50; empty without a verified sample. */
  readonly p50: Readonly<Partial<Record<ProbeMilestone, number>>>;
  readonly memoryRatio: number | undefined;
}

/** What a probe must come up to. */
export interface GateLimits {
  /** No verified sample may take longer until its offer. */
  readonly failOver?: { readonly text: string; readonly seconds: number } | undefined;
  /** The p50 until the offer may exceed the baseline's by this share of it. */
  readonly regression?: { readonly baseline: ProbeBaseline; readonly share: number } | undefined;
  /** The least share of the advertised memory that must be offered. */
  readonly minMemoryRatio?: number | undefined;
}

/** What the gates judge. */
export type GatedReport = Pick<ProbeReport, "types" | "skipped" | "region">;

/**
 * The gates that were asked for, with the types that fall short. Nothing passes unseen: a type without a verified sample
 * falls short of every gate, and so does one none of whose samples were begun.
 */
export function judgeGates(report: GatedReport, limits: GateLimits): readonly ProbeGate[] {
  const { failOver, regression, minMemoryRatio } = limits;
  return [
    ...(failOver === undefined
      ? []
      : [gate(`--fail-over ${failOver.text}`, report, (type) => tooSlow(type, failOver.seconds))]),
    ...(regression === undefined
      ? []
      : [
          gate(
            `--baseline ${regression.baseline.file} --max-regression ${percentText(regression.share, "")}`,
            report,
            (type) => regressed(type, regression.baseline, regression.share),
            doubts(report, regression.baseline),
          ),
        ]),
    ...(minMemoryRatio === undefined
      ? []
      : [gate(`--min-mem-ratio ${minMemoryRatio}`, report, (type) => tooSmall(type, minMemoryRatio))]),
  ];
}

/** Verified types that the baseline cannot be compared with pass, and another region has other times: the user is to know. */
function doubts({ types, region }: GatedReport, baseline: ProbeBaseline): readonly string[] {
  return [
    ...(baseline.region === undefined || baseline.region === region
      ? []
      : [`the baseline is of ${baseline.region}, and this probe of ${region}`]),
    ...types
      .filter(({ type, outcomes }) => outcomes.verified > 0 && baseline.types.get(type)?.p50.offer === undefined)
      .map(({ type }) =>
        baseline.types.has(type)
          ? `${type} has no verified sample in the baseline: nothing was compared`
          : `${type} is not in the baseline: nothing was compared`,
      ),
  ];
}

function gate(
  text: string,
  { types, skipped }: GatedReport,
  judge: (type: ProbedType) => string | undefined,
  notes: readonly string[] = [],
): ProbeGate {
  const begun = new Set(types.map(({ type }) => type));
  const failures = [
    ...types.flatMap((type) => {
      const problem = type.outcomes.verified === 0 ? "has no verified sample" : judge(type);
      return problem === undefined ? [] : [{ type: type.type, problem }];
    }),
    ...skipped
      .filter(({ type }) => !begun.has(type))
      .map(({ type, reason }) => ({ type, problem: `was not probed: ${reason}` })),
  ];
  return { gate: text, passed: failures.length === 0, failures, notes };
}

/** What never offered anything has taken longer than any limit; EC2's refusals and an interruption say nothing of time. */
function tooSlow({ reached, outcomes, samples }: ProbedType, seconds: number): string | undefined {
  const slowest = reached.offer?.max ?? 0;
  const stuck = outcomes.failed + outcomes["timed-out"];
  const parts = [
    ...(slowest > seconds ? [`took ${secondsText(slowest)} until its offer`] : []),
    ...(stuck > 0 ? [`never offered anything in ${stuck} of ${counted(samples, "sample")}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", and ");
}

function regressed({ type, reached }: ProbedType, baseline: ProbeBaseline, share: number): string | undefined {
  const [now, then] = [reached.offer?.p50, baseline.types.get(type)?.p50.offer];
  if (now === undefined || then === undefined || now <= then * (1 + share)) return undefined;
  const more = then === 0 ? "" : `, ${percentText(now / then - 1)} more`;
  const date = new Date(baseline.startedMs).toISOString().slice(0, 10);
  return `took ${secondsText(now)} until its offer (p50), ${secondsText(then)} on ${date}${more}`;
}

function tooSmall({ memoryRatio, memoryBytes }: ProbedType, least: number): string | undefined {
  if (memoryRatio === undefined || memoryRatio >= least) return undefined;
  return `offers ${percentText(memoryRatio)} of the ${sizeText(memoryBytes)} that AWS advertises`;
}

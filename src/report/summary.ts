import { stripVTControlCharacters } from "node:util";
import {
  PROBE_MILESTONES,
  type ProbedType,
  type ProbeEnd,
  type ProbeMilestone,
  type ProbeOutcome,
  type ProbeReport,
  type ProbeSample,
  type ProbeSkip,
} from "../cluster/probe/model.js";
import { countOutcomes, isVerified } from "../cluster/probe/statistics.js";
import { counted } from "../lib/counted.js";
import { usdText } from "../lib/money-text.js";
import { percentText } from "../lib/percent-text.js";
import { durationText } from "../lib/time-text.js";
import { amount, sizeText } from "../pool/resources.js";

/** What a milestone means, for people. */
export const MILESTONE_TEXT: Readonly<Record<ProbeMilestone, string>> = {
  accepted: "EC2 accepted",
  running: "running",
  address: "address known",
  bootstrap: "bootstrap answers",
  installed: "image installed",
  reflowlet: "reflowlet answers",
  tagged: "tagged",
  offer: "offer",
};

/** `5 verified`, `3 verified, 1 failed, 1 timed out`. */
export function outcomesText(outcomes: Readonly<Record<ProbeOutcome, number>>): string {
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0);
  return parts.map(([outcome, count]) => `${count} ${outcome.replace("-", " ")}`).join(", ") || "none";
}

/** The run in one sentence. */
export function headline({ types, skipped, samples, startedMs, endedMs, costUsd }: ProbeReport): string {
  const all = new Set([...types, ...skipped].map(({ type }) => type)).size;
  const notBegun = skipped.reduce((sum, skip) => sum + skip.samples, 0);
  const rest = notBegun === 0 ? "" : `, ${notBegun} not begun`;
  return (
    `${types.filter(isVerified).length} of ${counted(all, "type")} verified; ` +
    `${counted(samples.length, "sample")}: ${outcomesText(countOutcomes(samples))}${rest}; ` +
    `${durationText(endedMs - startedMs)}, ${costText(costUsd)}`
  );
}

/** What was spent, with the decimals that small sums need. */
export function costText(usd: number): string {
  return `$${usd < 1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

/** What is known of all instances' ends, in one sentence, and those of which it is not. */
export function endsOf(samples: readonly ProbeSample[]): {
  readonly text: string;
  readonly unseen: readonly ProbeEnd[];
} {
  const ends = samples.flatMap((sample) => sample.ends);
  const unseen = ends.filter(({ seen }) => !seen);
  if (ends.length === 0) return { text: "No instance was launched.", unseen };
  const whose = ends.length === 1 ? "the launched instance" : counted(ends.length, "launched instance");
  if (unseen.length === 0) return { text: `The end of ${ends.length === 1 ? "" : "all "}${whose} was seen.`, unseen };
  return { text: `The end of ${ends.length === 1 ? "" : `${unseen.length} of `}${whose} was not seen.`, unseen };
}

/** Of an instance whose end was not seen: `i-0123: shutting-down, EC2 did not answer`. */
export function unseenText({ instanceId, state, problem }: ProbeEnd): string {
  return `${instanceId}: ${state}${problem === "" ? "" : `, ${problem}`}`;
}

/** `14.9GiB of 16.0GiB, 93.1 %`; what AWS advertises alone without a verified sample. */
export function memoryText({ offered, memoryBytes, memoryRatio }: ProbedType): string {
  const nominal = sizeText(memoryBytes);
  if (offered === undefined) return `? of ${nominal}`;
  const share = memoryRatio === undefined ? "" : `, ${percentText(memoryRatio)}`;
  return `${sizeText(amount(offered, "mem"))} of ${nominal}${share}`;
}

/** `$0.3060`, `at most $0.3060` where the spot price was not known, or `?`. */
export function priceText({ hourlyUsd, priceBasis }: Pick<ProbedType, "hourlyUsd" | "priceBasis">): string {
  if (hourlyUsd === undefined) return "?";
  return `${priceBasis === "bound" ? "at most " : ""}$${usdText(hourlyUsd)}`;
}

/** By how much a time may be late at most: `1 s`. */
export function latenessText({ resolution }: Pick<ProbeReport, "resolution">): string {
  return `${Math.max(resolution.machine, resolution.ec2)} s`;
}

/** Seconds with one decimal and no unit, `-` where there are none. */
export function figure(seconds: number | undefined): string {
  return seconds === undefined ? "-" : seconds.toFixed(1);
}

/** Seconds from the call until the last milestone that the sample reached. */
export function lastReached({ reached }: ProbeSample): number {
  return Math.max(0, ...PROBE_MILESTONES.flatMap((milestone) => reached[milestone] ?? []));
}

/** Samples that are to be explained. */
export function notVerified(samples: readonly ProbeSample[]): readonly ProbeSample[] {
  return samples.filter(({ outcome }) => outcome !== "verified");
}

/** `on-demand us-west-2a: InsufficientInstanceCapacity: none left`. */
export function refusalText({ market, zone, code, message }: ProbeSample["refusals"][number]): string {
  return `${market} in ${zone ?? "any zone"}: ${code}: ${message}`;
}

/** Refusals that verified samples met before, a line for each type, market, zone and code, with how often. */
export function refusedOnTheWay(samples: readonly ProbeSample[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { type, outcome, refusals } of samples) {
    for (const { market, zone, code } of outcome === "verified" ? refusals : []) {
      const text = `${type}: ${market} in ${zone ?? "any zone"}: ${code}`;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text}, ${count} times`));
}

/** `m5.large: 2 samples were not begun: budget`. */
export function skipText({ type, samples, reason }: ProbeSkip): string {
  return `${type}: ${counted(samples, "sample")} not begun: ${reason}`;
}

/** The markets that the samples of a type were in, or were refused in last: `spot`, `spot, on-demand`. */
export function marketsText({ type }: ProbedType, samples: readonly ProbeSample[]): string {
  return [...new Set(samples.filter((sample) => sample.type === type).map(({ market }) => market))].join(", ");
}

/** What a sample waited for when it ended; empty where it waited for nothing. */
export function waitedText({ waitingFor }: ProbeSample): string {
  return waitingFor === undefined ? "" : `while waiting for: ${MILESTONE_TEXT[waitingFor]}`;
}

// Control characters but tab and line feed, halves of surrogate pairs, and what no Unicode text may have.
const UNFIT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]|\p{Cs}/gu;
// Marks that change the direction of what follows, and could make a line read otherwise.
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text from outside, of many lines, that any format can carry: terminal sequences (boots are colourful) are dropped,
 * and control characters replaced by U+FFFD.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, "\n")).replace(UNFIT, "\ufffd").replace(REORDERING, "\ufffd");
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, " ").trim();
}

/** RFC 3339 in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

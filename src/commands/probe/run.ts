import type { ProbeReport, ProbeSample } from "../../cluster/probe/model.js";
import type { ClusterEvent } from "../../cluster/events.js";
import { USABLE_WITHIN_MS } from "../../cluster/launch/request.js";
import { judgeGates, type GateLimits } from "../../cluster/probe/gates.js";
import type { ProbeRequest } from "../../cluster/probe/request.js";
import type { ProbeSelection } from "../../cluster/probe/select-types.js";
import { probeVerdict } from "../../cluster/probe/verdict.js";
import { InterruptedError, PartialError, type ReflowEc2Error, UsageError } from "../../errors.js";
import { counted } from "../../lib/counted.js";
import { limitText, secondsText } from "../../lib/time-text.js";
import { probeJson } from "../../terminal/json/probe.js";
import { probePlanJson } from "../../terminal/json/probe-plan.js";
import { probeLiveText } from "../../terminal/probe-live.js";
import { probePlanSummary, probePlanText } from "../../terminal/probe-plan-view.js";
import { probeText, verifiedTypes } from "../../terminal/probe-view.js";
import type { World } from "../../world.js";
import { confirm } from "../shared/confirm.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { DEFAULT_TIMEOUT_MS } from "../shared/timeout.js";
import { type ClusterSession, withCluster } from "../shared/with-cluster.js";
import { writeResult } from "../shared/write-result.js";
import { gateLimits } from "./gate-limits.js";
import type { ProbeFlags } from "./options.js";
import { claimReports, writeReports } from "./reports.js";
import { refuseRehearsed, save } from "./save.js";

/** Of dozens of instances at once these would be a flood; the samples tell what came of each. */
const FLOOD: ReadonlySet<ClusterEvent["kind"]> = new Set([
  "phase-started",
  "phase-done",
  "phase-retried",
  "instance-launched",
  "instance-terminating",
  "instance-state",
]);

/** Longer ones are told whole by the result. */
const LONGEST_PROBLEM = 120;

/** Probes types, prints what was found, writes the reports, and ends with the error that the verdict is. */
export async function runProbe(world: World, globals: GlobalOptions, flags: ProbeFlags): Promise<void> {
  if (flags.save) refuseRehearsed(world, globals);
  const gates = await gateLimits(world, flags.gates);
  const ofSamples = { begun: false };
  const isTold = ({ kind }: ClusterEvent): boolean => globals.verbosity > 0 || !ofSamples.begun || !FLOOD.has(kind);
  await withCluster(
    world,
    globals,
    world.signal,
    (session) => probeAnd(world, globals, flags, gates, session, () => (ofSamples.begun = true)),
    isTold,
  );
}

async function probeAnd(
  world: World,
  globals: GlobalOptions,
  flags: ProbeFlags,
  limits: GateLimits,
  { cluster, console }: ClusterSession,
  onBegun: () => void,
): Promise<void> {
  const { progress, stdoutColors: colors, stdoutColumns: columns } = console;
  const { types, left } = cluster.probeTypes(flags.selection, flags.max);
  if (types.length === 0 && flags.selection.kind !== "unverified")
    throw nothingAllowed(cluster.region, flags.selection);
  if (left > 0) progress.note(`${counted(left, "more type")} left out by --max`);
  const timeoutMs = timeLimit(globals.timeoutMs, (text) => progress.warn(text));
  const { samples, concurrency, market, zone, budgetUsd } = flags;
  const request = { types, samples, concurrency, market, zone, timeoutMs, budgetUsd };
  if (types.length === 0) progress.note(`nothing to probe in ${cluster.region}: every type has been tried`);
  else progress.waitFor("looking at where the types are sold, and for how much");
  const plan = await cluster.planProbe(request, { signal: world.signal });
  progress.stop();
  if (flags.dryRun) {
    progress.note(`would probe ${probePlanSummary(plan, request)}`);
    return writeResult(world.stdout, globals.output, {
      text: () => probePlanText(plan, { columns, colors }),
      data: () => probePlanJson(plan),
      names: () => plan.types.map(({ type }) => type),
    });
  }
  if (plan.types.length > 0) {
    progress.note(`${flags.yes ? "probing" : "to probe:"} ${probePlanSummary(plan, request)}`);
    if (!flags.yes) await confirm(world, "Launch them?", world.signal);
  }
  if (flags.save) await cluster.claimMeasured();
  await claimReports(world, flags.reports);
  const { report, fatal } = await watch(world, request, { cluster, console }, onBegun);
  const judged: ProbeReport = { ...report, gates: judgeGates(report, limits) };
  for (const note of judged.gates.flatMap(({ notes }) => notes)) progress.warn(note);
  const unwritten = await writeReports(world, flags.reports, judged, (text) => progress.alarm(text));
  // What was paid for is told, whatever becomes of the files.
  const unsaved = flags.save ? await save(judged, { cluster, console }) : undefined;
  await writeResult(world.stdout, globals.output, {
    text: (wide) => probeText(judged, { columns, wide, colors }),
    data: () => probeJson(judged),
    names: () => verifiedTypes(judged),
  });
  const verdict = fatal ?? interruption(world.signal) ?? (types.length === 0 ? undefined : probeVerdict(judged));
  if (unsaved !== undefined && verdict !== undefined) progress.alarm(`nothing was saved: ${unsaved.message}`);
  if (fatal === undefined && !(verdict instanceof InterruptedError)) throwIfLeft(judged, verdict);
  if (verdict !== undefined) throw verdict;
  if (unsaved !== undefined) throw unsaved;
  if (unwritten.length > 0) {
    throw new PartialError(`not written: ${unwritten.join(", ")}`, {
      hint: "The probe itself is done; see above why.",
    });
  }
}

/** For each instance, in milliseconds. */
function timeLimit(wishedMs: number | undefined, warn: (text: string) => void): number {
  if (wishedMs === undefined || wishedMs <= USABLE_WITHIN_MS) return wishedMs ?? DEFAULT_TIMEOUT_MS;
  const longest = limitText(USABLE_WITHIN_MS);
  warn(`--timeout ${limitText(wishedMs)} is taken for ${longest}: after that a probed machine ends itself`);
  return USABLE_WITHIN_MS;
}

/** Why the probe was ended from outside. Somebody who reads no further ends nothing: the verdict still counts. */
function interruption({ reason }: AbortSignal): InterruptedError | undefined {
  return reason instanceof InterruptedError ? reason : undefined;
}

/** Nothing is no success where types were asked for: a misspelt wish would pass every gate. */
function nothingAllowed(region: string, selection: ProbeSelection): UsageError {
  const what =
    selection.kind === "match" ? `matches ${selection.globs.map((glob) => `'${glob}'`).join(" or ")}` : "is there";
  return new UsageError(`no type that may be launched in ${region} ${what}`, {
    hint:
      "Types count that the region offers, that `instancetypes` of the configuration allows, and that reflowlets run on. " +
      "A type that is named in full is probed all the same.",
  });
}

/** Probes, and tells of each sample as it is decided; where something may move, of those that are under way. */
async function watch(
  world: World,
  request: ProbeRequest,
  { cluster, console: { progress, stderrColumns } }: ClusterSession,
  onBegun: () => void,
): ReturnType<ClusterSession["cluster"]["probe"]> {
  try {
    return await cluster.probe(request, {
      signal: world.signal,
      onBegun: (look) => {
        onBegun();
        progress.show(() => probeLiveText(look(), world.clock.monotonicMs(), stderrColumns ?? Infinity));
      },
      onDecided: (sample) => progress.note(sampleLine(sample, request.samples)),
    });
  } finally {
    progress.stop();
  }
}

/** One line: the report tells the rest. */
function sampleLine(result: ProbeSample, samples: number): string {
  const { type, sample, outcome, market, zone, reached, problem, refusals } = result;
  const name = samples > 1 ? `${type} ${sample}/${samples}` : type;
  const place = `${market}, ${zone ?? "no zone"}`;
  if (outcome === "verified") return `${name}: verified in ${secondsText(reached.offer ?? 0)} (${place})`;
  if (outcome === "unavailable") {
    const codes = [...new Set(refusals.map(({ code }) => code))].join(", ");
    return `${name}: unavailable: ${codes} in ${counted(refusals.length, "place")}`;
  }
  const [first = ""] = problem.split("\n");
  const text = first.length > LONGEST_PROBLEM ? `${first.slice(0, LONGEST_PROBLEM)}…` : first;
  return `${name}: ${outcome.replace("-", " ")} (${place}): ${text}`;
}

/** @throws PartialError where the end of an instance was not seen, unless the verdict says as much by its code */
function throwIfLeft({ samples }: ProbeReport, verdict: ReflowEc2Error | undefined): void {
  const left = samples.flatMap(({ ends }) => ends.filter(({ seen }) => !seen));
  if (left.length === 0 || verdict instanceof PartialError) return;
  const ids = left.map(({ instanceId }) => instanceId).join(" ");
  throw new PartialError(
    `not seen to end: ${left.map(({ instanceId, problem }) => `${instanceId} (${problem})`).join(", ")}`,
    {
      hint: `'reflow-ec2 terminate ${ids}' ends them; they end themselves by their deadline.`,
    },
  );
}

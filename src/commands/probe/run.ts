import type { ProbeReport, ProbeSample } from "../../cluster/probe/model.js";
import type { ClusterEvent } from "../../cluster/events.js";
import { judgeGates, notInBaseline, type GateLimits } from "../../cluster/probe/gates.js";
import type { ProbeRequest } from "../../cluster/probe/request.js";
import { probeVerdict } from "../../cluster/probe/verdict.js";
import { errorText, PartialError, UsageError } from "../../errors.js";
import { secondsText } from "../../lib/time-text.js";
import { probeJson } from "../../terminal/json/probe.js";
import { readProbeJson } from "../../terminal/json/read-probe.js";
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
import type { GateFlags, ProbeFlags } from "./options.js";
import { claimReports, writeReports } from "./reports.js";

/** Of dozens of instances at once these would be a flood; the samples tell what came of each. */
const FLOOD: ReadonlySet<ClusterEvent["kind"]> = new Set([
  "phase-started",
  "phase-done",
  "phase-retried",
  "instance-launched",
  "instance-terminating",
  "instance-state",
]);

/** Probes types, prints what was found, writes the reports, and ends with the error that the verdict is. */
export async function runProbe(world: World, globals: GlobalOptions, flags: ProbeFlags): Promise<void> {
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
  if (left > 0) progress.note(`${left} more types were left out by --max`);
  const timeoutMs = globals.timeoutMs ?? DEFAULT_TIMEOUT_MS;
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
    await claimReports(world, flags.reports);
  }
  const { report, fatal } = await watch(world, request, { cluster, console }, onBegun);
  const judged: ProbeReport = { ...report, gates: judgeGates(report, limits) };
  for (const type of limits.regression === undefined ? [] : notInBaseline(report, limits.regression.baseline)) {
    progress.warn(`${type} is not in the baseline: nothing was compared`);
  }
  if (plan.types.length > 0) await writeReports(world, flags.reports, judged, (text) => progress.alarm(text));
  if (flags.save) await save(judged, { cluster, console });
  await writeResult(world.stdout, globals.output, {
    text: (wide) => probeText(judged, { columns, wide, colors }),
    data: () => probeJson(judged),
    names: () => verifiedTypes(judged),
  });
  if (fatal !== undefined) throw fatal;
  world.signal.throwIfAborted();
  const verdict = types.length === 0 ? undefined : probeVerdict(judged);
  if (verdict !== undefined) throw verdict;
  throwIfLeft(judged);
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

function sampleLine({ type, sample, outcome, market, zone, reached, problem }: ProbeSample, samples: number): string {
  const name = samples > 1 ? `${type} ${sample}/${samples}` : type;
  const place = `${market}, ${zone ?? "no zone"}`;
  if (outcome === "verified") return `${name}: verified in ${secondsText(reached.offer ?? 0)} (${place})`;
  return `${name}: ${outcome.replace("-", " ")} (${place}): ${problem.split("\n")[0]}`;
}

async function save(report: ProbeReport, { cluster, console: { progress } }: ClusterSession): Promise<void> {
  const { path, types } = await cluster.saveMeasured(report);
  progress.note(
    types === 0 ? "nothing was measured that could be saved" : `saved what was measured of ${types} types in ${path}`,
  );
}

async function gateLimits(world: World, { failOver, baseline, minMemoryRatio }: GateFlags): Promise<GateLimits> {
  if (baseline === undefined) return { failOver, minMemoryRatio };
  const { file, maxRegression: share } = baseline;
  const text = await world.readFile(file).catch((error: unknown) => {
    throw new UsageError(`--baseline '${file}' cannot be read: ${errorText(error)}`, {
      hint: "Name a file that 'reflow-ec2 probe -o json' has written.",
      cause: error,
    });
  });
  return { failOver, minMemoryRatio, regression: { baseline: readProbeJson(text, file), share } };
}

/** @throws PartialError where the end of an instance was not seen */
function throwIfLeft({ samples }: ProbeReport): void {
  const left = samples.flatMap(({ ends }) => ends.filter(({ seen }) => !seen));
  if (left.length === 0) return;
  const ids = left.map(({ instanceId }) => instanceId).join(" ");
  throw new PartialError(
    `not seen to end: ${left.map(({ instanceId, problem }) => `${instanceId} (${problem})`).join(", ")}`,
    {
      hint: `'reflow-ec2 terminate ${ids}' ends them; they end themselves by their deadline.`,
    },
  );
}

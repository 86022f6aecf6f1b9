import type { ReflowEc2Error } from "../../errors.js";
import type { ClusterCore } from "../core.js";
import { Orphans } from "../demand/orphans.js";
import { uploadSurroundings } from "../demand/round.js";
import { findInstances } from "../members.js";
import { PROBE_SEEN_WITHIN_MS } from "../poll.js";
import { sweepSpotRequests } from "../spot/sweep.js";
import type { ProbeReport, ProbeSample } from "./model.js";
import { marketOf } from "./candidates.js";
import { prepareProbe, type ProbePlan } from "./plan.js";
import { Prober } from "./prober.js";
import type { ProbeObserver, ProbeRequest } from "./request.js";
import { summarize, type ProbedTypeFacts } from "./statistics.js";

/** A finished probe. */
export interface ProbeResult {
  /** Without gates, which are the caller's. */
  readonly report: ProbeReport;
  /** Why something was not begun that is not the types' fault: the configuration, or the permissions. */
  readonly fatal: ReflowEc2Error | undefined;
}

/** What a probe would do, and cost; launches nothing. @throws as prepareProbe */
export async function planProbe(core: ClusterCore, request: ProbeRequest, signal: AbortSignal): Promise<ProbePlan> {
  return (await prepareProbe(core, request, signal)).plan;
}

/**
 * Launches instances only to measure how they come up, and ends each one, whatever happens. Orphans are ended first, as
 * by everything that launches.
 * @param members the cluster's own core, whose orphans are looked for
 * @param core that of the probes
 * @throws what keeps it from beginning: ConfigError, UsageError, AccessError, EndpointError, the signal's reason. Once
 * something is launched it gives a result, also when it is interrupted.
 */
export async function probe(
  members: ClusterCore,
  core: ClusterCore,
  request: ProbeRequest,
  observer: ProbeObserver,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { clock } = core;
  const startedMs = clock.nowMs();
  const { plan, samples } = await prepareProbe(core, request, signal);
  if (samples.length > 0) {
    await core.upload?.ensure(uploadSurroundings(core), signal);
    await sweep(members, core, signal);
  }
  const prober = new Prober(core, samples, {
    concurrency: request.concurrency,
    budgetUsd: request.budgetUsd,
    onDecided: observer.onDecided,
  });
  observer.onBegun?.(() => prober.progress);
  const findings = await prober.run(signal);
  const report: ProbeReport = {
    startedMs,
    endedMs: clock.nowMs(),
    region: core.settings.region,
    cluster: members.settings.name,
    generation: core.settings.generation,
    reflowVersion: core.settings.version,
    market: marketOf(core, request.market),
    resolution: {
      machine: core.machinePace.longestMs / 1_000,
      ec2: PROBE_SEEN_WITHIN_MS / 1_000,
    },
    samples: findings.samples,
    types: summarize(findings.samples, (type) => factsOf(core, type, findings.samples)),
    skipped: [...plan.skipped, ...findings.skipped],
    gates: [],
    costUsd: findings.samples.reduce((sum, { costUsd }) => sum + costUsd, 0),
  };
  return { report, fatal: findings.fatal };
}

/** The price is that of the place where a sample was launched or refused last. */
function factsOf({ catalog }: ClusterCore, type: string, samples: readonly ProbeSample[]): ProbedTypeFacts {
  const { vcpu = 0, memoryMiB = 0 } = catalog.types.get(type) ?? {};
  const priced = samples.filter((sample) => sample.type === type && sample.hourlyUsd !== undefined).at(-1);
  return { vcpu, memoryBytes: memoryMiB * 2 ** 20, hourlyUsd: priced?.hourlyUsd, priceBasis: priced?.priceBasis };
}

async function sweep(members: ClusterCore, core: ClusterCore, signal: AbortSignal): Promise<void> {
  const found = await findInstances(members, "alive", signal);
  const orphans = new Orphans(members);
  const all = [...found.members, ...found.probes];
  orphans.name(all);
  await orphans.sweep(all, signal);
  await sweepSpotRequests(members, signal);
  await sweepSpotRequests(core, signal);
}

import { AccessError, InstanceError, type ReflowEc2Error } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import type { Resources } from "../../pool/resources.js";
import type { ClusterCore } from "../core.js";
import { timedOutWhile, waitedFor } from "../launch/boot.js";
import type { Booting } from "../launch/booting.js";
import { endInstance } from "../launch/cleanup.js";
import { consoleEnd } from "../launch/diagnose.js";
import { launchGroup } from "../launch/group.js";
import { Launch } from "../launch/launch.js";
import { refusalOf } from "../refusals/classify.js";
import type { Candidate } from "./candidates.js";
import { costUsd, mostUsd } from "./cost.js";
import type { ProbeEnd, ProbeOutcome, ProbeRefusal, ProbeSample } from "./model.js";
import type { ProbeProgress } from "./request.js";
import { seeEnd } from "./see-end.js";
import { judgeFailure, nextMilestone, secondsReached, type Verdict } from "./judge.js";

/** What one sample is made of. */
export interface SampleRequest {
  readonly type: string;
  readonly sample: number;
  /** In the order in which they are tried; at least one. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** For each instance that is tried. */
  readonly timeoutMs: number;
}

/** What one attempt costs if it takes all of its time at the dearest place, in USD. */
export function worstAttemptUsd({ candidates, timeoutMs }: Pick<SampleRequest, "candidates" | "timeoutMs">): number {
  return mostUsd(Math.max(...candidates.map(({ offering }) => offering.price.totalUsd)), timeoutMs);
}

interface Attempt {
  readonly launch: Launch;
  readonly candidate: Candidate;
  readonly verdict: Verdict;
  readonly offered: Resources | undefined;
  /** By wall time; undefined where RunInstances was not sent. */
  readonly startedMs: number | undefined;
  readonly costUsd: number;
}

/** One instance that is launched to be measured, or more where places are tried in turn; each is ended. */
export class SampleRun {
  private launch: Launch | undefined;
  private stage: ProbeProgress["stage"] = "waiting";
  private beganMs: number | undefined;
  private decided: ProbeSample | undefined;
  private readonly refusals: ProbeRefusal[] = [];
  private readonly ends: Promise<ProbeEnd>[] = [];
  private spent = 0;
  /** Why no other place was tried; empty where all were that should be. */
  private cutShort = "";
  /** Why nothing else is to be begun, once that is known. */
  fatal: ReflowEc2Error | undefined;

  /** @param affordsAnother whether one more attempt may be paid for, asked before each but the first */
  constructor(
    private readonly core: ClusterCore,
    readonly request: SampleRequest,
    private readonly affordsAnother: () => boolean = () => true,
  ) {}

  /** What the attempts that are over have cost, in USD. */
  get spentUsd(): number {
    return this.spent;
  }

  /** Where it stands. */
  get progress(): ProbeProgress {
    const { type, sample } = this.request;
    const { launch } = this;
    return {
      type,
      sample,
      stage: this.stage,
      waitingFor: this.stage === "probing" && launch !== undefined ? waitedFor(launch.progress) : "",
      instanceId: launch?.instance?.id,
      startedMs: this.beganMs,
      result: this.decided,
    };
  }

  /** Probes; gives what came of it once its instances are told to end. Never throws. */
  async decide(signal: AbortSignal): Promise<ProbeSample> {
    const { clock } = this.core;
    this.stage = "probing";
    this.beganMs = clock.monotonicMs();
    this.decided = this.resultOf(await this.tryPlaces(signal), []);
    this.stage = "ending";
    return this.decided;
  }

  /** Waits until the ends of all its instances are seen. Never throws. */
  async finish(): Promise<ProbeSample> {
    const ends = await Promise.all(this.ends);
    const result = { ...(this.decided ?? this.resultOf(undefined, [])), ends };
    this.decided = result;
    this.stage = "done";
    return result;
  }

  private async tryPlaces(signal: AbortSignal): Promise<Attempt | undefined> {
    let last: Attempt | undefined;
    let closed: string | undefined;
    for (const candidate of this.request.candidates) {
      if (candidate.offering.market === closed) continue;
      if (signal.aborted) return last;
      if (last !== undefined && !this.affordsAnother()) {
        this.cutShort = "no other place was tried, as that might have passed the budget";
        return last;
      }
      last = await this.attempt(candidate, signal);
      const { verdict } = last;
      if (verdict.kind === "fatal") this.fatal = verdict.error;
      if (verdict.kind !== "refused") return last;
      const { market, zone } = candidate.offering;
      const code = refusalOf(verdict.error)?.code ?? verdict.error.code;
      this.refusals.push({ market, zone, code, message: verdict.error.message });
      if (verdict.next === "nowhere") return last;
      if (verdict.next === "market") closed = market;
    }
    return last;
  }

  private async attempt(candidate: Candidate, signal: AbortSignal): Promise<Attempt> {
    const { core } = this;
    const { clock } = core;
    const launch = new Launch(candidate.offering);
    this.launch = launch;
    const began = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const { type, timeoutMs } = this.request;
    let member: Booting | undefined;
    let failure: unknown;
    const late = (): Error => timedOutWhile(launch.progress, timeoutMs, type);
    await withDeadline(clock, timeoutMs, signal, late, async (within) => {
      within.addEventListener("abort", () => launch.giveUp(within.reason), { once: true });
      await launchGroup(core, [launch], candidate.placement, {
        usable: async (_launch, up) => {
          member = up;
        },
        failed: (_launch, error) => {
          failure = error;
        },
      });
    });
    const verdict = member === undefined ? judgeFailure(launch, failure) : judgeOffers(member);
    await this.end(launch, verdict);
    const { seenMs } = launch.progress;
    const usd = costUsd(candidate.offering.price.totalUsd, seenMs.running, clock.monotonicMs());
    this.spent += usd;
    return {
      launch,
      candidate,
      verdict,
      offered: member?.offers.length === 1 ? member.offers[0]?.available : undefined,
      startedMs: seenMs.sent === undefined ? undefined : began.nowMs + (seenMs.sent - began.monotonicMs),
      costUsd: usd,
    };
  }

  /** Tells EC2 to end what was launched, whatever became of it; the end itself is waited for by `finish`. */
  private async end(launch: Launch, verdict: Verdict): Promise<void> {
    const { core } = this;
    const { instance } = launch;
    if (instance === undefined) return;
    // What may not be ended must not be launched again.
    const onDenied = (error: AccessError): void => {
      this.fatal ??= error;
    };
    if (verdict.kind === "verified") {
      const failure = await endInstance(core, instance.id, "it has been probed");
      if (failure instanceof AccessError) onDenied(failure);
    }
    this.ends.push(seeEnd(core, instance, onDenied));
    const unexplained = verdict.kind === "failed" && verdict.outcome === "timed-out" && launch.console === "";
    if (unexplained) launch.console = await consoleEnd(core, instance.id);
  }

  private resultOf(last: Attempt | undefined, ends: readonly ProbeEnd[]): ProbeSample {
    const { type, sample, candidates } = this.request;
    const { offering } = last?.candidate ?? candidates[0];
    const { outcome, error } = outcomeOf(last);
    const reached = last === undefined ? {} : secondsReached(last.launch);
    const instance = last?.launch.instance;
    return {
      type,
      sample,
      outcome,
      market: offering.market,
      zone: instance?.zone ?? offering.zone,
      instanceId: instance?.id,
      imageId: instance?.imageId,
      startedMs: last?.startedMs,
      reached,
      offered: last?.offered,
      hourlyUsd: offering.price.totalUsd,
      priceBasis: offering.price.basis,
      costUsd: this.spent,
      refusals: [...this.refusals],
      problem: [error?.message ?? "", this.cutShort].filter((part) => part !== "").join("; "),
      hint: error?.hint,
      waitingFor: error !== undefined && instance !== undefined ? nextMilestone(reached) : undefined,
      console: outcome === "verified" ? "" : (last?.launch.console ?? ""),
      ends,
      error,
    };
  }
}

function judgeOffers({ instance, offers }: Booting): Verdict {
  // As Reflow's probe: what makes no offer, or several, cannot be judged.
  if (offers.length === 1) return { kind: "verified" };
  const error = new InstanceError(`${instance.id} (${instance.type}) made ${offers.length} offers instead of one`, {
    hint: "check that `reflow-ec2: image` is a reflowlet of the configuration's generation",
  });
  return { kind: "failed", outcome: "failed", error };
}

function outcomeOf(last: Attempt | undefined): { outcome: ProbeOutcome; error: ReflowEc2Error | undefined } {
  if (last === undefined) return { outcome: "interrupted", error: new InstanceError("it was not begun") };
  const { verdict } = last;
  switch (verdict.kind) {
    case "verified":
      return { outcome: "verified", error: undefined };
    case "refused":
      return { outcome: "unavailable", error: verdict.error };
    case "fatal":
      return { outcome: "failed", error: verdict.error };
    case "failed":
      return { outcome: verdict.outcome, error: verdict.error };
  }
}

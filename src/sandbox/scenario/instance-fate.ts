import type { MachineFaults } from "../machine/faults.js";
import type { SandboxTimings } from "../timings.js";
import type { Chance } from "./chance.js";
import { machineFaults } from "./machine-faults.js";
import type { Pool } from "./rule-match.js";
import { PortionCounter } from "./rule-portion.js";
import { drawTimeMs, durationMs, type ScenarioTime } from "./scenario-time.js";
import type { Scenario } from "./schema.js";

/** When and why EC2 takes a spot instance back. */
export interface Reclaim {
  /** From running to the end. */
  readonly afterMs: number;
  /** The notice comes so long before the end, at the earliest when it runs. */
  readonly noticeMs: number;
  readonly cause: "price" | "no-capacity";
}

/** What is to become of one instance: drawn when it is launched, and kept whatever scenario is set later. */
export interface InstanceFate {
  readonly timings: SandboxTimings;
  /** How long nobody but its own call knows its id. */
  readonly hiddenMs: number;
  /** The same for its spot request. */
  readonly requestHiddenMs: number;
  /** The code of the StateReason with which it ends when it should begin to run. */
  readonly failure: string | undefined;
  readonly reclaim: Reclaim | undefined;
  readonly faults: MachineFaults;
  /** How far the machine's clock is off. */
  readonly clockOffsetMs: number;
}

/** What is to become of a request of RequestSpotInstances. */
export interface RequestFate {
  /** How long nobody but its own call knows its id. */
  readonly hiddenMs: number;
  /** How long its evaluation takes, the first and each later one. */
  readonly evaluationMs: number;
}

/** How long the evaluation of a spot request takes where the scenario does not say. */
const EVALUATION_MS = 1_000;

/** EC2's notice of an interruption comes two minutes ahead. */
const NOTICE_MS = 120_000;

type ReclaimRule = NonNullable<NonNullable<Scenario["spot"]>["reclaims"]>[number];

/** The notice comes when the price passes what the caller would pay. */
function priceReclaim(passesAfterMs: number): Reclaim {
  return { afterMs: Math.max(0, passesAfterMs) + NOTICE_MS, noticeMs: NOTICE_MS, cause: "price" };
}

/** Draws the fates of instances by a scenario. */
export class InstanceFates {
  private launched = 0;
  private requested = 0;
  private readonly failures: PortionCounter<NonNullable<Scenario["failures"]>[number]>;
  private readonly reclaims: PortionCounter<ReclaimRule>;
  private readonly bootFaults: PortionCounter<NonNullable<Scenario["bootFaults"]>[number]>;

  constructor(
    private readonly scenario: Scenario,
    private readonly chance: Chance,
    private readonly elapsedMs: () => number,
    private readonly timings: SandboxTimings,
  ) {
    this.failures = new PortionCounter("failure", scenario.failures ?? [], chance);
    this.reclaims = new PortionCounter("reclaim", scenario.spot?.reclaims ?? [], chance);
    this.bootFaults = new PortionCounter("boot fault", scenario.bootFaults ?? [], chance);
  }

  /**
   * The fate of the next instance that is launched, in the pool.
   * @param priceMs when, after the setting of the scenario, the spot price passes what the caller would pay
   */
  next(pool: Pool, priceMs?: number): InstanceFate {
    this.launched += 1;
    const nowMs = this.elapsedMs();
    const timings = this.drawTimings();
    const { notFound, clock } = this.scenario;
    const reclaims = [
      ...(pool.market === "spot"
        ? this.reclaims
            .next(pool, nowMs)
            .slice(0, 1)
            .map((rule) => this.drawReclaim(rule))
        : []),
      ...(priceMs === undefined ? [] : [priceReclaim(priceMs - nowMs - timings.pendingMs)]),
    ];
    return {
      timings,
      hiddenMs: this.draw("instance not found", notFound?.instances, 0),
      requestHiddenMs: this.draw("request not found", notFound?.spotRequests, 0),
      failure: this.failures.next(pool, nowMs)[0]?.reason,
      reclaim: reclaims.sort((a, b) => a.afterMs - b.afterMs)[0],
      faults: machineFaults(this.bootFaults.next(pool, nowMs)),
      clockOffsetMs: durationMs(clock?.machineOffset, 0),
    };
  }

  /** The fate of the next request of RequestSpotInstances. */
  nextRequest(): RequestFate {
    this.requested += 1;
    const { notFound, times } = this.scenario;
    const draw = (what: string, time: ScenarioTime | undefined, otherwiseMs: number): number =>
      drawTimeMs(time, otherwiseMs, this.chance, what, this.requested);
    return {
      hiddenMs: draw("early request not found", notFound?.spotRequests, 0),
      evaluationMs: draw("evaluation", times?.spotRequest, EVALUATION_MS),
    };
  }

  private drawTimings(): SandboxTimings {
    const times = this.scenario.times ?? {};
    const { machine } = this.timings;
    return {
      pendingMs: this.draw("pending", times.pending, this.timings.pendingMs),
      shuttingDownMs: this.draw("shutting down", times.shuttingDown, this.timings.shuttingDownMs),
      machine: {
        osBootMs: this.draw("os boot", times.osBoot, machine.osBootMs),
        formatMs: this.draw("format", times.format, machine.formatMs),
        downloadMs: this.draw("download", times.download, machine.downloadMs),
        installMs: this.draw("install", times.install, machine.installMs),
        reflowletStartMs: this.draw("reflowlet start", times.reflowletStart, machine.reflowletStartMs),
        powerOffMs: this.draw("power off", times.powerOff, machine.powerOffMs),
      },
    };
  }

  private drawReclaim(rule: ReclaimRule): Reclaim {
    return {
      afterMs: this.draw("reclaim", rule.after, 0),
      noticeMs: durationMs(rule.notice, NOTICE_MS),
      cause: rule.cause ?? "no-capacity",
    };
  }

  private draw(what: string, time: ScenarioTime | undefined, otherwiseMs: number): number {
    return drawTimeMs(time, otherwiseMs, this.chance, what, this.launched);
  }
}

import type { Clock } from "../../lib/clock.js";
import type { RandomBytes } from "../ec2/ids.js";
import type { SandboxTimings } from "../timings.js";
import { CallRules } from "./call-rules.js";
import { Chance } from "./chance.js";
import { InstanceFates } from "./instance-fate.js";
import { LaunchRules } from "./launch-rules.js";
import { durationMs } from "./scenario-time.js";
import type { Scenario } from "./schema.js";
import { SpotPrices } from "./spot-prices.js";

/** A scenario in force: its rules, with what they have counted since it was set. */
export class ScenarioRun {
  readonly chance: Chance;
  readonly calls: CallRules;
  readonly launches: LaunchRules;
  readonly fates: InstanceFates;
  readonly prices: SpotPrices;
  /** When it was set, milliseconds since 1970. */
  readonly sinceMs: number;
  private readonly startMs: number;

  constructor(
    readonly scenario: Scenario,
    /** The seed in force, drawn where the scenario has none. */
    readonly seed: number,
    private readonly clock: Clock,
    timings: SandboxTimings,
  ) {
    this.sinceMs = clock.nowMs();
    this.startMs = clock.monotonicMs();
    this.chance = new Chance(seed);
    this.calls = new CallRules(scenario, this.chance, this.elapsedMs);
    this.prices = new SpotPrices(scenario);
    this.launches = new LaunchRules(scenario, this.chance, this.elapsedMs, this.prices);
    this.fates = new InstanceFates(scenario, this.chance, this.elapsedMs, timings);
  }

  /** Milliseconds since the scenario was set. */
  readonly elapsedMs = (): number => this.clock.monotonicMs() - this.startMs;

  /** How far the endpoint's clock is off, in milliseconds. */
  get endpointOffsetMs(): number {
    return durationMs(this.scenario.clock?.endpointOffset, 0);
  }
}

/** The scenario that the sandbox follows; another one takes its place at once and whole. */
export class ScenarioInForce {
  private run: ScenarioRun;
  private readonly closing = new AbortController();

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly randomBytes: RandomBytes;
      /** How long things take where a scenario does not say. */
      readonly timings: SandboxTimings;
      readonly scenario?: Scenario | undefined;
      /** Hears of each scenario when it is set, the first one among them. */
      readonly onSet?: ((scenario: Scenario) => void) | undefined;
    },
  ) {
    this.run = this.start(options.scenario ?? {});
  }

  /** The one in force now. */
  get now(): ScenarioRun {
    return this.run;
  }

  /** Sets another scenario; its time and its counts begin at zero. What already runs keeps what was drawn for it. */
  set(scenario: Scenario): void {
    this.run = this.start(scenario);
  }

  /** Holds an answer back, at most until the sandbox closes. */
  async delay(ms: number): Promise<void> {
    if (ms > 0) await this.options.clock.sleep(ms, this.closing.signal).catch(() => undefined);
  }

  /** Lets go of all answers that are held back. */
  close(): void {
    this.closing.abort();
  }

  private start(scenario: Scenario): ScenarioRun {
    const { clock, randomBytes, timings, onSet } = this.options;
    onSet?.(scenario);
    return new ScenarioRun(scenario, scenario.seed ?? randomBytes(4).readUInt32BE(0), clock, timings);
  }
}

import type { ReflowEc2Error } from "../../errors.js";
import { usdText } from "../../lib/money-text.js";
import type { ClusterCore } from "../core.js";
import type { ProbeSample, ProbeSkip, ProbeSkipKind } from "./model.js";
import type { ProbeProgress } from "./request.js";
import { SampleRun, worstAttemptUsd, type SampleRequest } from "./sample.js";

/** How a probe is carried out. */
export interface ProberOptions {
  /** Instances at a time. */
  readonly concurrency: number;
  /** In USD; no limit when absent. */
  readonly budgetUsd?: number | undefined;
  /** Hears of each sample when it is decided. What it throws is dropped. */
  readonly onDecided?: ((sample: ProbeSample) => void) | undefined;
}

/** What a probe found out, before it is counted and judged. */
export interface ProbeFindings {
  readonly samples: readonly ProbeSample[];
  readonly skipped: readonly ProbeSkip[];
  /** Why nothing else was begun: the configuration, or the permissions. */
  readonly fatal: ReflowEc2Error | undefined;
}

/** Carries out samples, so many at a time; whatever it launches it ends. */
export class Prober {
  private readonly runs: readonly SampleRun[];
  private readonly begun = new Set<SampleRun>();
  private readonly under = new Map<SampleRun, Promise<void>>();
  private readonly left = new Set<SampleRun>();
  private readonly skipped = new Map<string, Omit<ProbeSkip, "type">>();

  constructor(
    core: ClusterCore,
    samples: readonly SampleRequest[],
    private readonly options: ProberOptions,
  ) {
    this.runs = samples.map((request): SampleRun => {
      const run: SampleRun = new SampleRun(core, request, () => this.affords(run));
      return run;
    });
  }

  /** Where each sample stands, in the order in which they are begun. */
  get progress(): readonly ProbeProgress[] {
    return this.runs.map((run) => (this.left.has(run) ? { ...run.progress, stage: "skipped" } : run.progress));
  }

  /**
   * Probes until all is done or `signal` aborts, and then until every instance is seen to have ended. Never throws: what
   * was interrupted is told in the findings.
   */
  async run(signal: AbortSignal): Promise<ProbeFindings> {
    for (const run of this.runs) await this.begin(run, signal);
    await Promise.all(this.under.values());
    const samples = await Promise.all([...this.begun].map((run) => run.finish()));
    const skipped = [...this.skipped].map(([type, skip]) => ({ type, ...skip }));
    return { samples, skipped, fatal: this.fatal };
  }

  /** Begins a sample once there is room for it, and money; skips it where there will be none. */
  private async begin(run: SampleRun, signal: AbortSignal): Promise<void> {
    for (;;) {
      if (signal.aborted) return this.skip(run, "interrupted", "the probe was interrupted before it was begun");
      const { fatal } = this;
      if (fatal !== undefined) return this.skip(run, "stopped", `nothing else was begun: ${fatal.message}`);
      const affordable = this.affords(run);
      if (affordable && this.under.size < this.options.concurrency) return this.start(run, signal);
      if (this.under.size === 0) return this.skip(run, "budget", this.tooDear(run));
      await Promise.race(this.under.values());
    }
  }

  private start(run: SampleRun, signal: AbortSignal): void {
    this.begun.add(run);
    const work = run.decide(signal).then((result) => {
      this.under.delete(run);
      try {
        this.options.onDecided?.(result);
      } catch {
        // A listener that fails must not cost an instance that nobody ends.
      }
    });
    this.under.set(run, work);
  }

  private get fatal(): ReflowEc2Error | undefined {
    return [...this.begun].find(({ fatal }) => fatal !== undefined)?.fatal;
  }

  private get spentUsd(): number {
    return [...this.begun].reduce((sum, { spentUsd }) => sum + spentUsd, 0);
  }

  /** Even if an attempt of it and those of all that are under way take all of their time, the budget is not passed. */
  private affords(run: SampleRun): boolean {
    const { budgetUsd = Infinity } = this.options;
    const atRisk = [...new Set([...this.under.keys(), run])];
    return this.spentUsd + atRisk.reduce((sum, { request }) => sum + worstAttemptUsd(request), 0) <= budgetUsd;
  }

  private tooDear({ request }: SampleRun): string {
    const left = Math.max(0, (this.options.budgetUsd ?? Infinity) - this.spentUsd);
    return `it may cost ${usdText(worstAttemptUsd(request))} USD, and ${usdText(left)} USD of the budget are left`;
  }

  private skip(run: SampleRun, kind: ProbeSkipKind, reason: string): void {
    const { type } = run.request;
    this.left.add(run);
    const known = this.skipped.get(type);
    this.skipped.set(
      type,
      known === undefined ? { samples: 1, kind, reason } : { ...known, samples: known.samples + 1 },
    );
  }
}

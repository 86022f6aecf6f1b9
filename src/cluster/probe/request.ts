import type { ProbeMarket, ProbeSample } from "./model.js";

/** What is to be probed. */
export interface ProbeRequest {
  /** In the order in which they are begun; each type once. */
  readonly types: readonly string[];
  /** Instances of each type. */
  readonly samples: number;
  /** Instances at a time. */
  readonly concurrency: number;
  /** The configuration's when absent: spot first where it says spot. */
  readonly market?: ProbeMarket | undefined;
  /** Only this zone; all that the configuration allows otherwise. */
  readonly zone?: string | undefined;
  /** How long each instance has to become usable, in milliseconds. */
  readonly timeoutMs: number;
  /** No instance is begun that could make the whole cost more, in USD; no limit when absent. */
  readonly budgetUsd?: number | undefined;
}

/** What probing is told of while it goes on. */
export interface ProbeProgress {
  readonly type: string;
  /** From 1. */
  readonly sample: number;
  /**
   * `waiting` until it is begun, `ending` when it is decided and its instance is on its way out; `skipped` when it will
   * not be begun.
   */
  readonly stage: "waiting" | "skipped" | "probing" | "ending" | "done";
  /** What is waited for, in words; empty when nothing is. */
  readonly waitingFor: string;
  readonly instanceId: string | undefined;
  /** When it was begun, by the monotonic clock. */
  readonly startedMs: number | undefined;
  /** Once it is decided. */
  readonly result: ProbeSample | undefined;
}

/** Watches a probe. What it throws is dropped. */
export interface ProbeObserver {
  /** Once, before anything is launched: tells at any time where each sample stands, in the order of their beginning. */
  readonly onBegun?: ((progress: () => readonly ProbeProgress[]) => void) | undefined;
  /** Of each sample when it is decided; the end of its instance may not have been seen yet. */
  readonly onDecided?: ((sample: ProbeSample) => void) | undefined;
}

import { sharedController } from "../lib/abort.js";
import { deferred } from "../lib/deferred.js";
import type { ClusterContext } from "./context.js";
import { findInstances, withStanding, type Member } from "./members.js";

/** What one look at the cluster showed. */
export interface Look {
  /** When the whole cluster was asked for, by the monotonic clock. */
  readonly startedMs: number;
  /** All but terminated ones, oldest first. */
  readonly members: readonly Member[];
  /** Those that probes launch to measure them. */
  readonly probes: readonly Member[];
  /** The members, and what is expected and not among them: it has ended. Some may have been seen later than `startedMs`. */
  readonly byId: ReadonlyMap<string, Member>;
}

interface Waiter {
  readonly dueMs: number;
  /** The instance that it waits for, where that is all it wants to see. */
  readonly id: string | undefined;
  readonly seen: (look: Look) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Two looks are at least this far apart, and a little more for each who waits, up to the most: so the many that come up
 * together share few calls, and the last ones, for whom everybody waits, are seen at once.
 */
const SPACING_MS = { least: 100, perWaiter: 20, most: 1_000 };

/**
 * Who waits for few of many instances has only those looked at, at most one in so many: to read what EC2 tells of an
 * instance takes half a millisecond on either side.
 */
const FEW_IN = 4;

/**
 * Looks at the cluster for everybody in this process who waits for something there: however many instances are waited
 * for, one look serves all. Looks only while somebody waits.
 */
export class ClusterWatch {
  /** Told of each look. */
  onLook: (look: Look) => void = () => undefined;
  private readonly waiters = new Set<Waiter>();
  private readonly expected = new Set<string>();
  private newest: Look | undefined;
  private startedMs = -Infinity;
  private running = false;
  /** Ends the pause, or the question, that is under way. */
  private pause = sharedController();
  private question = sharedController();

  constructor(private readonly context: ClusterContext) {}

  /** The newest look, if there was one. */
  get latest(): Look | undefined {
    return this.newest;
  }

  /** From now on looks tell what becomes of the instance, also when it has ended. */
  expect(id: string): void {
    this.expected.add(id);
  }

  /** The instance is of no interest any more. */
  forget(id: string): void {
    this.expected.delete(id);
  }

  /**
   * A look that is begun after this call: `delayMs` from now, or earlier when others wait for one earlier.
   * @param id the one instance that it is for; of all others the look may show what an earlier one saw
   * @throws what EC2 says; the signal's reason
   */
  async look(delayMs: number, signal: AbortSignal, id?: string): Promise<Look> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = deferred<Look>();
    const waiter: Waiter = {
      dueMs: this.context.clock.monotonicMs() + delayMs,
      id,
      seen: resolve,
      failed: reject,
    };
    const onAbort = (): void => {
      this.remove(waiter);
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.waiters.add(waiter);
    this.pause.abort();
    if (!this.running) void this.run();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /**
   * The newest look if it is not older than `ageMs`, else one that is begun now: whoever only makes sure that nothing has
   * happened is content with what others have asked for.
   * @throws as `look`
   */
  async recent(ageMs: number, signal: AbortSignal): Promise<Look> {
    const { newest } = this;
    const isRecent = newest !== undefined && newest.startedMs > this.context.clock.monotonicMs() - ageMs;
    return isRecent ? newest : this.look(0, signal);
  }

  private remove(waiter: Waiter): void {
    this.waiters.delete(waiter);
    if (this.waiters.size > 0) return;
    this.pause.abort();
    this.question.abort();
  }

  private async run(): Promise<void> {
    const { clock } = this.context;
    this.running = true;
    while (this.waiters.size > 0) {
      const waitMs = this.dueMs() - clock.monotonicMs();
      if (waitMs > 0) {
        this.pause = sharedController();
        await clock.sleep(waitMs, this.pause.signal).catch(() => undefined);
        continue;
      }
      await this.lookNow();
    }
    this.running = false;
  }

  private dueMs(): number {
    const { least, perWaiter, most } = SPACING_MS;
    const spacingMs = Math.min(most, least + perWaiter * this.waiters.size);
    const wantedMs = [...this.waiters].reduce((earliest, { dueMs }) => Math.min(earliest, dueMs), Infinity);
    return Math.max(wantedMs, this.startedMs + spacingMs);
  }

  private async lookNow(): Promise<void> {
    const { newest } = this;
    const ids = new Set([...this.waiters].flatMap(({ id }) => id ?? []));
    const served = [...this.waiters];
    const ofInstances = served.every(({ id }) => id !== undefined);
    const isPart = newest !== undefined && ofInstances && ids.size <= newest.byId.size / FEW_IN;
    this.startedMs = this.context.clock.monotonicMs();
    this.question = sharedController();
    const { signal } = this.question;
    try {
      const look = isPart ? await this.askFor([...ids], newest, signal) : await this.ask(signal);
      this.newest = look;
      if (!isPart) this.onLook(look);
      this.settle(served, ({ seen }) => seen(look));
    } catch (error) {
      this.settle(served, ({ failed }) => failed(error));
    }
  }

  private settle(served: readonly Waiter[], tell: (waiter: Waiter) => void): void {
    for (const waiter of served) if (this.waiters.delete(waiter)) tell(waiter);
  }

  private async askFor(ids: readonly string[], newest: Look, signal: AbortSignal): Promise<Look> {
    const asked = withStanding(this.context, await this.context.ec2.describeInstances({ ids }, signal));
    const byId = new Map(newest.byId);
    for (const id of ids) byId.delete(id);
    for (const member of asked) byId.set(member.instance.id, member);
    return { ...newest, byId };
  }

  private async ask(signal: AbortSignal): Promise<Look> {
    const { startedMs } = this;
    const { members, probes } = await findInstances(this.context, "visible", signal);
    const byId = new Map(members.map((member) => [member.instance.id, member]));
    const missing = [...this.expected].filter((id) => !byId.has(id));
    if (missing.length > 0) {
      const ended = await this.context.ec2.describeInstances({ ids: missing }, signal);
      for (const member of withStanding(this.context, ended)) byId.set(member.instance.id, member);
    }
    return { startedMs, members, probes, byId };
  }
}

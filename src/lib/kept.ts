import { orAbort, sharedController } from "./abort.js";
import type { Clock } from "./clock.js";

/**
 * A value that is found out once for all who want it, and anew once it is no longer good. What the first who asks has
 * begun goes on when that one is given up, as long as anybody else waits for it; what fails is tried again by the next.
 */
export class Kept<T> {
  private found: { readonly value: T; readonly atMs: number } | undefined;
  private search: { readonly done: Promise<T>; readonly controller: AbortController; waiting: number } | undefined;

  /** @param isGood whether a value that was found so many milliseconds ago will do */
  constructor(
    private readonly clock: Clock,
    private readonly isGood: (value: T, ageMs: number) => boolean,
  ) {}

  /** The value, by `find` where there is none yet. @throws what `find` throws, or the signal's reason */
  async get(signal: AbortSignal, find: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { found } = this;
    if (found !== undefined && this.isGood(found.value, this.clock.monotonicMs() - found.atMs)) return found.value;
    const search = (this.search ??= this.begin(find));
    search.waiting += 1;
    try {
      return await orAbort(search.done, signal);
    } finally {
      search.waiting -= 1;
      if (search.waiting === 0) {
        // Whoever comes now begins anew, and does not join what is being given up.
        if (this.search === search) this.search = undefined;
        search.controller.abort(signal.reason);
      }
    }
  }

  private begin(find: (signal: AbortSignal) => Promise<T>): NonNullable<typeof this.search> {
    const controller = sharedController();
    const done = find(controller.signal).then((value) => {
      this.found = { value, atMs: this.clock.monotonicMs() };
      return value;
    });
    // It is told to those who wait; there may be none any more.
    done.catch(() => undefined);
    return { done, controller, waiting: 0 };
  }
}

import { classify } from "../cluster/refusals/classify.js";
import type { Clock } from "../lib/clock.js";
import { TokenBucket, type BucketSize } from "../lib/token-bucket.js";
import { awsCode } from "./ec2-errors.js";

/** What pacing takes from outside. */
export interface PacerSurroundings {
  readonly clock: Clock;
  randomBytes(length: number): Uint8Array;
}

/**
 * The pace of one process by action. EC2 keeps a bucket for each action, account and region (AWS, "Request throttling for
 * the Amazon EC2 API"), and everything in the account draws from it, so a process takes half. Launches are the exception:
 * they are few, and users wait for them. Of the five that may go at once one is left over, as calls do not arrive as evenly as
 * they are sent.
 */
const PACES: readonly (readonly [action: RegExp, size: BucketSize])[] = [
  [/^RunInstances$/, { burst: 4, perSecond: 2 }],
  // EC2 gives no figures for it, only that they are low.
  [/^GetConsoleOutput$/, { burst: 5, perSecond: 1 }],
  [/^(Describe|Get|List)/, { burst: 50, perSecond: 10 }],
  [/^TerminateInstances$/, { burst: 50, perSecond: 2.5 }],
  [/^(Create|Delete)Tags$/, { burst: 50, perSecond: 5 }],
];
/** All that changes something else; AWS's figures for what it calls intensive are the same. */
const OTHER: BucketSize = { burst: 25, perSecond: 2.5 };

/** A throttled call is tried so often in all, ... */
const TRIES = 6;
/** ... after waits of half a second, doubled each time: half of each by chance, so that processes part ways. */
const FIRST_WAIT_MS = 500;

/**
 * Sends calls at the pace that EC2 grants, and repeats those that it throttles all the same. Nothing else is repeated
 * here: for broken connections and status 5xx there are the SDK's own tries.
 */
export class CallPacer {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly surroundings: PacerSurroundings) {}

  /**
   * Waits for the action's turn, and does `work`.
   * @throws what `work` throws, the last throttling included; the signal's reason
   */
  async run<T>(action: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { clock } = this.surroundings;
    const bucket = this.bucketOf(action);
    for (let attempt = 1, waitMs = FIRST_WAIT_MS; ; attempt += 1, waitMs *= 2) {
      await bucket.take(signal);
      const sentMs = clock.monotonicMs();
      try {
        return await work();
      } catch (error) {
        if (classify(awsCode(error)).kind !== "throttled") throw error;
        bucket.slowDown(sentMs);
        if (attempt >= TRIES) throw error;
      }
      await clock.sleep((waitMs * (1 + this.chance())) / 2, signal);
    }
  }

  private bucketOf(action: string): TokenBucket {
    const known = this.buckets.get(action);
    if (known !== undefined) return known;
    const [, size] = PACES.find(([pattern]) => pattern.test(action)) ?? [undefined, OTHER];
    const bucket = new TokenBucket(this.surroundings.clock, size);
    this.buckets.set(action, bucket);
    return bucket;
  }

  /** From 0 to 1. */
  private chance(): number {
    return (this.surroundings.randomBytes(1)[0] ?? 0) / 255;
  }
}

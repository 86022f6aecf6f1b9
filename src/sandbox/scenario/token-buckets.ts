/** The size of a bucket of calls, and how fast it fills again. */
interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * AWS "Request throttling for the Amazon EC2 API", as of November 2026, for one account and region; each action has a
 * bucket of its own, of the size of its class.
 */
const SIZES: readonly (readonly [action: RegExp, size: BucketSize])[] = [
  [/^(RunInstances|StartInstances)$/, { burst: 5, perSecond: 2 }],
  [/^TerminateInstances$/, { burst: 100, perSecond: 5 }],
  [/^(CreateTags|DeleteTags)$/, { burst: 100, perSecond: 10 }],
  [/^GetConsoleOutput$/, { burst: 50, perSecond: 10 }],
  [/^(Describe|Get|List)/, { burst: 100, perSecond: 20 }],
];

/** Mutating actions by default, and the resource-intensive ones, the spot requests among them. */
const OTHER: BucketSize = { burst: 50, perSecond: 5 };

/** Calls that AWS counts as resource-intensive when they neither filter nor ask for pages. */
const HEAVY_UNFILTERED =
  /^Describe(Instances|InstanceStatus|Volumes|SecurityGroups|SpotInstanceRequests|NetworkInterfaces|Snapshots)$/;
const UNFILTERED: BucketSize = { burst: 50, perSecond: 10 };

/** Beside the calls, what they ask for is counted: instances to launch or end. */
const RESOURCES: ReadonlyMap<string, BucketSize> = new Map([
  ["RunInstances", { burst: 1000, perSecond: 2 }],
  ["TerminateInstances", { burst: 1000, perSecond: 20 }],
]);

/** A call as the buckets see it. */
export interface BucketCall {
  readonly action: string;
  /** It names ids, filters or a page size. */
  readonly filtered: boolean;
  /** Instances that it would launch or end. */
  readonly resources: number;
}

/** The token buckets of an account. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(private readonly monotonicMs: () => number) {}

  /** Takes what a call costs; false, with nothing taken, when there is not enough. */
  take({ action, filtered, resources }: BucketCall): boolean {
    const heavy = !filtered && HEAVY_UNFILTERED.test(action);
    const size = heavy ? UNFILTERED : (SIZES.find(([pattern]) => pattern.test(action))?.[1] ?? OTHER);
    const call = this.fill(heavy ? `${action} unfiltered` : action, size);
    const resourceSize = RESOURCES.get(action);
    const things = resourceSize === undefined ? undefined : this.fill(`${action} instances`, resourceSize);
    if (call.tokens < 1 || (things !== undefined && things.tokens < resources)) return false;
    call.tokens -= 1;
    if (things !== undefined) things.tokens -= resources;
    return true;
  }

  private fill(name: string, { burst, perSecond }: BucketSize): { tokens: number } {
    const nowMs = this.monotonicMs();
    const bucket = this.buckets.get(name) ?? { tokens: burst, atMs: nowMs };
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    this.buckets.set(name, bucket);
    return bucket;
  }
}

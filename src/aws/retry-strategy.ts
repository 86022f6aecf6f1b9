import { StandardRetryStrategy } from "@smithy/core/retry";

/** The SDK's own number of tries. */
const TRIES = 3;

/**
 * The SDK's retries without those of throttled calls: these are repeated by our pacing, which also lowers the pace. Both
 * at once would be eighteen calls for one, each of which the account is charged for.
 */
export class UnthrottledRetries extends StandardRetryStrategy {
  constructor() {
    super({ maxAttempts: TRIES });
  }

  override async refreshRetryTokenForRetry(
    ...[token, info]: Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>
  ): ReturnType<StandardRetryStrategy["refreshRetryTokenForRetry"]> {
    // The SDK then throws what the call ended with.
    if (info.errorType === "THROTTLING") throw new Error("throttled calls are repeated elsewhere");
    return super.refreshRetryTokenForRetry(token, info);
  }
}

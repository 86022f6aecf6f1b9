import { rootCauseText } from "./reflow-error.js";
import { RemoteError } from "./remote-error.js";

/** What a failed keepalive, inspect or free says about the lease. */
export type LeaseFailure =
  /** It is over for good: the alloc was collected or freed. */
  | "lost"
  /** The reflowlet does not know the alloc; lost if a second look agrees. */
  | "unknown"
  /** Nothing about the lease: the server or the way to it is in trouble. */
  | "trouble";

/**
 * Tells a lost lease from an unknown alloc and from a server in trouble. An alloc that was collected or freed is a
 * zombie while its folder is there and answers with status 500, `NotSupported`, and only then with 404.
 */
export function leaseFailure(error: unknown): LeaseFailure {
  if (!(error instanceof RemoteError)) return "trouble";
  if (error.kind === "NotSupported" && /^zombie\b/.test(rootCauseText(error.error))) return "lost";
  // A path that is not served at all is no word on the alloc.
  if (error.kind === "NotExist" && error.op !== "servehttp") return "unknown";
  return "trouble";
}

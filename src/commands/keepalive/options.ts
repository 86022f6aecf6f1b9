import { parseAllocUris } from "../shared/alloc-uris.js";
import { parseTimeout } from "../shared/timeout.js";

/** What `keepalive` is told beside the global flags. */
export interface KeepaliveFlags {
  readonly uris: readonly string[];
  /** The lease that is asked for. */
  readonly intervalMs: number;
}

/** What commander gives for the flags of `keepalive`. */
export interface RawKeepalive {
  readonly interval: string;
}

/** @throws UsageError for no URI, and for an interval that is no duration above zero. */
export function parseKeepaliveFlags(uris: readonly string[], { interval }: RawKeepalive): KeepaliveFlags {
  return { uris: parseAllocUris(uris), intervalMs: parseTimeout(interval, "--interval") };
}

import type { NamedLease, RenewedLease } from "../../cluster/lease/by-uri.js";
import { SCHEMA_VERSION, timestamp } from "./schema-version.js";

/** What `free -o json` prints. */
export interface FreeJson {
  readonly schemaVersion: number;
  readonly allocs: readonly {
    readonly uri: string;
    readonly freed: boolean;
    /** Why not; empty when it is. */
    readonly problem: string;
  }[];
}

/** What `keepalive -o json` prints. */
export interface KeepaliveJson {
  readonly schemaVersion: number;
  readonly allocs: readonly {
    readonly uri: string;
    readonly renewed: boolean;
    /** What was granted, from now; null when it was not renewed. */
    readonly seconds: number | null;
    /** The lease's end by this machine's clock, RFC 3339. */
    readonly expires: string | null;
    readonly problem: string;
  }[];
}

/** The JSON form of what freeing came to. */
export function freeJson(results: readonly NamedLease<undefined>[]): FreeJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    allocs: results.map((result) => ({
      uri: result.uri,
      freed: result.kind === "done",
      problem: result.kind === "done" ? "" : result.error.message,
    })),
  };
}

/** The JSON form of what renewing came to. */
export function keepaliveJson(results: readonly NamedLease<RenewedLease>[]): KeepaliveJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    allocs: results.map((result) =>
      result.kind === "done"
        ? {
            uri: result.uri,
            renewed: true,
            seconds: result.value.grantedMs / 1_000,
            expires: timestamp(result.value.expiresMs),
            problem: "",
          }
        : { uri: result.uri, renewed: false, seconds: null, expires: null, problem: result.error.message },
    ),
  };
}

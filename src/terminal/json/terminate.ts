import type { InstanceState } from "../../cluster/ports.js";
import type { TerminateResult } from "../../cluster/results.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `terminate -o json` prints. */
export interface TerminateJson {
  readonly schemaVersion: number;
  readonly instances: readonly {
    readonly id: string;
    /** State before. */
    readonly from: InstanceState;
    /** State now. */
    readonly to: InstanceState;
  }[];
}

/** The JSON form of what terminating came to. */
export function terminateJson(results: readonly TerminateResult[]): TerminateJson {
  return { schemaVersion: SCHEMA_VERSION, instances: results.map(({ id, from, to }) => ({ id, from, to })) };
}

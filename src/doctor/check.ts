import type { DoctorParts } from "./context.js";
import type { Finding } from "./finding.js";
import type { Lookups } from "./lookups.js";

/** What checks work with. */
export interface DoctorContext extends DoctorParts {
  /** What several checks look at, looked up once. */
  readonly look: Lookups;
}

/** One thing that a launch depends on. */
export interface Check<Context = DoctorContext> {
  /** A word, stable for programs. */
  readonly name: string;
  readonly group?: string | undefined;
  /** Names of checks before it without which it has nothing to look at. */
  readonly needs: readonly string[];
  /** What comes of it when the check itself fails by an error. */
  readonly consequence: string;
  /** @throws one of our errors, which is a finding too; the signal's reason */
  run(context: Context, signal: AbortSignal): Promise<Finding>;
}

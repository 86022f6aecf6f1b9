import { orAbort } from "../lib/abort.js";
import { checksOf } from "./checks.js";
import type { DoctorParts } from "./context.js";
import { examine, type ExamineOptions } from "./examine.js";
import type { Examined } from "./finding.js";
import { Lookups } from "./lookups.js";
import { leastPolicy, partitionOf, setupPolicy, type Policy } from "./policy/policy.js";

/** What would fail, before it does. Changes nothing. */
export interface Doctor {
  /** Names of all checks and what they belong to, in the order in which they are told. */
  readonly checks: readonly { readonly name: string; readonly group?: string | undefined }[];
  /** @throws the signal's reason */
  examine(options: ExamineOptions): Promise<readonly Examined[]>;
  /**
   * The least policy for the configuration, or for `setup`; with the ARNs that can be looked up.
   * @throws ConfigError for a configuration that cannot be read, unless for setup
   */
  policy(options: { readonly setup: boolean; readonly signal: AbortSignal }): Promise<Policy>;
  /** Ends idle connections; the doctor is not used afterwards. */
  close(): void;
}

/** A doctor for what is handed in. */
export function doctorOf(parts: DoctorParts, close: () => void): Doctor {
  const checks = checksOf(parts.config);
  return {
    checks: checks.map(({ name, group }) => ({ name, group })),
    examine: (options) => examine({ ...parts, look: new Lookups(parts, options.signal) }, checks, options),
    async policy({ setup, signal }) {
      const { config, configuration } = parts;
      if (!setup && configuration.kind !== "read") throw configuration.error;
      const look = new Lookups(parts, signal);
      // What cannot be looked up is left open in the policy: it may be what is missing.
      const unlessKnown = (): undefined => undefined;
      const [place, identity, profile] = await orAbort(
        Promise.all([
          parts.place().catch(unlessKnown),
          look.identity().catch(unlessKnown),
          look.profile().catch(unlessKnown),
        ]),
        signal,
      );
      const subject = {
        partition: partitionOf(identity?.arn, place?.region),
        accountId: identity?.accountId,
        region: place?.region,
        role: profile?.roles[0],
      };
      return setup ? setupPolicy(subject) : leastPolicy(config, subject);
    },
    close,
  };
}

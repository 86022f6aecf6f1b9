import { SCHEMA_VERSION } from "./schema-version.js";

/** What `sandbox scenario FILE|show|reset -o json` prints. */
export interface ScenarioJson {
  readonly schemaVersion: number;
  /** When the scenario was set; its time and its counts began at zero then. */
  readonly since: string;
  /** The seed in force, drawn where the scenario has none. */
  readonly seed: number;
  /** As a scenario file has it; empty for the default. */
  readonly scenario: object;
  /** Calls by action since then. */
  readonly calls: Readonly<Record<string, number>>;
}

/** A scenario in force as the terminal shows it. */
export interface ScenarioView {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly seed: number;
  readonly scenario: object;
  readonly calls: Readonly<Record<string, number>>;
}

/** The JSON form of the scenario in force. */
export function scenarioJson({ sinceMs, seed, scenario, calls }: ScenarioView): ScenarioJson {
  return { schemaVersion: SCHEMA_VERSION, since: new Date(sinceMs).toISOString(), seed, scenario, calls };
}

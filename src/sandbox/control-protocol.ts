import type { Scenario } from "./scenario/schema.js";

/** The path of the endpoint at which the sandbox is told about itself. No AWS service has it. */
export const CONTROL_PATH = "/_reflow-ec2/scenario";

/** The scenario in force, and what has been counted since it was set. */
export interface ScenarioState {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** The seed in force, drawn where the scenario has none. */
  readonly seed: number;
  readonly scenario: Scenario;
  /** Calls by action, without those of machines. */
  readonly calls: Readonly<Record<string, number>>;
}

import type { ScenarioView } from "./json/scenario.js";
import { yamlText } from "./yaml-text.js";

/** The scenario in force as a scenario file, so that what is shown can be kept and set again. */
export async function scenarioText({ sinceMs, seed, scenario }: ScenarioView): Promise<string> {
  const since = new Date(sinceMs).toISOString();
  const head = `# in force since ${since}, with the seed ${seed}\n`;
  return head + (Object.keys(scenario).length === 0 ? "# the default\n" : await yamlText(scenario));
}

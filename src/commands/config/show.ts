import { nearConfigKey } from "../../config/change-setting.js";
import { effectiveConfig, type EffectiveConfig } from "../../config/effective.js";
import { loadConfig } from "../../config/load-config.js";
import { readConfigFile } from "../../config/read-config.js";
import { UsageError } from "../../errors.js";
import { configText } from "../../terminal/config-view.js";
import { configJson } from "../../terminal/json/config.js";
import type { World } from "../../world.js";
import { openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { resolveTarget } from "../shared/sandbox-target.js";
import { writeResult } from "../shared/write-result.js";
import { configPath, contextInForce } from "./context.js";

/** Shows the configuration that a command with these flags would use. */
export async function showConfig(
  world: World,
  globals: GlobalOptions,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const console = await openConsole(world, globals);
  const { progress } = console;
  try {
    const target = await resolveTarget(world, globals, progress, signal);
    const source = configPath(world, target.config);
    const text = await readConfigFile(source);
    const context = await contextInForce(world, source, target);
    const config = loadConfig(text, context);
    for (const warning of config.warnings) progress.warn(warning);
    const effective = effectiveConfig(config, text, context, {
      flags: globals,
      sandbox: globals.sandbox
        ? { endpoint: target.endpointUrl ?? "", ownConfig: target.config !== globals.config }
        : undefined,
      profileRegion: config.region === undefined ? await world.profileRegion(globals.profile) : undefined,
    });
    const shown = keys.length === 0 ? effective : only(effective, keys);
    progress.stop();
    await writeResult(world.stdout, globals.output, {
      text: (wide) => configText(shown, { wide, colors: console.stdoutColors, columns: console.stdoutColumns }),
      data: () => configJson(shown),
      names: () => shown.values.map(({ key }) => key),
    });
  } finally {
    progress.stop();
  }
}

/** Words that are no key because something is wrong with them. */
const COMMANDS = ["show", "validate", "schema", "set"];

/** The keys that were asked for, and what is below them. @throws UsageError for one that there is not. */
function only({ source, facts, values }: EffectiveConfig, keys: readonly string[]): EffectiveConfig {
  const asked = (key: string, wanted: string): boolean => key === wanted || key.startsWith(`${wanted}.`);
  const all = [...facts, ...values].map(({ key }) => key);
  for (const wanted of keys) {
    if (all.some((key) => asked(key, wanted))) continue;
    throw new UsageError(`there is no key '${wanted}'${nearConfigKey(wanted, [...all, ...COMMANDS])}`, {
      hint: "'reflow-ec2 config -o name' lists the keys, 'reflow-ec2 config --help' the commands.",
    });
  }
  const matches = ({ key }: { readonly key: string }): boolean => keys.some((wanted) => asked(key, wanted));
  const found = values.filter(matches);
  // A key of the file comes before a fact of the same name: it is the file's that can be changed.
  const named = new Set(found.map(({ key }) => key));
  return { source, facts: facts.filter((fact) => matches(fact) && !named.has(fact.key)), values: found };
}

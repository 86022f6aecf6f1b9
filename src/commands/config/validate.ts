import { loadConfig } from "../../config/load-config.js";
import type { LoadContext } from "../../config/load-config.js";
import { MAX_CONFIG_BYTES, readConfigFile, textOf } from "../../config/read-config.js";
import { ConfigError } from "../../errors.js";
import { type CheckedFile, checkedText } from "../../terminal/config-view.js";
import { checkedJson } from "../../terminal/json/config.js";
import type { World } from "../../world.js";
import { openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { writeResult } from "../shared/write-result.js";
import { configPath, fileContext } from "./context.js";

/** Checks files and tells all that is wrong with any. Gives the exit code: 0, or 2 where one has mistakes. */
export async function validateFiles(
  world: World,
  globals: GlobalOptions,
  files: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { stdoutColors: colors } = await openConsole(world, globals);
  const checked: CheckedFile[] = [];
  const context = await fileContext(world, "");
  for (const file of files.length === 0 ? [configPath(world, globals.config)] : files) {
    signal.throwIfAborted();
    checked.push(await check(world, file, context, signal));
  }
  const wrong = checked.filter(({ problems }) => problems.length > 0);
  await writeResult(world.stdout, globals.output, {
    text: () => checkedText(checked, colors),
    data: () => checkedJson(checked),
    names: () => wrong.map(({ file }) => file),
  });
  return wrong.length === 0 ? 0 : new ConfigError("").exitCode;
}

/** What a file is called that comes through a pipe. */
const PIPE = "standard input";

async function check(world: World, name: string, context: LoadContext, signal: AbortSignal): Promise<CheckedFile> {
  const file = name === "-" ? PIPE : name;
  try {
    const text =
      name === "-" ? textOf(await world.stdin.read(MAX_CONFIG_BYTES, signal), PIPE) : await readConfigFile(name);
    const { warnings } = loadConfig(text, { ...context, source: file });
    return { file, problems: [], warnings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { file, problems: error.problems, warnings: [] };
  }
}

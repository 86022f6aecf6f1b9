import { changeSetting, parseSetting } from "../../config/change-setting.js";
import { readConfigFile } from "../../config/read-config.js";
import { ConfigError, errorText, UsageError } from "../../errors.js";
import { changedText } from "../../terminal/config-view.js";
import { formatProblem } from "../../terminal/error-text.js";
import { changedJson } from "../../terminal/json/config.js";
import type { World } from "../../world.js";
import { openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { writeResult } from "../shared/write-result.js";
import { configPath, fileContext } from "./context.js";

/** Changes one value of the configuration file. */
export async function setValue(
  world: World,
  globals: GlobalOptions,
  { key, value }: { readonly key: string; readonly value: string | undefined },
): Promise<void> {
  if (globals.sandbox) {
    throw new UsageError("the sandbox's configuration is made anew at each start", {
      hint: "Leave --sandbox out, and name a file with --config.",
    });
  }
  const change = parseSetting(key, value);
  const file = configPath(world, globals.config);
  const text = await readConfigFile(file, undefined, { keepMark: true });
  const result = changeSetting(text, change, await fileContext(world, file));
  if (result.changed) await write(world, file, result.text, result.hasSecrets);
  const { progress } = await openConsole(world, globals);
  for (const problem of result.problems) progress.warn(`still wrong: ${formatProblem(problem)}`);
  await writeResult(world.stdout, globals.output, {
    text: () => changedText(file, result),
    data: () => changedJson(file, result),
    names: () => [result.key],
  });
}

async function write(world: World, file: string, text: string, hasSecrets: boolean): Promise<void> {
  try {
    await world.replaceFile(file, text, hasSecrets ? "private" : "keep");
  } catch (error) {
    const message = `it cannot be written: ${errorText(error)}`;
    throw new ConfigError(`configuration file ${file}: ${message}`, [{ source: file, key: "", message }], {
      hint: "See that you may write to the file and to its directory.",
      cause: error,
    });
  }
}

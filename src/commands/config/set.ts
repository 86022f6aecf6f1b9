import { changeSetting, type ChangedSetting, parseSetting } from "../../config/change-setting.js";
import type { ConfigChange } from "../../config/edit-config.js";
import { MAX_CONFIG_BYTES, readConfigFile, textOf } from "../../config/read-config.js";
import type { LoadContext } from "../../config/load-config.js";
import { ConfigError, errorText, ReflowEc2Error, UsageError } from "../../errors.js";
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
  signal: AbortSignal,
): Promise<void> {
  if (globals.sandbox) {
    throw new UsageError("the sandbox's configuration is made anew at each start", {
      hint: "Leave --sandbox out, and name a file with --config.",
    });
  }
  const file = configPath(world, globals.config);
  const change = parseSetting(key, value === "-" ? await valueFromPipe(world, signal) : value);
  const result = await changeFile(world, await fileContext(world, file), change, signal);
  const { progress } = await openConsole(world, globals);
  for (const problem of result.problems) progress.warn(`still wrong: ${formatProblem(problem)}`);
  await writeResult(world.stdout, globals.output, {
    text: () => changedText(file, result),
    data: () => changedJson(file, result),
    names: () => [result.key],
  });
}

/** A line without its end, as `echo` writes it, or a text of several lines as it is. */
async function valueFromPipe(world: World, signal: AbortSignal): Promise<string> {
  const words = { what: "the value from", whenMissing: "", another: "Give a shorter one." };
  const text = textOf(await world.stdin.read(MAX_CONFIG_BYTES, signal), "standard input", words);
  return text.replace(/^([^\r\n]*)\r?\n$/, "$1");
}

async function changeFile(
  world: World,
  context: LoadContext,
  change: ConfigChange,
  signal: AbortSignal,
): Promise<ChangedSetting> {
  const file = context.source;
  const read = (): Promise<string> => readConfigFile(file, undefined, { keepMark: true });
  const attempt = async (): Promise<ChangedSetting> => changeSetting(await read(), change, context);
  // What changes nothing needs no leave to write.
  const first = await attempt();
  if (!first.changed) return first;
  try {
    return await world.whileChanging(file, signal, async () => {
      for (;;) {
        signal.throwIfAborted();
        const text = await read();
        const result = changeSetting(text, change, context);
        // An editor knows no lock.
        if ((await read()) !== text) continue;
        if (result.changed) await world.replaceFile(file, result.text, result.hasSecrets ? "private" : "keep");
        return result;
      }
    });
  } catch (error) {
    if (error instanceof ReflowEc2Error || error === signal.reason) throw error;
    const message = `it cannot be written: ${errorText(error)}`;
    throw new ConfigError(`configuration file ${file}: ${message}`, [{ source: file, key: "", message }], {
      hint: "See that you may write to the file and to its directory.",
      cause: error,
    });
  }
}

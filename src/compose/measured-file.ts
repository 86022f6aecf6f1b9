import { dirname, isAbsolute, join } from "node:path";
import {
  formatMeasured,
  mergeMeasured,
  NOTHING_MEASURED,
  type MeasuredData,
  type MeasuredResult,
} from "../catalog/measured.js";
import { parseMeasured } from "../catalog/parse-measured.js";
import type { ReflowConfig } from "../config/model.js";
import { readConfigFile, type FileWords } from "../config/read-config.js";
import { ConfigError, errorText, TimedOutError } from "../errors.js";
import { withChangeLock } from "../lib/change-lock.js";
import type { Clock } from "../lib/clock.js";
import { replaceFile } from "../lib/replace-file.js";
import { systemErrorCode } from "../lib/system-error.js";

/** Where the configuration names no file. */
const DEFAULT_NAME = "reflow-ec2-measured.json";

/** Saving waits for others who save at the same time. */
const SAVE_LIMIT_MS = 10_000;

const WORDS: FileWords = {
  what: "measured data",
  whenMissing: "`reflow-ec2 probe --save` makes it.",
  another: "Name another file with `reflow-ec2: measured` in the configuration, or move this one away.",
  // All types of all regions are 12 MB.
  maxBytes: 16 * 1024 * 1024,
};

/** Path of the file of own measurements: the target's, else the configuration's, else one beside the configuration. */
export function measuredPathOf(
  { own, source }: Pick<ReflowConfig, "own" | "source">,
  { measured }: { readonly measured?: string | undefined },
  home: string,
): string {
  if (measured !== undefined) return measured;
  const path = own.measured ?? DEFAULT_NAME;
  if (path.startsWith("~/")) return join(home, path.slice("~/".length));
  return isAbsolute(path) ? path : join(dirname(source), path);
}

/** The own measurements in a file; a missing one holds none. @throws ConfigError when it is damaged or unreadable. */
export async function readMeasured(path: string): Promise<MeasuredData> {
  let text: string;
  try {
    text = await readConfigFile(path, WORDS);
  } catch (error) {
    const code = error instanceof ConfigError ? systemErrorCode(error.cause) : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return NOTHING_MEASURED;
    throw error;
  }
  return parseMeasured(text, path);
}

/** What saving works with. */
interface SaveEnvironment {
  readonly clock: Clock;
  randomBytes(length: number): Buffer;
}

/**
 * Merges results into the file, whole or not at all. What others save at the same time stays.
 * @throws ConfigError when the file is damaged (it is left as it is) or cannot be written; TimedOutError when others keep
 * it for ten seconds.
 */
export async function saveMeasured(
  environment: SaveEnvironment,
  path: string,
  results: readonly MeasuredResult[],
): Promise<void> {
  if (results.length === 0) return;
  await withMeasured(environment, path, async (data, nonce) => {
    // For everybody: it holds no secret, and is to be shared.
    await replaceFile(path, formatMeasured(mergeMeasured(data, results)), `.${nonce}`, 0o644);
  });
}

/** Finds out whether results can be saved, before they are paid for. @throws as saveMeasured */
export async function claimMeasured(environment: SaveEnvironment, path: string): Promise<void> {
  await withMeasured(environment, path, async () => undefined);
}

/** Lets `work` write the file while nobody else does; it gets what is in it now. */
async function withMeasured(
  environment: SaveEnvironment,
  path: string,
  work: (data: MeasuredData, nonce: string) => Promise<void>,
): Promise<void> {
  const { clock } = environment;
  const nonce = environment.randomBytes(8).toString("hex");
  const unwritable = (cause: unknown): Error =>
    new ConfigError(`measured data ${path} cannot be written: ${errorText(cause)}`, [], {
      hint: "Make its folder writable, or name another file with `reflow-ec2: measured` in the configuration.",
      cause,
    });
  const late = (): Error =>
    new TimedOutError(`others have kept measured data ${path} for ${SAVE_LIMIT_MS / 1_000} s`, {
      hint: `Try again; if nobody saves there, remove ${path}.lock.`,
    });
  const lock = { path, nonce, clock, unwritable, limit: { ms: SAVE_LIMIT_MS, late } };
  // It has a limit of its own: what was measured until Ctrl-C was paid for.
  await withChangeLock(lock, new AbortController().signal, async () => {
    // Read again: others may have saved since the command began.
    const data = await readMeasured(path);
    try {
      await work(data, nonce);
    } catch (error) {
      throw unwritable(error);
    }
  });
}

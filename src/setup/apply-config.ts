import { editConfig } from "../config/edit-config.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import { configChanges, newConfigText } from "./config-text.js";
import type { ConfigFact } from "./facts.js";
import { lookAtConfig } from "./look.js";
import type { ConfigChange, ConfigWants } from "./model.js";
import type { SetupPorts } from "./ports.js";

/** What became of a configuration. */
export interface WrittenConfig {
  readonly outcome: "made" | "changed" | "was-there";
  readonly backupPath: string | undefined;
}

/**
 * Makes a configuration say what is wanted, or makes changes to it: a new file whole, an old one after a copy of it. It is
 * read anew, so that what another process or an editor has written meanwhile stays.
 * @throws ConfigError where the result would be wrong, before it is written
 */
export async function writeConfig(
  ports: SetupPorts,
  path: string,
  what: ConfigWants | readonly ConfigChange[],
  signal: AbortSignal,
): Promise<WrittenConfig> {
  return ports.files.whileChanging(path, signal, async () => {
    for (;;) {
      signal.throwIfAborted();
      const written = await tryToWrite(ports, path, what);
      if (written !== "overtaken") return written;
    }
  });
}

async function tryToWrite(
  ports: SetupPorts,
  path: string,
  what: ConfigWants | readonly ConfigChange[],
): Promise<WrittenConfig | "overtaken"> {
  const { files, clock } = ports;
  const nothing = { outcome: "was-there", backupPath: undefined } as const;
  const seen = (await files.look(path))?.text;
  const present = await lookAtConfig(ports, path);
  // An editor knows no lock.
  const isOvertaken = async (): Promise<boolean> => (await files.look(path))?.text !== seen;
  if (present === undefined) {
    if (isChanges(what)) return nothing;
    const text = belowComments(seen ?? "", newConfigText(what));
    ports.parseConfig(text);
    if (await isOvertaken()) return "overtaken";
    await files.replace(path, text);
    return { outcome: "made", backupPath: undefined };
  }
  const changes = isChanges(what) ? what : configChanges(present.parsed, what);
  if (changes.length === 0) return nothing;
  const text = editConfig(present.look.text, changes, path);
  ports.parseConfig(text);
  const backupPath = backUpPath(path, clock.nowMs());
  await files.copy(path, backupPath);
  if (await isOvertaken()) return "overtaken";
  await files.replace(path, text);
  return { outcome: "changed", backupPath };
}

/** What somebody has noted in a file that says nothing yet stays before what it is to say. */
function belowComments(comments: string, text: string): string {
  return comments.trim() === "" ? text : `${comments.trimEnd()}\n\n${text}`;
}

/**
 * The mistakes that a configuration would have, were it written as wanted: found out before anything is made.
 */
export function mistakesToCome(
  ports: SetupPorts,
  present: ConfigFact,
  wants: ConfigWants,
  path: string,
): readonly ConfigProblem[] {
  // An id of the right shape for what is yet to be made.
  const complete = { ...wants, securityGroup: wants.securityGroup ?? "sg-00000000" };
  try {
    const text =
      present === undefined
        ? newConfigText(complete)
        : editConfig(present.look.text, configChanges(present.parsed, complete), path);
    ports.parseConfig(text);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.length > 0 ? error.problems : [{ source: path, key: "", message: error.message }];
  }
}

function isChanges(what: ConfigWants | readonly ConfigChange[]): what is readonly ConfigChange[] {
  return Array.isArray(what);
}

/** Where the copy of a file goes: beside it, with the time. */
export function backUpPath(path: string, nowMs: number): string {
  return `${path}.bak-${new Date(nowMs).toISOString().replace(/[-:.]/g, "")}`;
}

import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, errorText } from "../errors.js";

/** Reflow's own files have some 15 kB; what is larger than this is not a configuration. */
export const MAX_CONFIG_BYTES = 1024 * 1024;

/** Where a configuration may be named. */
export interface ConfigLocation {
  /** `--config`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The configuration's path: `--config`, else `$REFLOW_EC2_CONFIG`, else `$HOME/.reflow/config.yaml`. */
export function findConfigPath(location: ConfigLocation): string {
  if (location.flag !== undefined && location.flag !== "") return location.flag;
  const named = location.env["REFLOW_EC2_CONFIG"];
  if (named !== undefined && named !== "") return named;
  return join(location.home, ".reflow", "config.yaml");
}

/** What messages about a file call it, and what they advise. */
export interface FileWords {
  /** E.g. `configuration file`. */
  readonly what: string;
  /** What to do when it is missing. */
  readonly whenMissing: string;
  /** How to name another file. */
  readonly another: string;
  /** How large it may be. Default: MAX_CONFIG_BYTES. */
  readonly maxBytes?: number;
}

const CONFIG_WORDS: FileWords = {
  what: "configuration file",
  whenMissing: "Make one with `reflow-ec2 setup`, name another with --config, or try without AWS with --sandbox.",
  another: "Name Reflow's configuration file with --config.",
};

/**
 * The text of the configuration file, or of another file that people write.
 * @param options `keepMark` for a text that will be written again: the byte-order mark, where there is one, is in it
 * @throws ConfigError when it is missing, no file, unreadable, too large or not UTF-8.
 */
export async function readConfigFile(
  path: string,
  words: FileWords = CONFIG_WORDS,
  options: { readonly keepMark?: boolean } = {},
): Promise<string> {
  const fail = failureAbout(path, words);
  const { maxBytes = MAX_CONFIG_BYTES } = words;
  let bytes: Buffer;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw fail("expected a file, found a directory", words.another);
    // A device or a pipe might never end.
    if (!stats.isFile()) throw fail("expected a regular file", words.another);
    if (stats.size > maxBytes) throw fail(tooLarge(maxBytes, stats.size), words.another, undefined, 1);
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw fail("there is no such file", words.whenMissing, error);
    if (code === "EACCES" || code === "EPERM") {
      throw fail("permission to read it is denied", `Allow it with \`chmod u+r ${path}\`.`, error);
    }
    throw fail(`it cannot be read: ${errorText(error)}`, words.another, error);
  }
  return textOf(bytes, path, words, options);
}

/**
 * The text of bytes that people wrote.
 * @param source the file's path, or a word for where they come from
 * @param options `keepMark` as for {@link readConfigFile}
 * @throws ConfigError where there are too many, or they are no UTF-8.
 */
export function textOf(
  bytes: Uint8Array,
  source: string,
  words: FileWords = CONFIG_WORDS,
  options: { readonly keepMark?: boolean } = {},
): string {
  const fail = failureAbout(source, words);
  const { maxBytes = MAX_CONFIG_BYTES } = words;
  if (bytes.length > maxBytes) throw fail(tooLarge(maxBytes, bytes.length), words.another, undefined, 1);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: options.keepMark === true }).decode(bytes);
  } catch (error) {
    throw fail("expected UTF-8 text, found other bytes", "Save the file as UTF-8.", error, lineOfOtherBytes(bytes));
  }
}

function failureAbout(path: string, { what }: FileWords) {
  return (message: string, hint: string, cause?: unknown, line?: number): ConfigError => {
    const problem = { source: path, ...(line === undefined ? {} : { line }), key: "", message };
    return new ConfigError(`${what} ${path}: ${message}`, [problem], { hint, cause });
  };
}

function tooLarge(maxBytes: number, found: number): string {
  return `expected at most ${maxBytes} bytes, found ${found}`;
}

/** The first line whose bytes are no UTF-8; no character's bytes hold that of a line's end. */
function lineOfOtherBytes(bytes: Uint8Array): number {
  let [line, start] = [1, 0];
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    [line, start] = [line + 1, end + 1];
  }
}

/** The default public key, `~/.ssh/id_rsa.pub`; undefined where it cannot be read. */
export async function readDefaultPublicKey(home: string): Promise<string | undefined> {
  return readFile(join(home, ".ssh", "id_rsa.pub"), "utf8").catch(() => undefined);
}

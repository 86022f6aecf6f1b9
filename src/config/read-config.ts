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

/**
 * The text of the configuration file.
 * @throws ConfigError when it is missing, no file, unreadable, above MAX_CONFIG_BYTES or not UTF-8.
 */
export async function readConfigFile(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw fileError(path, "expected a file, found a directory", "Name a file with --config.");
    // A device or a pipe might never end.
    if (!stats.isFile()) throw fileError(path, "expected a regular file", "Name a file with --config.");
    if (stats.size > MAX_CONFIG_BYTES) throw tooLarge(path, stats.size);
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw readError(path, error);
  }
  if (bytes.length > MAX_CONFIG_BYTES) throw tooLarge(path, bytes.length);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw fileError(path, "expected UTF-8 text, found other bytes", "Save the file as UTF-8.", error);
  }
}

function readError(path: string, error: unknown): ConfigError {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return fileError(
      path,
      "there is no such file",
      "Make one with `reflow-ec2 setup`, name another with --config, or try without AWS with --sandbox.",
      error,
    );
  }
  if (code === "EACCES" || code === "EPERM") {
    return fileError(path, "permission to read it is denied", `Allow it with \`chmod u+r ${path}\`.`, error);
  }
  return fileError(path, `it cannot be read: ${errorText(error)}`, "Name a readable file with --config.", error);
}

function tooLarge(path: string, bytes: number): ConfigError {
  return fileError(
    path,
    `expected at most ${MAX_CONFIG_BYTES} bytes, found ${bytes}`,
    "Name Reflow's configuration file with --config.",
  );
}

function fileError(path: string, message: string, hint: string, cause?: unknown): ConfigError {
  return new ConfigError(`configuration file ${path}: ${message}`, [{ source: path, key: "", message }], {
    hint,
    cause,
  });
}

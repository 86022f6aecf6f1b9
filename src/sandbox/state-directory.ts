import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a running sandbox tells about itself in `sandbox.json`. */
export interface SandboxRecord {
  readonly pid: number;
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** The ready-made configuration. */
  readonly configPath: string;
  /** The secret with which its scenario is set through the endpoint. */
  readonly controlKey: string;
}

/** Where the sandbox of a user lives: below `$XDG_STATE_HOME`, by default `~/.local/state`. */
export function sandboxStateDirectory(environment: {
  readonly xdgStateHome?: string | undefined;
  readonly home: string;
}): string {
  // The XDG specification: a relative path is to be ignored.
  const stateHome = environment.xdgStateHome?.startsWith("/")
    ? environment.xdgStateHome
    : join(environment.home, ".local", "state");
  return join(stateHome, "reflow-ec2", "sandbox");
}

/** The log of the sandbox's process. */
export function logPath(stateDirectory: string): string {
  return join(stateDirectory, "sandbox.log");
}

const recordPath = (stateDirectory: string): string => join(stateDirectory, "sandbox.json");

/** Publishes the record, whole or not at all. */
export async function writeRecord(stateDirectory: string, record: SandboxRecord): Promise<void> {
  const draft = `${recordPath(stateDirectory)}.${record.pid}`;
  await writeFile(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, recordPath(stateDirectory));
}

/** The record in the directory; undefined when there is none that can be read. */
export async function readRecord(stateDirectory: string): Promise<SandboxRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(recordPath(stateDirectory), "utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is SandboxRecord {
  if (typeof value !== "object" || value === null) return false;
  const { pid, endpoint, region, startedMs, configPath, controlKey } = value as Partial<
    Record<keyof SandboxRecord, unknown>
  >;
  return (
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    typeof endpoint === "string" &&
    /^http:\/\/127\.0\.0\.1:[0-9]{1,5}$/.test(endpoint) &&
    typeof region === "string" &&
    typeof startedMs === "number" &&
    typeof configPath === "string" &&
    typeof controlKey === "string"
  );
}

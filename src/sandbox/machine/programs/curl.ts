import type { Process, Program } from "../system/process.js";
import { parseCommandLine, type OptionTable } from "./command-line.js";
import { askWeb } from "./web.js";

/** The options that scripts of user-data give to curl. */
const CURL_OPTIONS: OptionTable = {
  f: "flag",
  fail: "flag",
  s: "flag",
  silent: "flag",
  S: "flag",
  "show-error": "flag",
  L: "flag",
  location: "flag",
  O: "flag",
  "remote-name": "flag",
  "retry-connrefused": "flag",
  "retry-all-errors": "flag",
  compressed: "flag",
  "tlsv1.2": "flag",
  o: "value",
  output: "value",
  X: "value",
  request: "value",
  H: "value",
  header: "value",
  m: "value",
  "max-time": "value",
  proto: "value",
  "connect-timeout": "value",
  retry: "value",
  "retry-delay": "value",
  "retry-max-time": "value",
};

/** Options whose value must be a number, or curl does nothing. */
const NUMERIC_OPTIONS = ["connect-timeout", "max-time", "m", "retry", "retry-delay", "retry-max-time"];

/** `curl`, with the messages and statuses of the real one. */
export const curl: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), CURL_OPTIONS);
  const has = (...names: readonly string[]): boolean => names.some((name) => line.options.has(name));
  const value = (...names: readonly string[]): string | undefined =>
    names.map((name) => line.options.get(name)).find((found) => found !== undefined);
  const fail = (status: number, message: string): number => {
    if (!has("s", "silent") || has("S", "show-error")) process.stderr(`curl: (${status}) ${message}\n`);
    return status;
  };
  if (line.error !== undefined) {
    process.stderr(`curl: ${line.error}\n`);
    return 2;
  }
  const notNumber = NUMERIC_OPTIONS.find((name) => !/^\d+(\.\d+)?$/.test(value(name) ?? "0"));
  if (notNumber !== undefined) {
    process.stderr(`curl: option --${notNumber}: expected a proper numerical parameter\n`);
    return 2;
  }
  const url = line.operands[0];
  if (url === undefined) return fail(2, "no URL specified");
  const scheme = /^([a-z]+):/i.exec(url)?.[1]?.toLowerCase() ?? "http";
  const allowed = value("proto");
  if (allowed !== undefined && !allowed.replace(/^=/, "").split(",").includes(scheme)) {
    return fail(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  }
  const given = [...(line.all.get("H") ?? []), ...(line.all.get("header") ?? [])];
  const answer = await askWeb(process.world, {
    method: value("X", "request") ?? "GET",
    url,
    headers: parseHeaders(given),
  });
  if (answer.kind === "bad-url") return fail(3, `URL rejected: ${url}`);
  if (answer.kind === "unknown-host") return fail(6, `Could not resolve host: ${answer.host}`);
  if (answer.status >= 400 && has("f", "fail")) {
    return fail(22, `The requested URL returned error: ${answer.status}`);
  }
  const output = value("o", "output") ?? (has("O", "remote-name") ? url.split("/").at(-1) : undefined);
  return save(process, answer.body, output, (message) => fail(23, message));
};

/** `wget`, as far as Reflow's own units use it. */
export const wget: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), { O: "value", q: "flag", "no-verbose": "flag", nv: "flag" });
  const url = line.operands[0];
  if (line.error !== undefined || url === undefined) {
    process.stderr(`wget: ${line.error ?? "missing URL"}\n`);
    return 2;
  }
  const answer = await askWeb(process.world, { method: "GET", url, headers: new Map() });
  if (answer.kind !== "reply") {
    process.stderr(`wget: unable to resolve host address '${url}'\n`);
    return 4;
  }
  if (answer.status >= 400) {
    process.stderr(`wget: ${url}: ERROR ${answer.status}\n`);
    return 8;
  }
  return save(process, answer.body, line.options.get("O") ?? url.split("/").at(-1), (message) => {
    process.stderr(`wget: ${message}\n`);
    return 3;
  });
};

/** Header lines by their names; curl leaves out those without a value. */
function parseHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (value !== "") headers.set(name.toLowerCase(), value);
  }
  return headers;
}

/** Writes to a file, or to standard output when there is none. */
function save(process: Process, body: Buffer, path: string | undefined, fail: (message: string) => number): number {
  if (path === undefined || path === "-") {
    process.stdout(body.toString("utf8"));
    return 0;
  }
  const { files } = process.world;
  if (files.kind(path) === "directory") return fail(`Failure writing output to destination: ${path}`);
  files.write(path, body);
  return 0;
}

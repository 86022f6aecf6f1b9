import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/**
 * What each room of src/ may import of the others; type-only imports count. `errors` and `lib` are open to all rooms
 * but themselves.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  errors: [],
  version: [],
  signals: [],
  programs: [],
  pool: [],
  tls: ["pool"],
  cloudconfig: [],
  config: ["cluster/ports", "cloudconfig"],
  catalog: ["pool", "config/model"],
  userdata: ["catalog/disks", "cloudconfig", "config/model", "cluster/ports", "tls"],
  cluster: ["pool", "catalog"],
  account: ["cluster/ports"],
  setup: ["account", "catalog", "cluster/ports", "config", "pool", "tls"],
  doctor: ["account", "catalog", "cluster", "config", "pool", "tls", "userdata", "cloudconfig"],
  report: ["cluster/probe", "cluster/ports", "pool"],
  // What a refusal means is decided in one table, for EC2's answers and for the state reasons that the core reads.
  aws: ["account/ports", "cluster/ports", "cluster/refusals"],
  web: ["cluster/ports", "aws/plain-request"],
  compose: [
    "account",
    "aws",
    "catalog",
    "cloudconfig",
    "cluster",
    "config",
    "doctor",
    "pool",
    "setup",
    "tls",
    "userdata",
    "commands/shared",
    "sandbox/control",
    "sandbox/scenario",
    "web",
  ],
  terminal: [
    "account/ports",
    "catalog/model",
    "cluster",
    "commands/shared",
    "config",
    "doctor",
    "pool",
    "setup",
    "userdata/rendering",
  ],
  commands: [
    "account/ports",
    "cluster",
    "config",
    "pool",
    "catalog",
    "cloudconfig",
    "doctor",
    "report",
    "setup",
    "terminal",
    "userdata/rendering",
    "sandbox",
    "world",
    "programs",
    "signals",
  ],
  sandbox: ["cloudconfig", "pool", "tls", "catalog", "cluster/ports", "config"],
  program: ["commands", "version"],
  main: ["program", "commands", "terminal", "world"],
  world: [
    "commands",
    "terminal",
    "compose",
    "signals",
    "programs",
    "cluster",
    "config",
    "doctor",
    "setup",
    "userdata/rendering",
    "sandbox",
  ],
  cli: ["main", "world"],
  index: ["cluster", "compose", "config/model", "pool", "report"],
};

/** Packages that only some rooms may import, so that what they cost and how they are used is seen in one place. */
const PACKAGE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  "@aws-sdk/": ["aws"],
  "@smithy/": ["aws"],
  "https-proxy-agent": ["aws"],
  "proxy-from-env": ["aws"],
  "@peculiar/x509": ["tls"],
  yaml: ["config", "sandbox"],
  "js-yaml": ["cloudconfig", "sandbox", "terminal"],
  chalk: ["terminal"],
  ora: ["terminal"],
  "cli-table3": ["terminal"],
  zod: ["config", "sandbox"],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path.endsWith(".ts") ? [path] : [];
  });
}

const FILES = filesBelow(SRC).map((path) => ({ path: relative(SRC, path), text: readFileSync(path, "utf8") }));

const IMPORTS: readonly Import[] = FILES.flatMap(({ path, text }) =>
  [...text.matchAll(/^(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm)].map(
    ([, from, dynamic, bare]) => {
      const target = from ?? dynamic ?? bare ?? "";
      return { file: path, target: target.startsWith(".") ? join(dirname(path), target).replace(/\.js$/, "") : target };
    },
  ),
);

const isOurs = ({ target }: Import): boolean => FILES.some(({ path }) => path === `${target}.ts`);
const roomOf = (path: string): string => path.replace(/\.ts$/, "").split("/")[0] ?? "";

describe("the rooms of src/", () => {
  it("import only what the drawing in docs/architecture.md allows", () => {
    const forbidden = IMPORTS.filter(isOurs)
      .filter(({ file, target }) => {
        const [from, to] = [roomOf(file), roomOf(target)];
        if (from === to || to === "errors" || to === "lib")
          return from === to ? false : from === "lib" && to !== "errors" && to !== "lib";
        return !(MAY_IMPORT[from] ?? []).some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
      })
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(forbidden).toEqual([]);
  });

  it("keep each heavy package in one place", () => {
    const strays = IMPORTS.flatMap(({ file, target }) => {
      const owner = Object.entries(PACKAGE_ROOMS).find(
        ([name]) => target === name || (name.endsWith("/") && target.startsWith(name)),
      );
      return owner !== undefined && !owner[1].includes(roomOf(file)) ? [`${file} -> ${target}`] : [];
    });
    expect(strays).toEqual([]);
  });

  it("have no import cycles", () => {
    const edges = new Map<string, string[]>();
    for (const { file, target } of IMPORTS.filter(isOurs)) {
      edges.set(file.replace(/\.ts$/, ""), [...(edges.get(file.replace(/\.ts$/, "")) ?? []), target]);
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      if (done.has(file) || path.includes(file)) return;
      for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of edges.keys()) walk(file, []);
    expect(cycles).toEqual([]);
  });

  it("stay small enough to be read whole", () => {
    const long = FILES.map(({ path, text }) => ({ path, lines: text.split("\n").length })).filter(
      ({ lines }) => lines > 300,
    );
    expect(long).toEqual([]);
  });
});

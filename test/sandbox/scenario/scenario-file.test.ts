import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { keysAt, schemaAt } from "../../../src/config/schema-walk.js";
import { ConfigError } from "../../../src/errors.js";
import { FAULT_KINDS } from "../../../src/sandbox/scenario/fault-schema.js";
import { parseScenario, readScenarioFile } from "../../../src/sandbox/scenario/read-scenario.js";
import { scenarioJsonSchema, scenarioSchema } from "../../../src/sandbox/scenario/schema.js";
import { expectGolden } from "../../support/golden.js";

const EXAMPLE = new URL("../../../docs/scenario.example.yaml", import.meta.url);
const PAGE = readFileSync(new URL("../../../docs/scenario.md", import.meta.url), "utf8");
const example = readFileSync(EXAMPLE, "utf8");

/** The problems of a text as `line key: message`. */
function problemsOf(text: string): readonly string[] {
  try {
    parseScenario(text, "chaos.yaml");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`);
  }
  return [];
}

/** Dotted paths of all keys of the schema, list items without their numbers. */
function schemaKeys(path: readonly (string | number)[] = []): readonly string[] {
  const below = schemaAt(scenarioSchema, [...path, 0]) === undefined ? path : [...path, 0];
  return keysAt(scenarioSchema, below).flatMap((key) => [dotted([...below, key]), ...schemaKeys([...below, key])]);
}

/** The same of data. */
function dataKeys(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => dataKeys(item, path));
  return Object.entries(value).flatMap(([key, child]) => [dotted([...path, key]), ...dataKeys(child, [...path, key])]);
}

const lastWord = (key: string): string => key.split(".").at(-1) ?? "";

const dotted = (path: readonly (string | number)[]): string =>
  path.filter((step) => typeof step === "string").join(".");

describe("docs/scenario.example.yaml", () => {
  it("is a scenario whose first line names its schema for editors", async () => {
    expect(example.split("\n")[0]).toBe("# yaml-language-server: $schema=scenario.schema.json");
    expect(await readScenarioFile(EXAMPLE.pathname)).toEqual(parse(example));
  });

  it("shows every key somewhere", () => {
    const shown = new Set(dataKeys(parse(example)).map(lastWord));
    expect(
      schemaKeys()
        .map(lastWord)
        .filter((key) => !shown.has(key)),
    ).toEqual(["$schema"]);
  });
});

describe("docs/scenario.md", () => {
  it("tells every key and every fault", () => {
    const words = new Set(PAGE.match(/[\w$-]+/g));
    const wanted = [...schemaKeys().map(lastWord), ...Object.values(FAULT_KINDS).flat()];
    expect(wanted.filter((word) => !words.has(word))).toEqual(["description", "$schema"]);
  });
});

describe("docs/scenario.schema.json", () => {
  it("is what the validation itself gives", () => {
    expectGolden("../../docs/scenario.schema.json", `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`);
  });
});

describe("a scenario file", () => {
  it("may be JSON, and an empty one is the default", () => {
    expect(parseScenario('{"seed": 7, "times": {"pending": "5s"}, "refusals": []}', "a.json")).toEqual({
      seed: 7,
      times: { pending: "5s" },
      refusals: [],
    });
    expect([parseScenario("", "a"), parseScenario("{}", "a")]).toEqual([{}, {}]);
  });

  it("takes a bare number for text where text is wanted", () => {
    const text =
      "refusals: [{code: Unsupported, from: 0}]\nbootFaults: [{phase: reflowlet, kind: wrong-version, version: 1.10}]";
    expect(parseScenario(text, "a")).toEqual({
      refusals: [{ code: "Unsupported", from: "0" }],
      bootFaults: [{ phase: "reflowlet", kind: "wrong-version", version: "1.10" }],
    });
  });

  it("has all its mistakes told at once: line, key, what was expected, and a near match", () => {
    const text = `seed: -1
timess: {}
times:
  pending: {ms: x, spread: 3}
  osBoot: 5
  install: [1]
refusals:
  - {code: insufficient, marke: spot, market: spott}
  - {type: ""}
quotas: {spotVcpu: 3}
bootFaults:
  - {phase: boot, kind: hang}
  - {phase: os, kind: crashes}
  - {phase: install, kind: fails, memoryPct: 3}
spot:
  prices: [{type: c5.large}]
throttled: [{action: "Run*", share: 20}]
`;
    expect(problemsOf(text)).toEqual([
      "1 seed: expected a whole number from 0 to 4294967295, found -1",
      '2 timess: no such key; did you mean "times"?',
      '4 times.pending.ms: expected a whole number of milliseconds from 0 to 31622400000, found "x"',
      "4 times.pending.spread: no such key under `times.pending:`; expected one of ms, spreadPct",
      '5 times.osBoot: expected a duration such as 500ms, 30s or 1h30m, found "5"',
      "6 times.install: expected a duration such as 5s, or {ms: 5000, spreadPct: 20}, found a list",
      '8 refusals[0].market: expected spot, on-demand or *, found "spott"; did you mean "spot"?',
      '8 refusals[0].code: expected a code of EC2, such as InsufficientInstanceCapacity, found "insufficient"',
      '8 refusals[0].marke: no such key under `refusals[0]:`; did you mean "market"?',
      '9 refusals[1].type: expected an instance type with * and ? as wildcards, such as c5.*, found ""',
      "9 refusals[1].code: expected a code of EC2, such as InsufficientInstanceCapacity, found nothing",
      '10 quotas.spotVcpu: no such key under `quotas:`; did you mean "spotVcpus"?',
      '12 bootFaults[0].phase: expected one of os, download, bootstrap, install, reflowlet, found "boot"',
      "12 bootFaults[0].kind: expected one of hangs, fails, crashes, wrong-authority, never-tags, wrong-version, " +
        'less-memory, silent, found "hang"; did you mean "hangs"?',
      '13 bootFaults[1].kind: expected a fault of the phase os (hangs), found "crashes"',
      "14 bootFaults[2].memoryPct: only a fault of the phase reflowlet and the kind less-memory has it",
      "16 spot.prices[0]: expected either usd or changes",
      "17 throttled[0].share: expected a share from 0 to 1, such as 0.2 for a fifth, found 20",
    ]);
  });

  it.each([
    ["[1]", "1 : expected a mapping with keys such as description, seed, times, found a list"],
    ["seed: 1\nseed: 2", "2 seed: expected each key once; line 1 has it already"],
    ["refusals: [", "1 : expected YAML: "],
    ["spot: 3", "1 spot: expected a mapping with the keys prices, reclaims, scores, found 3"],
  ])("that is none is told apart: %j", (text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  it("that is not there is named", async () => {
    const error = await readScenarioFile("/nonexistent/chaos.yaml").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      message: "scenario file /nonexistent/chaos.yaml: there is no such file",
      hint: "Name a scenario file; docs/scenario.md shows an example.",
    });
  });
});

import { describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../../src/catalog/load-catalog.js";
import { mergeMeasured, NOTHING_MEASURED } from "../../../src/catalog/measured.js";
import type { CatalogType } from "../../../src/catalog/model.js";
import { type ProbeSelection, selectTypes, type SelectedTypes } from "../../../src/cluster/probe/select-types.js";
import { UsageError } from "../../../src/errors.js";
import { FAILED_RESULT, VERIFIED_RESULT } from "../../catalog/sample-measured.js";
import { sampleCatalog, sampleType } from "../../catalog/sample-type.js";

const named = (type: string, changes: Partial<CatalogType> = {}): CatalogType => sampleType({ type, ...changes });

const CATALOG = sampleCatalog(
  named("m.large"),
  named("c.large", { verified: false }),
  named("c.metal", { verified: false, bareMetal: true }),
  named("c.xlarge", { verified: false, probeFailed: true }),
  named("g.large", { verified: false, architectures: ["arm64"] }),
  named("old.large", { verified: false, offered: false }),
  named("a.large", { offered: undefined }),
);

function select(selection: ProbeSelection, rest: { configured?: readonly string[]; max?: number } = {}): SelectedTypes {
  return selectTypes({ catalog: CATALOG, configured: [], architectures: ["x86_64"], selection, ...rest });
}

describe("the types to be probed", () => {
  it.each<[string, ProbeSelection, readonly string[]]>([
    [
      "named: these, each once, by name",
      { kind: "named", types: ["m.large", "c.metal", "m.large"] },
      ["c.metal", "m.large"],
    ],
    ["all: what may be launched in the region", { kind: "all" }, ["a.large", "c.large", "c.xlarge", "m.large"]],
    ["unverified: those that were never tried", { kind: "unverified", retry: false }, ["c.large"]],
    ["retry: those that failed, too", { kind: "unverified", retry: true }, ["c.large", "c.xlarge"]],
    [
      "match: what may be launched and matches one",
      { kind: "match", globs: ["c.*", "?.large"] },
      ["a.large", "c.large", "c.xlarge", "m.large"],
    ],
    ["match: none, where only others match", { kind: "match", globs: ["*.metal", "old.*"] }, []],
  ])("are for %s", (_what, selection, types) => {
    expect(select(selection)).toEqual({ types, left: 0 });
  });

  it("are of the configured ones, where there are any", () => {
    const configured = ["m.large", "c.xlarge", "g.large"];
    expect([
      select({ kind: "all" }, { configured }).types,
      select({ kind: "unverified", retry: false }, { configured }).types,
      select({ kind: "named", types: ["c.large"] }, { configured }).types,
    ]).toEqual([["c.xlarge", "m.large"], [], ["c.large"]]);
  });

  it("are at most so many, and it is told how many are left", () => {
    expect([0, 3, 9].map((max) => select({ kind: "all" }, { max }))).toEqual([
      { types: [], left: 4 },
      { types: ["a.large", "c.large", "c.xlarge"], left: 1 },
      { types: ["a.large", "c.large", "c.xlarge", "m.large"], left: 0 },
    ]);
  });

  it.each<[ProbeSelection, string]>([
    [
      { kind: "named", types: ["c.larg", "m.large", "nothing.like.it", "c.larg"] },
      `no instance type is called 'c.larg'; did you mean "c.large"?, 'nothing.like.it'`,
    ],
    [{ kind: "match", globs: ["c.*", "zz*"] }, "no instance type is called 'zz*'"],
    [{ kind: "match", globs: ["c.larg"] }, "no instance type is called 'c.larg'; did you mean \"c.large\"?"],
  ])("are not what there is not: %j", (selection, message) => {
    expect(() => select(selection)).toThrow(new UsageError(message));
  });

  it("are no longer unverified once an own probe has told, and may be tried again where it failed", async () => {
    const results = [VERIFIED_RESULT, { ...FAILED_RESULT, type: "m6a.large" }];
    const catalog = await loadCatalog("eu-west-1", mergeMeasured(NOTHING_MEASURED, results));
    const configured = ["c6a.large", "m6a.large", "c5.large"];
    const unverified = (retry: boolean): readonly string[] =>
      selectTypes({ catalog, configured, architectures: ["x86_64"], selection: { kind: "unverified", retry } }).types;
    expect([unverified(false), unverified(true)]).toEqual([["c5.large"], ["c5.large", "m6a.large"]]);
  });
});

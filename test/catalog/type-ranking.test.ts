import { describe, expect, it } from "@jest/globals";
import type { CatalogType } from "../../src/catalog/model.js";
import { interruptionText, rankTypes, splitByInterruption, type PricedType } from "../../src/catalog/type-ranking.js";
import { sampleType } from "./sample-type.js";

const priced = (type: string, totalUsd: number, changes: Partial<CatalogType> = {}): PricedType => ({
  type: sampleType({ type, ...changes }),
  resources: {},
  price: { instanceUsd: totalUsd, volumesUsd: 0, creditsUsd: 0, totalUsd, basis: "on-demand" },
});
const names = (types: readonly PricedType[]): string[] => types.map(({ type }) => type.type);

describe("rankTypes", () => {
  it("puts the lowest true price first", () => {
    expect(names(rankTypes([priced("b", 0.3), priced("c", 0.1), priced("a", 0.2)], 0))).toEqual(["c", "a", "b"]);
  });

  it("breaks ties by EBS throughput that lasts, then by name", () => {
    const types = [
      priced("a", 0.1, { ebsBaselineMBps: undefined }),
      priced("d", 0.1, { ebsBaselineMBps: 50, ebsMaxMBps: 900 }),
      priced("c", 0.1, { ebsBaselineMBps: 80 }),
      priced("b", 0.1, { ebsBaselineMBps: 50, ebsMaxMBps: 100 }),
    ];
    expect(names(rankTypes(types, 0))).toEqual(["c", "b", "d", "a"]);
    expect(names(rankTypes([...types].reverse(), 0))).toEqual(["c", "b", "d", "a"]);
  });

  it("takes prices that differ in their last digit for the same", () => {
    const types = [priced("a", 0.1 + 0.2, { ebsBaselineMBps: 1 }), priced("b", 0.3, { ebsBaselineMBps: 2 })];
    expect(names(rankTypes(types, 0))).toEqual(["b", "a"]);
  });

  it("pays for EBS throughput what its weight says: USD an hour for 1,000 MB/s", () => {
    const types = [priced("slow", 0.1, { ebsBaselineMBps: 100 }), priced("fast", 0.12, { ebsBaselineMBps: 300 })];
    expect(names(rankTypes(types, 0.09))).toEqual(["slow", "fast"]);
    expect(names(rankTypes(types, 0.11))).toEqual(["fast", "slow"]);
  });

  it("leaves what it was given as it was", () => {
    const types = Object.freeze([priced("b", 0.3), priced("a", 0.2)]);
    rankTypes(types, 0);
    expect(names(types)).toEqual(["b", "a"]);
  });
});

describe("splitByInterruption", () => {
  const at = (interruption: CatalogType["interruption"]): PricedType =>
    priced(`i${interruption ?? "none"}`, 1, { interruption });

  it.each([
    ["below 10 % before all others", [at(0), at(1), at(2), at(4)], ["i0", "i1"], ["i2", "i4"]],
    ["below 15 % where none is below 10 %", [at(4), at(2), at(3)], ["i2"], ["i4", "i3"]],
    ["below 20 % where none is below 15 %", [at(4), at(3)], ["i3"], ["i4"]],
    ["any where all are above", [at(4)], ["i4"], []],
    ["without data at every bar", [at(undefined), at(2)], ["inone"], ["i2"]],
    ["none of none", [], [], []],
  ])("takes types %s", (_what, types, steady, interrupted) => {
    const split = splitByInterruption(types);
    expect({ steady: names(split.steady), interrupted: names(split.interrupted) }).toEqual({ steady, interrupted });
  });
});

describe("interruptionText", () => {
  it.each([
    [1, "interrupted in more than 5 % of cases"],
    [4, "interrupted in more than 20 % of cases"],
  ] as const)("tells range %d by its lower bound", (interruption, text) => {
    expect(interruptionText(sampleType({ interruption }))).toBe(text);
  });
});

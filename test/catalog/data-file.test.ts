import { describe, expect, it } from "@jest/globals";
import { dataRegions, number, positions, readRegionFile, readTypesFile } from "../../src/catalog/data-file.js";
import { ConfigError } from "../../src/errors.js";

describe("positions", () => {
  it("finds wanted columns wherever they stand, and passes over others", () => {
    expect(positions(["x", "b", "a"], ["a", "b"])).toEqual({ a: 2, b: 1 });
  });

  it("refuses data that lacks a column, as that of another version does", () => {
    const read = (): unknown => positions(["a"], ["a", "b"]);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^the catalogue's data at .*data cannot be read: it has no column "b"$/);
  });
});

describe("number", () => {
  it.each([
    [0, 0],
    [1.5, 1.5],
    ["1", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("of %p is %p", (cell, expected) => {
    expect(number(cell)).toBe(expected);
  });
});

describe("the data that is shipped", () => {
  it("covers these regions", () => {
    const regions = dataRegions();
    expect(regions).toHaveLength(34);
    expect(regions).toEqual(expect.arrayContaining(["us-east-1", "us-west-2", "eu-west-1", "us-gov-west-1"]));
    expect(regions).toEqual([...regions].sort());
  });

  it("names in each region only types that it knows, with prices above zero", () => {
    const { types } = readTypesFile();
    for (const region of dataRegions()) {
      const file = readRegionFile(region);
      const at = positions(file?.columns ?? [], ["onDemandUsd", "interruption"]);
      const odd = Object.entries(file?.types ?? {}).filter(([type, row]) => {
        const usd = row[at.onDemandUsd] ?? undefined;
        const interruption = row[at.interruption] ?? 0;
        return (
          !(type in types) ||
          (usd !== undefined && !(Number(usd) > 0)) ||
          ![0, 1, 2, 3, 4].includes(Number(interruption))
        );
      });
      expect({ region: file?.region, odd }).toEqual({ region, odd: [] });
      expect(file?.notOffered.filter((type) => file.types[type] === undefined)).toEqual([]);
      expect(file?.priceLevel).toBeGreaterThanOrEqual(0.9);
      expect(file?.priceLevel).toBeLessThan(1.7);
    }
  });

  it("has dates of the form 2026-08-02 or none", () => {
    const dates = dataRegions().map((region) => readRegionFile(region)?.asOf);
    const texts = [...dates, readTypesFile().asOf].flatMap((asOf) => Object.values(asOf ?? {}));
    expect(texts.filter((text) => text !== null && !/^20\d\d-\d\d-\d\d$/.test(text))).toEqual([]);
  });

  it.each(["us-west-3", "", "..", "../types", "us-west-2.json"])("has no region %j", (region) => {
    expect(readRegionFile(region)).toBeUndefined();
  });
});

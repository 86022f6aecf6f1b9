import { describe, expect, it } from "@jest/globals";
import { loadCatalog, loadInstanceTypes } from "../../src/catalog/load-catalog.js";
import { estimatedOsMemoryBytes, usableMemory } from "../../src/catalog/usable-memory.js";

const GIB = 2 ** 30;

describe("usableMemory", () => {
  it.each([
    [
      "what was measured in the region less 2 %, cut to whole bytes, as Reflow does",
      { osMemoryBytes: 4 * GIB, osMemoryMeasured: true },
      3728617881,
      { usableMemoryBytes: 3654045523, memorySource: "measured" },
    ],
    [
      "95 % of what an operating system saw less the same 2 %",
      { osMemoryBytes: 4 * GIB, osMemoryMeasured: true },
      undefined,
      { usableMemoryBytes: Math.trunc(4 * GIB * 0.95 * 0.98), memorySource: "os" },
    ],
    [
      "95 % of a cautious estimate",
      { osMemoryBytes: 4 * GIB, osMemoryMeasured: false },
      undefined,
      { usableMemoryBytes: Math.trunc(4 * GIB * 0.95), memorySource: "formula" },
    ],
  ])("is %s", (_what, facts, measuredBytes, expected) => {
    expect(usableMemory(facts, measuredBytes)).toEqual(expected);
  });

  it("in a region without probes is below what every probe elsewhere was offered", async () => {
    const probed = [await loadCatalog("us-east-1"), await loadCatalog("us-west-2")];
    const { types } = await loadCatalog("eu-west-1");
    const compared = probed.flatMap((catalog) =>
      [...catalog.types.values()]
        .filter((type) => type.verified)
        .map(({ type, usableMemoryBytes }) => ({
          type,
          planned: types.get(type)?.usableMemoryBytes ?? NaN,
          offeredThere: usableMemoryBytes / 0.98,
        })),
    );
    expect(compared).toHaveLength(930);
    expect(compared.filter(({ planned, offeredThere }) => !(planned < offeredThere))).toEqual([]);
  });
});

describe("estimatedOsMemoryBytes", () => {
  it.each([
    ["a general type", "m9z.large", 8192, 8192 * 0.95 - 210],
    ["a tiny one", "t9.nano", 512, 512 * 0.95 - 512 * 0.16],
    ["one with accelerators", "g9.xlarge", 16384, 16384 * 0.94 - 680],
    ["nothing", "x.none", 0, 0],
  ])("estimates %s", (_what, type, memoryMiB, expectedMiB) => {
    expect(estimatedOsMemoryBytes(type, memoryMiB)).toBe(Math.trunc(expectedMiB * 2 ** 20));
  });

  it.each([
    // Percent below what the operating system saw; docs/catalogue.md tells the same figures.
    ["x86_64", { count: 856, least: 0.27, median: 2.14, worst: 15.03, worstType: "t3a.micro" }],
    ["arm64", { count: 320, least: 0.21, median: 1.84, worst: 11.69, worstType: "t4g.micro" }],
  ] as const)(
    "stays below what was seen on every measured %s type, and wastes little",
    async (architecture, expected) => {
      const shortfalls = [...(await loadInstanceTypes()).values()]
        .filter((type) => type.osMemoryMeasured && type.architectures.includes(architecture))
        .map(({ type, memoryMiB, osMemoryBytes }) => ({
          type,
          percent: Math.round((1 - estimatedOsMemoryBytes(type, memoryMiB) / osMemoryBytes) * 10_000) / 100,
        }))
        .sort((a, b) => a.percent - b.percent);
      expect({
        count: shortfalls.length,
        least: shortfalls[0]?.percent,
        median: shortfalls[Math.floor(shortfalls.length / 2)]?.percent,
        worst: shortfalls.at(-1)?.percent,
        worstType: shortfalls.at(-1)?.type,
      }).toEqual(expected);
    },
  );
});

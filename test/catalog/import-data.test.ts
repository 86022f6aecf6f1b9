import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { catalogOf } from "../../src/catalog/load-catalog.js";
import type { RegionFile, TypesFile } from "../../src/catalog/data-file.js";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../scripts/import-data.mjs", import.meta.url));
const MIB = 2 ** 20;

const facts = {
  vcpu: 2,
  memoryMiB: 4096,
  arch: ["x86_64"],
  generationCurrent: true,
  bareMetal: false,
  burstable: false,
  ebsOptimized: "default",
  ebsNvme: true,
  ebsBaselineMBps: 80,
  ebsMaxMBps: 500,
  instanceStorageGB: 0,
  gpus: 0,
  spotSupported: true,
};
const README = `# Facts
| id | project, file | date (commit) | licence |
| --- | --- | --- | --- |
| moto | a/moto \`types.json\` | 2026-08-02 (34d6cad5) | Apache-2.0 |
| moto offerings | same | 2026-08-01 (c6bd43ff) | Apache-2.0 |
| karpenter | a/karpenter | 2026-07-11 (692ccdd0) | Apache-2.0 |
| reflow | a/reflow | 2023-10-18 (90deddd7) | Apache-2.0 |
| spotinfo | a/spotinfo | 2025-06-28 (5bdc33ce) | Apache-2.0 |
| vantage | a/vantage | 2026-07-06 (ecfb1372) | MIT |
| elsewhere | not used | 2026-07-06 (ecfb1372) | MIT |
`;
const SOURCE = {
  "instance-types.json": {
    "a.large": { ...facts, cpuFeatures: ["intel_avx2", "intel_avx"] },
    "b.metal": { ...facts, arch: ["x86_64", "i386"], bareMetal: true, ebsNvme: false, gpus: 0.5, cpuFeatures: [] },
    "c.nano": { ...facts, arch: ["arm64"], burstable: true, spotSupported: false, ebsBaselineMBps: undefined },
    "d.large": { ...facts, generationCurrent: false },
  },
  "on-demand-prices.json": {
    asOf: "2026-07-20",
    sources: { parsec: { date: "2026-02-17" }, ec2shop: { date: "2025-04-04" } },
    provenance: { "us-east-1": { parsec: 2 }, "eu-test-1": { ec2shop: 1, parsec: 2 } },
    prices: {
      "us-east-1": { "a.large": 0.1, "b.metal": 1, "c.nano": 0.01 },
      "eu-test-1": { "a.large": 0.12, "b.metal": 1.5, "c.nano": 0.01 },
    },
  },
  "offerings.json": { asOf: "2026-08-01", regions: { "us-east-1": ["a.large", "d.large"] } },
  "spot-advisor.json": {
    asOf: "2025-06-28",
    linux: { "us-east-1": { "a.large": { savingsPct: 0, rangeIndex: 0 }, "z.gone": { savingsPct: 1, rangeIndex: 1 } } },
  },
  "os-memory.json": {
    asOf: "2026-07-06",
    types: { "a.large": { totalMiB: 3900 }, "d.large": { totalMiB: 3800 } },
  },
  "verified-memory.json": {
    "us-east-1": {
      "a.large": { attempted: true, verified: true, etaSeconds: 50, memoryBytes: 3700 * MIB * 0.95 },
      "c.nano": { attempted: true, verified: false, etaSeconds: 260, memoryBytes: 0 },
      "d.large": { attempted: false, verified: false, etaSeconds: -1, memoryBytes: 0 },
    },
    "us-test-2": { "a.large": { attempted: true, verified: true, etaSeconds: 40, memoryBytes: 3690 * MIB * 0.95 } },
  },
};

describe("the script that imports the data", () => {
  let folder: string;
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  const importInto = async (out: string): Promise<void> =>
    void (await run(process.execPath, [script, at("source"), at(out)]));
  const filesOf = async (out: string): Promise<Record<string, string>> => {
    const names = (await readdir(at(out), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const files = names.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
    return Object.fromEntries(
      await Promise.all(
        files.map(async (file) => [path.relative(at(out), file), await readFile(file, "utf8")] as const),
      ),
    );
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "import-data-"));
    await mkdir(at("source"));
    await writeFile(at("source", "README.md"), README);
    for (const [name, content] of Object.entries(SOURCE)) {
      await writeFile(at("source", name), JSON.stringify(content));
    }
    // A region that the source has no more must not survive.
    await mkdir(at("first", "regions"), { recursive: true });
    await writeFile(at("first", "regions", "old-region-1.json"), "{}");
    await importInto("first");
    await importInto("second");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("writes one file for all types and one for each region with prices, the same bytes each time", async () => {
    const first = await filesOf("first");
    expect(Object.keys(first)).toEqual([
      "SOURCES.md",
      "regions/eu-test-1.json",
      "regions/us-east-1.json",
      "types.json",
    ]);
    expect(await filesOf("second")).toEqual(first);
  });

  it("writes a type a line, dates and sources included", async () => {
    const { "types.json": types, "regions/us-east-1.json": region } = await filesOf("first");
    expect(types).toBe(`{
"asOf":{"types":"2026-08-02","memory":"2026-07-06"},
"sources":{"moto":{"date":"2026-08-02"},"karpenter":{"date":"2026-07-11"},"reflow":{"date":"2023-10-18"},"vantage":{"date":"2026-07-06"}},
"columns":["vcpu","memoryMiB","flags","architectures","ebsOptimized","ebsBaselineMBps","ebsMaxMBps","instanceStorageGB","gpus","osMemoryMiB","features"],
"flags":{"c":"generationCurrent","m":"bareMetal","b":"burstable","n":"ebsNvme","s":"spotSupported","f":"probeFailed"},
"architectures":[["x86_64"],["i386","x86_64"],["arm64"]],
"ebsOptimized":["default"],
"features":[["intel_avx","intel_avx2"],[]],
"types":{
"a.large":[2,4096,"cns",0,0,80,500,0,0,3690,0],
"b.metal":[2,4096,"cms",1,0,80,500,0,0.5,null,1],
"c.nano":[2,4096,"cbnf",2,0,null,500,0,0],
"d.large":[2,4096,"ns",0,0,80,500,0,0,3800]
}}
`);
    expect(region).toBe(`{
"region":"us-east-1",
"asOf":{"prices":"2026-02-17","advisor":"2025-06-28","offerings":"2026-08-01","verified":"2023-10-18"},
"sources":{"parsec":{"date":"2026-02-17","prices":2},"moto offerings":{"date":"2026-08-01"},"spotinfo":{"date":"2025-06-28"},"reflow":{"date":"2023-10-18"}},
"priceLevel":1,
"columns":["onDemandUsd","spotSavingsPct","interruption","verifiedBytes","bootSeconds"],
"notOffered":["b.metal","c.nano"],
"types":{
"a.large":[0.1,0,0,${3700 * MIB * 0.95},50],
"b.metal":[1],
"c.nano":[0.01],
"d.large":[]
}}
`);
  });

  it("writes what the catalogue reads", async () => {
    const files = await filesOf("first");
    const read = (name: string): unknown => JSON.parse(files[name] ?? "");
    const catalogFor = (region: string): ReturnType<typeof catalogOf> =>
      catalogOf(read("types.json") as TypesFile, read(`regions/${region}.json`) as RegionFile);

    const east = catalogFor("us-east-1");
    expect(
      [...east.types.values()].map(({ type, offered, memorySource, verified }) => ({
        type,
        offered,
        memorySource,
        verified,
      })),
    ).toEqual([
      { type: "a.large", offered: true, memorySource: "measured", verified: true },
      { type: "b.metal", offered: false, memorySource: "formula", verified: false },
      { type: "c.nano", offered: false, memorySource: "formula", verified: false },
      { type: "d.large", offered: true, memorySource: "os", verified: false },
    ]);
    expect(east.types.get("a.large")).toMatchObject({
      features: ["intel_avx", "intel_avx2"],
      interruption: 0,
      spotSavingsPct: 0,
      osMemoryBytes: 3690 * MIB,
      usableMemoryBytes: Math.trunc(3700 * MIB * 0.95 * 0.98),
    });
    expect(east.types.get("c.nano")).toMatchObject({ probeFailed: true, burstable: true, ebsBaselineMBps: undefined });

    const europe = catalogFor("eu-test-1");
    expect(europe.asOf).toEqual({
      prices: "2026-02-17",
      types: "2026-08-02",
      memory: "2026-07-06",
      verified: undefined,
      advisor: undefined,
      offerings: undefined,
    });
    expect(europe.types.get("a.large")).toMatchObject({ offered: undefined, priceLevel: 1.2, interruption: undefined });
  });

  it("lists in SOURCES.md the sources that it used, and no other", async () => {
    const { "SOURCES.md": page = "" } = await filesOf("first");
    expect(page).toContain("| vantage | a/vantage | 2026-07-06 (ecfb1372) | MIT |");
    expect(page).toContain("2 regions, 4 instance types.");
    expect(page).not.toContain("elsewhere");
  });

  it("asks for the source folder when none is given", async () => {
    await expect(run(process.execPath, [script])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("usage: npm run data -- SOURCE [OUT]"),
    });
  });
});

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { loadCatalog, loadInstanceTypes } from "../../src/catalog/load-catalog.js";
import type { CatalogType } from "../../src/catalog/model.js";
import { ConfigError } from "../../src/errors.js";

/** A type as the real Reflow of 2023 saw it in us-west-2. */
interface ReflowType {
  readonly type: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly usdPerHour: number;
  readonly ebsMBps: number;
  readonly ebsOptimized: boolean;
  readonly nvme: boolean;
  readonly spot: boolean;
}

describe("loadCatalog", () => {
  it("knows a verified type with all that is known of it", async () => {
    const catalog = await loadCatalog("us-west-2");
    expect(catalog.types.get("c5.large")).toEqual({
      type: "c5.large",
      vcpu: 2,
      memoryMiB: 4096,
      osMemoryBytes: 3693 * 2 ** 20,
      osMemoryMeasured: true,
      architectures: ["x86_64"],
      generationCurrent: false,
      bareMetal: false,
      burstable: false,
      ebsOptimized: "default",
      ebsNvme: true,
      ebsBaselineMBps: 81.25,
      ebsMaxMBps: 593.75,
      instanceStorageGB: 0,
      gpus: 0,
      spotSupported: true,
      features: ["intel_avx", "intel_avx2", "intel_avx512", "intel_turbo"],
      probeFailed: false,
      onDemandUsd: 0.085,
      offered: true,
      spotSavingsPct: 66,
      interruption: 0,
      usableMemoryBytes: 3605516500,
      memorySource: "measured",
      verified: true,
      bootSeconds: 48,
      priceLevel: 1,
    });
    expect({ region: catalog.region, asOf: catalog.asOf, size: catalog.types.size }).toEqual({
      region: "us-west-2",
      asOf: {
        prices: "2026-02-17",
        types: "2026-08-02",
        memory: "2026-07-06",
        verified: "2023-10-18",
        advisor: "2025-06-28",
        offerings: "2026-08-01",
      },
      size: 1364,
    });
  });

  it.each<[string, string, string, Partial<CatalogType>]>([
    [
      "one whose memory an operating system saw",
      "us-west-2",
      "m8i.large",
      {
        verified: false,
        memorySource: "os",
        usableMemoryBytes: Math.trunc(7771 * 2 ** 20 * 0.95 * 0.98),
        onDemandUsd: 0.10584,
      },
    ],
    [
      "one that nobody measured",
      "us-west-2",
      "m8id.large",
      {
        verified: false,
        memorySource: "formula",
        osMemoryMeasured: false,
        usableMemoryBytes: Math.trunc(Math.trunc((8192 * 0.95 - 210) * 2 ** 20) * 0.95),
      },
    ],
    [
      "one without a price",
      "us-west-2",
      "m9g.large",
      { onDemandUsd: undefined, offered: true, architectures: ["arm64"] },
    ],
    ["one that is not offered there", "eu-west-1", "p5.48xlarge", { offered: false, probeFailed: true }],
    [
      "one of a region whose offerings are not known",
      "us-gov-west-1",
      "c5.large",
      { offered: undefined, onDemandUsd: 0.102 },
    ],
    ["a bare metal one", "us-west-2", "c5.metal", { bareMetal: true, onDemandUsd: 4.08 }],
    [
      "one in a dear region",
      "sa-east-1",
      "c5.large",
      { onDemandUsd: 0.131, priceLevel: 1.5929, verified: false, memorySource: "os" },
    ],
  ])("knows %s", async (_what, region, type, expected) => {
    expect((await loadCatalog(region)).types.get(type)).toMatchObject(expected);
  });

  it.each([
    ["us-west-3", "us-west-1, us-west-2, eu-west-3"],
    ["US-WEST-2", "us-west-2"],
    ["eu-west", "eu-west-1"],
    ["ap-east-2", "ap-east-1"],
    ["", "ca-"],
    ["../types", ""],
    ["us-west-2/../us-west-1", "us-gov-west-1"],
    ["us-west-2\0", "us-west-2"],
    ["__proto__", ""],
    ["x".repeat(10_000), ""],
  ])("refuses the region %j and names near ones", async (region, near) => {
    const error: unknown = await loadCatalog(region).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ hint: expect.stringContaining(near), exitCode: 2 });
  });

  it("gives the same facts as the list without a region", async () => {
    const facts = await loadInstanceTypes();
    const { types } = await loadCatalog("eu-central-1");
    expect([...types.keys()]).toEqual([...facts.keys()]);
    for (const [name, type] of types) expect(type).toMatchObject(facts.get(name) ?? { type: "absent" });
  });
});

describe("the catalogue of us-west-2 beside what the real Reflow saw there in 2023", () => {
  const recorded = async (): Promise<readonly ReflowType[]> =>
    JSON.parse(await readFile(new URL("../fixtures/tables/catalogue.json", import.meta.url), "utf8")) as ReflowType[];

  it("lacks only the types that EC2 has retired since", async () => {
    const { types } = await loadCatalog("us-west-2");
    expect((await recorded()).map(({ type }) => type).filter((type) => !types.has(type))).toEqual([
      ...["dl1.24xlarge", "g2.2xlarge", "g2.8xlarge", "g3.16xlarge", "g3.4xlarge", "g3.8xlarge", "g3s.xlarge"],
      ...["p2.16xlarge", "p2.8xlarge", "p2.xlarge", "p3.16xlarge", "p3.2xlarge", "p3.8xlarge"],
    ]);
  });

  it("agrees on vCPUs, features, memory to the byte, price, NVMe and EBS optimization", async () => {
    const { types } = await loadCatalog("us-west-2");
    const rows = (await recorded()).filter(({ type }) => types.has(type));
    const ours = rows.map(({ type: name, resources: { disk } }) => {
      const type = types.get(name);
      return {
        type: name,
        resources: {
          cpu: type?.vcpu,
          mem: type?.usableMemoryBytes,
          disk,
          ...Object.fromEntries((type?.features ?? []).map((feature) => [feature, type?.vcpu])),
        },
        usdPerHour: type?.onDemandUsd,
        ebsOptimized: type?.ebsOptimized !== "unsupported",
        nvme: type?.ebsNvme,
      };
    });
    expect(ours).toEqual(rows.map(({ ebsMBps: _ebs, spot: _spot, ...rest }) => rest));
  });

  it("has other EBS throughput where AWS raised it, and where Reflow's source was rounded", async () => {
    const { types } = await loadCatalog("us-west-2");
    const raised: Record<string, number> = {};
    for (const { type, ebsMBps } of await recorded()) {
      const today = types.get(type);
      if (today === undefined || (today.ebsMaxMBps ?? 0) === ebsMBps) continue;
      const family = type.split(".")[0] ?? "";
      raised[family] = Math.round(((today.ebsMaxMBps ?? 0) / ebsMBps) * 1000) / 1000;
    }
    expect(raised).toEqual({ c6in: 1.25, m6idn: 1.25, m6in: 1.25, r6idn: 1.25, r6in: 1.25, t3: 1, t3a: 1 });
  });

  it("sells as spot whatever Reflow would have taken as spot", async () => {
    const { types } = await loadCatalog("us-west-2");
    const rows = (await recorded()).filter(({ type, spot }) => spot && types.has(type));
    expect(rows.length).toBeGreaterThan(300);
    expect(rows.filter(({ type }) => types.get(type)?.spotSupported !== true)).toEqual([]);
  });
});

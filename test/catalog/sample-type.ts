import type { Catalog, CatalogType } from "../../src/catalog/model.js";

/** A plain type, `m.small` unless told otherwise: 2 vCPUs, 8 GB usable, 0.10 USD an hour, offered, on x86_64. */
export function sampleType(changes: Partial<CatalogType> = {}): CatalogType {
  return {
    type: "m.small",
    vcpu: 2,
    memoryMiB: 8192,
    osMemoryBytes: 8.5e9,
    osMemoryMeasured: true,
    architectures: ["x86_64"],
    generationCurrent: true,
    bareMetal: false,
    burstable: false,
    ebsOptimized: "default",
    ebsNvme: true,
    ebsBaselineMBps: 100,
    ebsMaxMBps: 500,
    instanceStorageGB: 0,
    gpus: 0,
    spotSupported: true,
    features: ["intel_avx"],
    probeFailed: false,
    onDemandUsd: 0.1,
    offered: true,
    spotSavingsPct: 60,
    interruption: 0,
    usableMemoryBytes: 8e9,
    memorySource: "measured",
    verified: true,
    bootSeconds: 60,
    priceLevel: 1,
    ...changes,
  };
}

/** A region `xx-test-1` that sells these types. */
export function sampleCatalog(...types: readonly CatalogType[]): Catalog {
  return {
    region: "xx-test-1",
    types: new Map(types.map((type) => [type.type, type])),
    asOf: {
      prices: "2026-02-17",
      types: "2026-08-02",
      memory: "2026-07-06",
      verified: "2023-10-18",
      advisor: "2025-06-28",
      offerings: "2026-08-01",
    },
  };
}

// A region's whole catalogue of today as the benchmark's catalogue: x86_64 types that are offered and priced.
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { offeredResources } from "../../src/catalog/offered-resources.js";
import type { CatalogueRow } from "./reflow-packing.js";

const DATA_GIB = 300;

/** @throws ConfigError when the data does not know the region. */
export async function regionCatalogue(region: string): Promise<CatalogueRow[]> {
  const { types } = await loadCatalog(region);
  return [...types.values()].flatMap((type) => {
    const { onDemandUsd: usdPerHour, offered, bareMetal, architectures, ebsBaselineMBps: ebsMBps = 0 } = type;
    if (usdPerHour === undefined || offered === false || bareMetal || !architectures.includes("x86_64")) return [];
    return [{ type: type.type, resources: offeredResources(type, DATA_GIB), usdPerHour, ebsMBps }];
  });
}

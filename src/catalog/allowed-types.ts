import type { Catalog } from "./model.js";

/** Which types may be launched, by name. */
export interface AllowedTypes {
  readonly allowed: ReadonlySet<string>;
  /** Configured names that the data does not know: retired types, newer ones, or slips of the pen. */
  readonly unknown: readonly string[];
}

/**
 * The types that a configuration allows. An empty list allows what Reflow would: the types that were verified in the
 * region. In a region where nothing was ever verified it allows the types whose memory was measured somewhere, but
 * for those that never came up where they were tried.
 */
export function allowedTypes(catalog: Catalog, configured: readonly string[]): AllowedTypes {
  if (configured.length > 0) {
    return {
      allowed: new Set(configured.filter((type) => catalog.types.has(type))),
      unknown: [...new Set(configured.filter((type) => !catalog.types.has(type)))],
    };
  }
  const types = [...catalog.types.values()];
  const verified = types.filter((type) => type.verified);
  const chosen = verified.length > 0 ? verified : types.filter((type) => type.osMemoryMeasured && !type.probeFailed);
  return { allowed: new Set(chosen.map((type) => type.type)), unknown: [] };
}

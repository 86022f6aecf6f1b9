import type { Catalog } from "./model.js";

/** Which types may be launched, by name. */
export interface AllowedTypes {
  readonly allowed: ReadonlySet<string>;
  /** Configured names that the data does not know: retired types, newer ones, or slips of the pen. */
  readonly unknown: readonly string[];
}

/**
 * The types that a configuration allows. An empty list allows what Reflow would: the types that were verified in the
 * region. In a region where Reflow never verified any it allows the types whose memory was measured somewhere, but for
 * those that never came up where they were tried; there own probes add to the choice, as a first verified type must not
 * be all that is left of it.
 */
export function allowedTypes(catalog: Catalog, configured: readonly string[]): AllowedTypes {
  if (configured.length > 0) {
    return {
      allowed: new Set(configured.filter((type) => catalog.types.has(type))),
      unknown: [...new Set(configured.filter((type) => !catalog.types.has(type)))],
    };
  }
  const types = [...catalog.types.values()];
  const verifiedThere = catalog.asOf.verified !== undefined && types.some((type) => type.verified);
  const chosen = types.filter(
    (type) => type.verified || (!verifiedThere && type.osMemoryMeasured && !type.probeFailed),
  );
  return { allowed: new Set(chosen.map((type) => type.type)), unknown: [] };
}

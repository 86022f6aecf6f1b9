import type { MeasuredType } from "./measured.js";
import type { CatalogType, TypeFacts } from "./model.js";
import { usableMemory } from "./usable-memory.js";

/** What Reflow's probe of a type in a region found, as the data has it. */
export interface ShippedProbe {
  /** What a reflowlet offered; undefined where the type was not verified. */
  readonly memoryBytes: number | undefined;
  readonly bootSeconds: number | undefined;
  /** Of all of Reflow's probes in the region; empty where there are none. */
  readonly date: string;
}

/** What of a type in a region probes decide. */
export type ProbedFacts = Pick<
  CatalogType,
  "usableMemoryBytes" | "memorySource" | "verified" | "probeFailed" | "bootSeconds" | "measuredOn"
>;

/**
 * What probes tell of a type: our own where it is at least as new as Reflow's, or where Reflow has none. One that failed
 * says nothing of memory, so that what was known of it stays.
 */
export function probedFacts(
  facts: Pick<TypeFacts, "osMemoryBytes" | "osMemoryMeasured" | "probeFailed">,
  shipped: ShippedProbe,
  own: MeasuredType | undefined,
): ProbedFacts {
  const decides = own !== undefined && (shipped.memoryBytes === undefined || own.date >= shipped.date);
  if (!decides) {
    const { usableMemoryBytes, memorySource } = usableMemory(facts, shipped.memoryBytes);
    return {
      usableMemoryBytes,
      memorySource,
      verified: shipped.memoryBytes !== undefined,
      probeFailed: facts.probeFailed,
      bootSeconds: shipped.bootSeconds,
      measuredOn: undefined,
    };
  }
  const verified = own.outcome === "verified";
  const { usableMemoryBytes, memorySource } = usableMemory(facts, own.memoryBytes ?? shipped.memoryBytes);
  return {
    usableMemoryBytes,
    memorySource,
    verified,
    probeFailed: !verified,
    bootSeconds: verified ? own.bootSeconds : undefined,
    measuredOn: own.date.slice(0, "2026-11-25".length),
  };
}

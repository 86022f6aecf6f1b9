import type { CatalogType, TypeFacts } from "./model.js";

const MIB = 2 ** 20;

/** A reflowlet keeps 5 % of the machine's memory for itself. */
const OFFERED_SHARE = 0.95;

/** Two machines of a type differ a little in memory: Reflow takes 2 % off what one sample offered. */
const SAMPLING_DISCOUNT = 0.98;

/**
 * The memory to plan with, in bytes: at most what a reflowlet on the type will offer, which refuses to start (2023) or
 * comes up smaller than planned where the plan was too high.
 *
 * `measuredBytes` is what a reflowlet offered in a probe in the same region; without it counts what an operating system
 * saw elsewhere, less the reflowlet's share, and last an estimate, which is low enough as it is.
 */
export function usableMemory(
  facts: Pick<TypeFacts, "osMemoryBytes" | "osMemoryMeasured">,
  measuredBytes: number | undefined,
): Pick<CatalogType, "usableMemoryBytes" | "memorySource"> {
  if (measuredBytes !== undefined) {
    return { usableMemoryBytes: Math.trunc(measuredBytes * SAMPLING_DISCOUNT), memorySource: "measured" };
  }
  const offeredBytes = facts.osMemoryBytes * OFFERED_SHARE;
  return facts.osMemoryMeasured
    ? { usableMemoryBytes: Math.trunc(offeredBytes * SAMPLING_DISCOUNT), memorySource: "os" }
    : { usableMemoryBytes: Math.trunc(offeredBytes), memorySource: "formula" };
}

/**
 * What the operating system of a type that nobody measured sees at least, in bytes, from the memory that AWS
 * advertises. The lines lie below every measured type (docs/catalogue.md): firmware and kernel take a share that
 * grows with the memory and a fixed part, which tiny types have less of; GPUs and other accelerators take more.
 */
export function estimatedOsMemoryBytes(type: string, memoryMiB: number): number {
  const [share, fixedMiB] = isAccelerated(type) ? [0.94, 680] : [0.95, 210];
  return Math.trunc((memoryMiB * share - Math.min(fixedMiB, memoryMiB * 0.16)) * MIB);
}

/** AWS names the families of accelerated computing by these letters before the generation's digit. */
function isAccelerated(type: string): boolean {
  return /^(?:p|g|gr|inf|trn|dl|f|vt)\d/.test(type);
}

import { readTypesFile, type Cell, type TypesFile } from "./data-file.js";
import type { Architecture, TypeFacts } from "./model.js";
import { estimatedOsMemoryBytes } from "./usable-memory.js";

const MIB = 2 ** 20;

/**
 * The facts of every instance type that the data knows, by name, whatever the region.
 * @throws ConfigError when the installed data cannot be read.
 */
export async function loadInstanceTypes(): Promise<ReadonlyMap<string, TypeFacts>> {
  return typeFactsOf(await readTypesFile());
}

/** The content of data/types.json as facts by type name. */
export function typeFactsOf(file: TypesFile): ReadonlyMap<string, TypeFacts> {
  const letters = Object.fromEntries(Object.entries(file.flags).map(([letter, name]) => [name, letter]));
  return new Map(Object.entries(file.types).map(([type, row]) => [type, factsOf(type, row, file, letters)]));
}

/** A row's cells stand in the order of the file's `columns`. */
function factsOf(
  type: string,
  row: readonly Cell[],
  file: TypesFile,
  letters: Readonly<Record<string, string>>,
): TypeFacts {
  const [vcpu, memoryMiB, flags, architectures, ebsOptimized, baseline, max, storageGB, gpus, osMemoryMiB, features] =
    row;
  const flag = (name: string): boolean => typeof flags === "string" && flags.includes(letters[name] ?? "none");
  const nominalMiB = number(memoryMiB) ?? 0;
  const measuredMiB = number(osMemoryMiB);
  return {
    type,
    vcpu: number(vcpu) ?? 0,
    memoryMiB: nominalMiB,
    osMemoryBytes: measuredMiB === undefined ? estimatedOsMemoryBytes(type, nominalMiB) : measuredMiB * MIB,
    osMemoryMeasured: measuredMiB !== undefined,
    architectures: entry(file.architectures, architectures, []) as readonly Architecture[],
    generationCurrent: flag("generationCurrent"),
    bareMetal: flag("bareMetal"),
    burstable: flag("burstable"),
    ebsOptimized: entry(file.ebsOptimized, ebsOptimized, "unsupported") as TypeFacts["ebsOptimized"],
    ebsNvme: flag("ebsNvme"),
    ebsBaselineMBps: number(baseline),
    ebsMaxMBps: number(max),
    instanceStorageGB: number(storageGB) ?? 0,
    gpus: number(gpus) ?? 0,
    spotSupported: flag("spotSupported"),
    features: entry(file.features, features, []),
    probeFailed: flag("probeFailed"),
  };
}

function number(cell: Cell): number | undefined {
  return typeof cell === "number" ? cell : undefined;
}

function entry<T>(values: readonly T[], index: Cell, fallback: T): T {
  return (typeof index === "number" ? values[index] : undefined) ?? fallback;
}

import { number, positions, readTypesFile, type Cell, type TypesFile } from "./data-file.js";
import type { Architecture, TypeFacts } from "./model.js";
import { estimatedOsMemoryBytes } from "./usable-memory.js";

const MIB = 2 ** 20;

/**
 * The facts of every instance type that the data knows, by name, whatever the region.
 * @throws ConfigError when the installed data cannot be read.
 */
export async function loadInstanceTypes(): Promise<ReadonlyMap<string, TypeFacts>> {
  return typeFactsOf(readTypesFile());
}

/**
 * The names of every instance type that the data knows: far cheaper than their facts.
 * @throws ConfigError when the installed data cannot be read.
 */
export async function loadInstanceTypeNames(): Promise<ReadonlySet<string>> {
  return new Set(Object.keys(readTypesFile().types));
}

/** The content of data/types.json as facts by type name. */
export function typeFactsOf(file: TypesFile): Map<string, TypeFacts> {
  const at = positions(file.columns, TYPE_COLUMNS);
  const flagsOf = flagReader(file.flags);
  const types = new Map<string, TypeFacts>();
  for (const [type, row] of Object.entries(file.types)) {
    const flags = flagsOf(row[at.flags]);
    const memoryMiB = number(row[at.memoryMiB]) ?? 0;
    const osMemoryMiB = number(row[at.osMemoryMiB]);
    types.set(type, {
      type,
      vcpu: number(row[at.vcpu]) ?? 0,
      memoryMiB,
      osMemoryBytes: osMemoryMiB === undefined ? estimatedOsMemoryBytes(type, memoryMiB) : osMemoryMiB * MIB,
      osMemoryMeasured: osMemoryMiB !== undefined,
      architectures: entry(file.architectures, row[at.architectures], []) as readonly Architecture[],
      generationCurrent: flags.generationCurrent,
      bareMetal: flags.bareMetal,
      burstable: flags.burstable,
      ebsOptimized: entry(file.ebsOptimized, row[at.ebsOptimized], "unsupported") as TypeFacts["ebsOptimized"],
      ebsNvme: flags.ebsNvme,
      ebsBaselineMBps: number(row[at.ebsBaselineMBps]),
      ebsMaxMBps: number(row[at.ebsMaxMBps]),
      instanceStorageGB: number(row[at.instanceStorageGB]) ?? 0,
      gpus: number(row[at.gpus]) ?? 0,
      spotSupported: flags.spotSupported,
      features: entry(file.features, row[at.features], []),
      probeFailed: flags.probeFailed,
    });
  }
  return types;
}

const TYPE_COLUMNS = [
  "vcpu",
  "memoryMiB",
  "flags",
  "architectures",
  "ebsOptimized",
  "ebsBaselineMBps",
  "ebsMaxMBps",
  "instanceStorageGB",
  "gpus",
  "osMemoryMiB",
  "features",
] as const;

type Flags = Readonly<
  Record<"generationCurrent" | "bareMetal" | "burstable" | "ebsNvme" | "spotSupported" | "probeFailed", boolean>
>;

/** Reads flag letters; the types share a dozen combinations, each of which is read once. */
function flagReader(meanings: Readonly<Record<string, string>>): (cell: Cell) => Flags {
  const seen = new Map<Cell, Flags>();
  return (cell) => {
    const known = seen.get(cell);
    if (known !== undefined) return known;
    const names = new Set([...String(cell ?? "")].map((letter) => meanings[letter]));
    const flags: Flags = {
      generationCurrent: names.has("generationCurrent"),
      bareMetal: names.has("bareMetal"),
      burstable: names.has("burstable"),
      ebsNvme: names.has("ebsNvme"),
      spotSupported: names.has("spotSupported"),
      probeFailed: names.has("probeFailed"),
    };
    seen.set(cell, flags);
    return flags;
  };
}

function entry<T>(values: readonly T[], index: Cell, fallback: T): T {
  return (typeof index === "number" ? values[index] : undefined) ?? fallback;
}

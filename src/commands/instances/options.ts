import { UsageError } from "../../errors.js";
import { type Resources, parseCpu, parseSize } from "../../pool/resources.js";
import { parseUsd } from "../shared/values.js";

/** How the types may be sorted. */
export const SORT_KEYS = ["price", "cpu", "mem", "name", "price-per-cpu", "price-per-gib"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Architectures that reflowlets run on. */
export const ARCHITECTURES = ["x86_64", "arm64"] as const;

/** What `instances` is told beside the global flags. */
export interface InstancesFlags {
  /** Names of types, with wildcards; empty for all. */
  readonly globs: readonly string[];
  readonly sort: SortKey;
  /** The least that a type must have; with `fits` what is to be allocated. */
  readonly need: Resources;
  /** Tell for each type whether the need fits, and why not. */
  readonly fits: boolean;
  readonly maxUsd: number | undefined;
  readonly architecture: (typeof ARCHITECTURES)[number] | undefined;
  /** Only types that are verified, or only others. */
  readonly verified: boolean | undefined;
}

/** What commander gives for `instances`. */
export interface RawInstances {
  readonly sort: SortKey;
  readonly cpu?: string;
  readonly mem?: string;
  readonly disk?: string;
  readonly maxPrice?: string;
  readonly arch?: (typeof ARCHITECTURES)[number];
  readonly verified?: boolean;
  readonly unverified?: boolean;
  readonly fits?: boolean;
}

/** @throws UsageError for a size, price or pattern that cannot be meant, and for flags that exclude each other. */
export function parseInstancesFlags(globs: readonly string[], raw: RawInstances): InstancesFlags {
  const { verified = false, unverified = false, fits = false } = raw;
  if (verified && unverified) {
    throw new UsageError("--verified and --unverified exclude each other", { hint: "Leave one of them out." });
  }
  if (globs.includes("")) throw new UsageError("a pattern is empty", { hint: "For example 'c6a.*', in quotes." });
  return {
    globs,
    sort: raw.sort,
    need: {
      // As `allocate` has it.
      ...(fits && { cpu: 1 }),
      ...(raw.cpu !== undefined && { cpu: parseCpu(raw.cpu, "--cpu") }),
      ...(raw.mem !== undefined && { mem: parseSize(raw.mem, "--mem") }),
      ...(raw.disk !== undefined && { disk: parseSize(raw.disk, "--disk") }),
    },
    fits,
    maxUsd: raw.maxPrice === undefined ? undefined : parseUsd(raw.maxPrice, "--max-price"),
    architecture: raw.arch,
    verified: verified || unverified ? verified : undefined,
  };
}

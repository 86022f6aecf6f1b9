import { UsageError } from "../../errors.js";
import { type Resources, parseCpu, parseSize } from "../../pool/resources.js";
import type { Constraints, Requirements } from "../shared/cluster-handle.js";
import { parseInstanceType } from "../shared/instance-type.js";
import { parseLabels } from "../shared/label.js";
import { parseUsd, parseWhole, parseZone } from "../shared/values.js";
import { type Afterwards, type RawAfterwards, type Words, parseAfterwards } from "./afterwards.js";

/** What `allocate` is told beside the global flags. */
export interface AllocateFlags {
  readonly requirements: Requirements;
  /** How many allocs. */
  readonly count: number;
  readonly constraints: Constraints;
  readonly labels: Readonly<Record<string, string>>;
  /** Show what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Tell in a dry run of every offering that was not considered. */
  readonly explain: boolean;
  /** What becomes of the alloc. */
  readonly afterwards: Afterwards;
}

/** What commander gives for `allocate`. */
export interface RawAllocate extends RawAfterwards {
  readonly cpu: string;
  readonly mem?: string;
  readonly disk?: string;
  readonly type?: string;
  readonly feature?: readonly string[];
  readonly width?: string;
  readonly count?: string;
  readonly zone?: string;
  readonly spot?: boolean;
  readonly onDemand?: boolean;
  readonly maxPrice?: string;
  readonly explain?: boolean;
  readonly label?: readonly string[];
}

/** More allocs than this are a mistake rather than a wish. */
const MOST_ALLOCS = 10_000;

/** A command finds all URIs in one variable, and Linux takes none of more than 128 KiB: some 1,500 of the longest. */
const MOST_ALLOCS_OF_A_COMMAND = 1_000;

/**
 * @param words what is no flag
 * @throws UsageError for a size, label or type that cannot be meant, and for what does not go together.
 */
export function parseAllocateFlags(raw: RawAllocate, words: Words): AllocateFlags {
  const cpu = parseCpu(raw.cpu, "--cpu");
  const explain = raw.explain ?? false;
  const mostAllocs = words.after === undefined ? MOST_ALLOCS : MOST_ALLOCS_OF_A_COMMAND;
  return {
    requirements: {
      min: {
        cpu,
        ...(raw.mem === undefined ? {} : { mem: parseSize(raw.mem, "--mem") }),
        ...(raw.disk === undefined ? {} : { disk: parseSize(raw.disk, "--disk") }),
        ...parseFeatures(raw.feature ?? [], cpu),
      },
      width: raw.width === undefined ? 0 : parseWhole(raw.width, "--width", 0, MOST_ALLOCS),
    },
    count: raw.count === undefined ? 1 : parseWhole(raw.count, "--count", 1, mostAllocs),
    constraints: {
      type: raw.type === undefined ? undefined : parseInstanceType(raw.type),
      zone: raw.zone === undefined ? undefined : parseZone(raw.zone),
      market: parseMarket(raw),
      maxUsd: raw.maxPrice === undefined ? undefined : parseUsd(raw.maxPrice, "--max-price"),
    },
    labels: parseLabels(raw.label ?? []),
    dryRun: explain || (raw.dryRun ?? false),
    explain,
    afterwards: parseAfterwards({ ...raw, dryRun: explain || (raw.dryRun ?? false) }, words),
  };
}

/** A reflowlet offers a feature once for each of its vCPUs, so as much of it is asked for as there are to be. */
function parseFeatures(names: readonly string[], cpu: number): Resources {
  const wrong = names.find((name) => !/^[a-z][a-z0-9_]*$/.test(name) || ["cpu", "mem", "disk"].includes(name));
  if (wrong !== undefined) {
    throw new UsageError(`--feature '${wrong}' is no CPU feature`, {
      hint: "Reflowlets know intel_avx, intel_avx2 and intel_avx512.",
    });
  }
  return Object.fromEntries(names.map((name) => [name, cpu]));
}

function parseMarket({ spot = false, onDemand = false }: RawAllocate): Constraints["market"] {
  if (spot && onDemand) {
    throw new UsageError("--spot and --on-demand exclude each other", { hint: "Leave one of them out." });
  }
  return spot ? "spot" : onDemand ? "on-demand" : undefined;
}

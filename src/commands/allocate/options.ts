import { UsageError } from "../../errors.js";
import { type Resources, parseCpu, parseSize } from "../../pool/resources.js";
import type { Constraints, Requirements } from "../shared/cluster-handle.js";
import { parseInstanceType } from "../shared/instance-type.js";
import { parseLabels } from "../shared/label.js";
import { parseUsd } from "../shared/price.js";
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

/**
 * @param words what is no flag
 * @throws UsageError for a size, label or type that cannot be meant, and for what does not go together.
 */
export function parseAllocateFlags(raw: RawAllocate, words: Words): AllocateFlags {
  const cpu = parseCpu(raw.cpu, "--cpu");
  const explain = raw.explain ?? false;
  return {
    requirements: {
      min: {
        cpu,
        ...(raw.mem === undefined ? {} : { mem: parseSize(raw.mem, "--mem") }),
        ...(raw.disk === undefined ? {} : { disk: parseSize(raw.disk, "--disk") }),
        ...parseFeatures(raw.feature ?? [], cpu),
      },
      width: raw.width === undefined ? 0 : parseWhole(raw.width, "--width", 0),
    },
    count: raw.count === undefined ? 1 : parseWhole(raw.count, "--count", 1),
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

function parseWhole(text: string, flag: string, least: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= MOST_ALLOCS) return value;
  throw new UsageError(`${flag} '${text}' is not a whole number from ${least} to ${MOST_ALLOCS}`, {
    hint: `For example ${flag} 4.`,
  });
}

function parseZone(text: string): string {
  if (/^[a-z]{2,}(-[a-z0-9]+)+[a-z]$/.test(text)) return text;
  throw new UsageError(`--zone '${text}' is not an availability zone`, { hint: "For example --zone us-west-2a." });
}

function parseMarket({ spot = false, onDemand = false }: RawAllocate): Constraints["market"] {
  if (spot && onDemand) {
    throw new UsageError("--spot and --on-demand exclude each other", { hint: "Leave one of them out." });
  }
  return spot ? "spot" : onDemand ? "on-demand" : undefined;
}

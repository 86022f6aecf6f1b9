import { type Resources, parseCpu, parseSize } from "../../pool/resources.js";
import { parseInstanceType } from "../shared/instance-type.js";
import { parseLabels } from "../shared/label.js";
import { type Afterwards, type RawAfterwards, type Words, parseAfterwards } from "./afterwards.js";

/** What `allocate` is told beside the global flags. */
export interface AllocateFlags {
  readonly min: Resources;
  /** Launch only this type. */
  readonly type: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Show what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** What becomes of the alloc. */
  readonly afterwards: Afterwards;
}

/** What commander gives for `allocate`. */
export interface RawAllocate extends RawAfterwards {
  readonly cpu: string;
  readonly mem?: string;
  readonly disk?: string;
  readonly type?: string;
  readonly label?: readonly string[];
}

/**
 * @param words what is no flag
 * @throws UsageError for a size, label or type that cannot be meant, and for what does not go together.
 */
export function parseAllocateFlags(raw: RawAllocate, words: Words): AllocateFlags {
  return {
    min: {
      cpu: parseCpu(raw.cpu, "--cpu"),
      ...(raw.mem === undefined ? {} : { mem: parseSize(raw.mem, "--mem") }),
      ...(raw.disk === undefined ? {} : { disk: parseSize(raw.disk, "--disk") }),
    },
    type: raw.type === undefined ? undefined : parseInstanceType(raw.type),
    labels: parseLabels(raw.label ?? []),
    dryRun: raw.dryRun ?? false,
    afterwards: parseAfterwards(raw, words),
  };
}

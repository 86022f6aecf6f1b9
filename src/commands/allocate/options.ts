import { UsageError } from "../../errors.js";
import { type Resources, parseCpu, parseSize } from "../../pool/resources.js";
import { parseLabels } from "../shared/label.js";

/** What `allocate` is told beside the global flags. */
export interface AllocateFlags {
  readonly min: Resources;
  /** Launch only this type. */
  readonly type: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Show what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** What commander gives for `allocate`. */
export interface RawAllocate {
  readonly cpu: string;
  readonly mem?: string;
  readonly disk?: string;
  readonly type?: string;
  readonly label?: readonly string[];
  readonly dryRun?: boolean;
}

/** @throws UsageError for a size, label or type that cannot be meant. */
export function parseAllocateFlags(raw: RawAllocate): AllocateFlags {
  return {
    min: {
      cpu: parseCpu(raw.cpu, "--cpu"),
      ...(raw.mem === undefined ? {} : { mem: parseSize(raw.mem, "--mem") }),
      ...(raw.disk === undefined ? {} : { disk: parseSize(raw.disk, "--disk") }),
    },
    type: raw.type === undefined ? undefined : parseType(raw.type),
    labels: parseLabels(raw.label ?? []),
    dryRun: raw.dryRun ?? false,
  };
}

/** Types are checked against the catalogue later; here only what can be no type at all is refused. */
function parseType(text: string): string {
  if (/^[a-z0-9-]+\.[a-z0-9-]+$/.test(text)) return text;
  throw new UsageError(`--type '${text}' is not the name of an instance type`, {
    hint: "For example --type c6a.2xlarge.",
  });
}

import type { ProbeSelection } from "../../cluster/probe/select-types.js";
import { UsageError } from "../../errors.js";
import { parseInstanceType } from "../shared/instance-type.js";
import { parseTimeout } from "../shared/timeout.js";
import { parseUsd, parseWhole, parseZone } from "../shared/values.js";

/** Files that reports are written to. */
export interface ReportFiles {
  readonly junit: string | undefined;
  readonly markdown: string | undefined;
  readonly html: string | undefined;
  readonly csv: string | undefined;
}

/** What the result must come up to. */
export interface GateFlags {
  readonly failOver: { readonly text: string; readonly seconds: number } | undefined;
  readonly baseline: { readonly file: string; readonly maxRegression: number } | undefined;
  /** Least share of the advertised memory. */
  readonly minMemoryRatio: number | undefined;
}

/** What `probe` is told beside the global flags. */
export interface ProbeFlags {
  readonly selection: ProbeSelection;
  /** Types at most. */
  readonly max: number | undefined;
  readonly samples: number;
  readonly concurrency: number;
  /** The configuration's when undefined: spot first where it says spot. */
  readonly market: "spot" | "on-demand" | "fallback" | undefined;
  readonly zone: string | undefined;
  readonly budgetUsd: number | undefined;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  /** Keep what was measured. */
  readonly save: boolean;
  readonly reports: ReportFiles;
  readonly gates: GateFlags;
}

/** What commander gives for the flags of `probe`. */
export interface RawProbe {
  readonly all?: boolean;
  readonly unverified?: boolean;
  readonly retry?: boolean;
  readonly match?: readonly string[];
  readonly max?: string;
  readonly samples: string;
  readonly concurrency: string;
  readonly market?: "spot" | "on-demand" | "fallback";
  readonly zone?: string;
  readonly budget?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly save?: boolean;
  readonly junit?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly csv?: string;
  readonly failOver?: string;
  readonly baseline?: string;
  readonly maxRegression?: string;
  readonly minMemRatio?: string;
}

/** More than this is a mistake rather than a wish. */
const MOST_TYPES = 5_000;
const MOST_SAMPLES = 1_000;
/** EC2 lets an account launch two instances a second. */
const MOST_AT_ONCE = 200;
/** What a regression may be where nobody says. */
const USUAL_REGRESSION = "20%";

/** @throws UsageError for values that cannot be meant, and for what does not go together. */
export function parseProbeFlags(types: readonly string[], raw: RawProbe): ProbeFlags {
  return {
    selection: select(types, raw),
    max: raw.max === undefined ? undefined : parseWhole(raw.max, "--max", 1, MOST_TYPES),
    samples: parseWhole(raw.samples, "--samples", 1, MOST_SAMPLES),
    concurrency: parseWhole(raw.concurrency, "--concurrency", 1, MOST_AT_ONCE),
    market: raw.market,
    zone: raw.zone === undefined ? undefined : parseZone(raw.zone),
    budgetUsd: raw.budget === undefined ? undefined : parseUsd(raw.budget, "--budget"),
    dryRun: raw.dryRun ?? false,
    yes: raw.yes ?? false,
    save: raw.save ?? false,
    reports: reportFiles(raw),
    gates: {
      failOver:
        raw.failOver === undefined
          ? undefined
          : { text: raw.failOver, seconds: parseTimeout(raw.failOver, "--fail-over") / 1_000 },
      baseline: baseline(raw),
      minMemoryRatio: raw.minMemRatio === undefined ? undefined : parseRatio(raw.minMemRatio),
    },
  };
}

function select(types: readonly string[], raw: RawProbe): ProbeSelection {
  const ways = [
    ...(types.length > 0 ? ["instance types"] : []),
    ...(raw.all === true ? ["--all"] : []),
    ...(raw.unverified === true || raw.retry === true ? ["--unverified or --retry"] : []),
    ...(raw.match === undefined ? [] : ["--match"]),
  ];
  if (ways.length === 0) {
    throw new UsageError("no instance type is named", {
      hint: "Give types, e.g. 'reflow-ec2 probe c6a.large', or --match 'c6a.*', --unverified, or --all.",
    });
  }
  if (ways.length > 1) {
    throw new UsageError(`${ways.slice(0, 2).join(" and ")} exclude each other`, { hint: "Leave one of them out." });
  }
  if (types.length > 0) return { kind: "named", types: [...new Set(types.map((type) => parseInstanceType(type, "")))] };
  if (raw.all === true) return { kind: "all" };
  if (raw.match !== undefined) return { kind: "match", globs: raw.match };
  return { kind: "unverified", retry: raw.retry ?? false };
}

function reportFiles(raw: RawProbe): ReportFiles {
  const { junit, markdown, html, csv } = raw;
  const files = { junit, markdown, html, csv };
  const owners = new Map<string, string>(raw.baseline === undefined ? [] : [[raw.baseline, "baseline"]]);
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined) continue;
    if (path === "") throw new UsageError(`--${flag} is empty`, { hint: `Give --${flag} a file, or leave it out.` });
    const owner = owners.get(path);
    if (owner !== undefined && !path.startsWith("/dev/")) {
      throw new UsageError(`--${owner} and --${flag} name the same file, '${path}'`, {
        hint: "Each report is a file of its own.",
      });
    }
    owners.set(path, flag);
  }
  return files;
}

function baseline({ baseline: file, maxRegression }: RawProbe): GateFlags["baseline"] {
  if (file !== undefined) return { file, maxRegression: parseShare(maxRegression ?? USUAL_REGRESSION) };
  if (maxRegression === undefined) return undefined;
  throw new UsageError("--max-regression needs --baseline", {
    hint: "Give with --baseline the JSON of a former probe: 'reflow-ec2 probe ... -o json > baseline.json'.",
  });
}

function parseShare(text: string): number {
  const percent = /^\d{1,4}(\.\d+)?%?$/.test(text) ? Number(text.replace("%", "")) : NaN;
  if (percent >= 0) return percent / 100;
  throw new UsageError(`--max-regression '${text}' is not a percentage`, { hint: "For example --max-regression 20%." });
}

function parseRatio(text: string): number {
  const ratio = /^\d(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (ratio > 0 && ratio <= 1) return ratio;
  throw new UsageError(`--min-mem-ratio '${text}' is not a share from 0 to 1`, {
    hint: "For example --min-mem-ratio 0.9.",
  });
}

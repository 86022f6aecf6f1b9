import { cloudConfigProblems } from "./cloud-config-problems.js";
import type { DiskType } from "./model.js";
import { CLUSTER_DEFAULTS } from "./defaults.js";
import { generationEvidence, generationOf } from "./generation.js";
import { dottedKey } from "./explain-issue.js";
import type { FileEntries } from "./schema.js";
import { sessionOf } from "./selections.js";
import type { YamlPath } from "./yaml-problem.js";

/** A mistake that lies in no value alone. */
export interface RuleProblem {
  readonly path: YamlPath;
  readonly message: string;
}

/** Volume types whose operations can be bought. */
const IOPS_TYPES: readonly DiskType[] = ["gp3", "io1", "io2"];

/** Rules between values that are right one by one. */
export function ruleProblems(
  entries: FileEntries,
  lineOf: (path: YamlPath) => number,
  knownInstanceType: ((type: string) => boolean) | undefined,
): readonly RuleProblem[] {
  return [
    ...generationProblems(entries, lineOf),
    ...diskProblems(entries),
    ...imageProblems(entries),
    ...typeProblems(entries, knownInstanceType),
    ...nameProblems(entries),
    ...credentialProblems(entries),
    ...keyProblems(entries),
    ...cloudConfigProblems(entries.ec2cluster?.cloudconfig),
  ];
}

function generationProblems(entries: FileEntries, lineOf: (path: YamlPath) => number): readonly RuleProblem[] {
  if (generationOf(entries) !== undefined) return [];
  const { keysOf2020, keysOf2023 } = generationEvidence(entries);
  const name = (paths: readonly YamlPath[]): string =>
    paths.map((path) => `${dottedKey(path)} (line ${lineOf(path)})`).join(", ");
  return [
    {
      path: keysOf2020[0] ?? [],
      message:
        `expected the keys of one Reflow, found those of 2020: ${name(keysOf2020)}; and of 2023: ${name(keysOf2023)}. ` +
        "Say which one the instances run with `generation: 2020` or `generation: 2023` under `reflow-ec2:`",
    },
  ];
}

function diskProblems(entries: FileEntries): readonly RuleProblem[] {
  const own = entries["reflow-ec2"] ?? {};
  const generation = generationOf(entries);
  if (generation === undefined) return [];
  const type = entries.ec2cluster?.disktype || CLUSTER_DEFAULTS.diskType[generation];
  const problems: RuleProblem[] = [];
  if (own.iops !== undefined && !IOPS_TYPES.includes(type)) {
    const message = `expected ec2cluster.disktype gp3, io1 or io2 with it, found ${type}`;
    problems.push({ path: ["reflow-ec2", "iops"], message });
  }
  if (own.throughputmibps !== undefined && type !== "gp3") {
    const message = `expected ec2cluster.disktype gp3 with it, found ${type}`;
    problems.push({ path: ["reflow-ec2", "throughputmibps"], message });
  }
  return problems;
}

function imageProblems(entries: FileEntries): readonly RuleProblem[] {
  const { image, binary } = entries["reflow-ec2"] ?? {};
  if (!image || !binary) return [];
  return [{ path: ["reflow-ec2", "binary"], message: "expected either image or binary, found both" }];
}

function typeProblems(entries: FileEntries, known: ((type: string) => boolean) | undefined): readonly RuleProblem[] {
  const types = entries.ec2cluster?.instancetypes ?? [];
  if (known === undefined || types.length === 0 || types.some(known)) return [];
  const some = types.slice(0, 3).join(", ");
  return [
    {
      path: ["ec2cluster", "instancetypes"],
      message: `expected at least one instance type of the catalogue, found ${some}${types.length > 3 ? ", ..." : ""}`,
    },
  ];
}

/** The tag of probed instances is the name with `/probe` behind it; a cluster of that name would lease them. */
function nameProblems(entries: FileEntries): readonly RuleProblem[] {
  const name = entries.ec2cluster?.name ?? "";
  if (!name.endsWith("/probe")) return [];
  const message = `expected a name that does not end in /probe, which marks probed instances; found ${JSON.stringify(name)}`;
  return [{ path: ["ec2cluster", "name"], message }];
}

function credentialProblems(entries: FileEntries): readonly RuleProblem[] {
  const session = sessionOf(entries);
  const sealed = entries.instances?.[session]?.credentials;
  if (sealed === undefined || Boolean(sealed.accesskeyid) === Boolean(sealed.secretaccesskey)) return [];
  return [
    {
      path: ["instances", session, "credentials"],
      message: "expected both accesskeyid and secretaccesskey, found one",
    },
  ];
}

/** Public keys go to every instance, where everybody may read them. */
function keyProblems(entries: FileEntries): readonly RuleProblem[] {
  const { sshkey, sshkeys = [] } = entries.ec2cluster ?? {};
  const keys: readonly (readonly [YamlPath, string | undefined])[] = [
    [["key", "key"], entries.key?.key],
    [["ec2cluster", "sshkey"], sshkey],
    ...sshkeys.map((key, index) => [["ec2cluster", "sshkeys", index], key] as const),
  ];
  return keys
    .filter(([, key]) => key?.includes("PRIVATE KEY-----") === true)
    .map(([path]) => ({ path, message: "expected a public key, found a private one" }));
}

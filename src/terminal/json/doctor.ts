import { exitCodeOf } from "../../doctor/examine.js";
import type { Examined } from "../../doctor/finding.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `doctor -o json` prints. */
export interface DoctorJson {
  readonly schemaVersion: number;
  /** That of the first failure, else 0. */
  readonly exitCode: number;
  readonly checks: readonly {
    readonly name: string;
    readonly status: Examined["status"];
    readonly summary: string;
    /** Of warnings and failures. */
    readonly consequence?: string;
    /** Of warnings and failures. */
    readonly fix?: string;
    /** Of failures. */
    readonly exitCode?: number;
    /** Where there are several. */
    readonly problems?: readonly {
      readonly source: string;
      readonly line: number | null;
      readonly key: string;
      readonly message: string;
    }[];
  }[];
}

/** The JSON form of what doctor found. */
export function doctorJson(findings: readonly Examined[]): DoctorJson {
  return { schemaVersion: SCHEMA_VERSION, exitCode: exitCodeOf(findings), checks: findings.map(toCheck) };
}

function toCheck(finding: Examined): DoctorJson["checks"][number] {
  const { name, status, summary } = finding;
  if (finding.status === "ok" || finding.status === "skipped") return { name, status, summary };
  const { consequence, fix, problems } = finding;
  return {
    name,
    status,
    summary,
    consequence,
    fix,
    ...(finding.status === "failure" && { exitCode: finding.exitCode }),
    ...(problems !== undefined && {
      problems: problems.map(({ source, line, key, message }) => ({ source, line: line ?? null, key, message })),
    }),
  };
}

import type { MissingPiece, SetupPlan, SetupResult, StepKind, StepResult, StepState } from "../../setup/model.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `setup --dry-run -o json` prints. */
export interface SetupPlanJson {
  readonly schemaVersion: number;
  readonly kind: "make" | "undo";
  readonly account: string;
  readonly region: string;
  readonly config: string;
  readonly vpc: string | null;
  readonly securityGroup: string | null;
  readonly changes: boolean;
  readonly steps: readonly {
    readonly kind: StepKind;
    readonly state: StepState;
    readonly what: string;
    readonly why: string;
    readonly details: readonly string[];
    readonly opens: string | null;
  }[];
  readonly problems: readonly { readonly source: string; readonly key: string; readonly message: string }[];
  readonly warnings: readonly string[];
  readonly missing: readonly MissingPiece[];
}

/** What `setup -o json` prints. */
export interface SetupResultJson {
  readonly schemaVersion: number;
  readonly kind: "make" | "undo";
  readonly account: string;
  readonly region: string;
  readonly config: string;
  readonly backup: string | null;
  readonly securityGroup: string | null;
  readonly changed: boolean;
  readonly steps: readonly {
    readonly kind: StepKind;
    readonly what: string;
    readonly outcome: StepResult["outcome"];
    readonly id: string | null;
  }[];
  readonly warnings: readonly string[];
  readonly missing: readonly MissingPiece[];
}

/** The JSON form of what setup would do. */
export function setupPlanJson(plan: SetupPlan): SetupPlanJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: plan.kind,
    account: plan.accountId,
    region: plan.region,
    config: plan.configPath,
    vpc: plan.vpcId ?? null,
    securityGroup: plan.securityGroupId ?? null,
    changes: plan.steps.some(({ act }) => act !== undefined),
    steps: plan.steps.map(({ kind, state, what, why, details, opens }) => ({
      kind,
      state,
      what,
      why,
      details,
      opens: opens ?? null,
    })),
    problems: plan.problems.map(({ source, key, message }) => ({ source, key, message })),
    warnings: plan.warnings,
    missing: plan.missing,
  };
}

/** The JSON form of what setup came to. */
export function setupResultJson(result: SetupResult): SetupResultJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: result.kind,
    account: result.accountId,
    region: result.region,
    config: result.configPath,
    backup: result.backupPath ?? null,
    securityGroup: result.securityGroupId ?? null,
    changed: result.steps.some(({ outcome }) => outcome !== "was-there" && outcome !== "left"),
    steps: result.steps.map(({ kind, what, outcome, id }) => ({ kind, what, outcome, id: id ?? null })),
    warnings: result.warnings,
    missing: result.missing,
  };
}

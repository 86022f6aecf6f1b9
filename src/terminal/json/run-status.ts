import type { LeaseMoment, LeaseOutcome } from "../../cluster/lease/outcome.js";
import { SCHEMA_VERSION, timestamp } from "./schema-version.js";

/** Why reflow-ec2 itself failed. */
export interface RunFailure {
  /** Our own exit code, which the process's need not be. */
  readonly exitCode: number;
  /** The error's stable word, e.g. `lease-lost`. */
  readonly code: string;
  readonly reason: string;
}

/** How a run with allocs stands. */
export interface RunStatus {
  /** The process's; undefined while it runs. */
  readonly exitCode: number | undefined;
  readonly failure: RunFailure | undefined;
  /** How the command ended; undefined while it has not, or where there is none. */
  readonly command:
    | { readonly kind: "exited"; readonly code: number }
    | { readonly kind: "killed"; readonly signal: string }
    | undefined;
  readonly leases: readonly LeaseOutcome[];
}

/** What `--status-file` holds. */
export interface RunStatusJson {
  readonly schemaVersion: number;
  readonly state: "running" | "ended";
  /** Null while it runs. */
  readonly exitCode: number | null;
  /** Null unless reflow-ec2 itself failed. */
  readonly failure: RunFailure | null;
  /** Null unless a command ran and has ended. */
  readonly command: { readonly exitCode: number | null; readonly signal: string | null } | null;
  readonly leases: readonly LeaseJson[];
}

interface LeaseJson {
  readonly uri: string;
  readonly outcome: "lost" | "freed" | "gone" | "expired" | "left";
  /** Null unless it was lost. */
  readonly why: string | null;
  readonly renewals: number;
  readonly failures: number;
  readonly history: readonly MomentJson[];
}

type MomentJson = { readonly at: string } & (
  | { readonly kind: "renewed"; readonly grantedSeconds: number }
  | { readonly kind: "trouble"; readonly problem: string }
  | { readonly kind: "stood-still"; readonly seconds: number }
  | { readonly kind: "lost"; readonly why: string }
  | { readonly kind: "released"; readonly release: string }
);

/** The JSON form of a run's status. */
export function runStatusJson({ exitCode, failure, command, leases }: RunStatus): RunStatusJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    state: exitCode === undefined ? "running" : "ended",
    exitCode: exitCode ?? null,
    failure: failure ?? null,
    command:
      command === undefined
        ? null
        : command.kind === "exited"
          ? { exitCode: command.code, signal: null }
          : { exitCode: null, signal: command.signal },
    leases: leases.map(leaseJson),
  };
}

function leaseJson(lease: LeaseOutcome): LeaseJson {
  const { uri, renewals, failures, history } = lease;
  return {
    uri,
    outcome: lease.kind === "lost" ? "lost" : lease.release,
    why: lease.kind === "lost" ? lease.why : null,
    renewals,
    failures,
    history: history.map(momentJson),
  };
}

function momentJson(moment: LeaseMoment): MomentJson {
  const at = timestamp(moment.atMs);
  switch (moment.kind) {
    case "renewed":
      return { at, kind: moment.kind, grantedSeconds: moment.grantedMs / 1_000 };
    case "stood-still":
      return { at, kind: moment.kind, seconds: moment.ms / 1_000 };
    case "trouble":
      return { at, kind: moment.kind, problem: moment.problem };
    case "lost":
      return { at, kind: moment.kind, why: moment.why };
    case "released":
      return { at, kind: moment.kind, release: moment.release };
  }
}

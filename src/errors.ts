/**
 * Every failure that a user may meet is one of these classes: a message that names the wrong value, a hint that says
 * what to type next, a stable code and an exit code (the README lists them). Anything else that reaches `main` is a bug.
 */

/** What a failure tells beside its message. */
export interface ErrorDetails {
  /** What to type or change next, in one or two sentences. */
  readonly hint?: string | undefined;
  /** The error underneath, for `-v`. */
  readonly cause?: unknown;
  /** Where it was EC2 that said no. */
  readonly refusal?: Refusal | undefined;
}

/** Why EC2 said no: what is done next is decided by this, never by a message. */
export type RefusalKind =
  /** There is none of it now: another offering may be had. */
  | "capacity"
  /** A limit of the account: only another family group, the other market or AWS's support helps. */
  | "quota"
  /** The credentials are not valid, or do not allow it. */
  | "permission"
  /** Too many calls: the same one later. */
  | "throttled"
  /** EC2 does not know it, as for some seconds after it was made. */
  | "not-yet-visible"
  /** The call is wrong: the same one never succeeds. */
  | "parameter"
  /** EC2's own trouble, and what is not known. */
  | "other";

/** How far a refusal reaches. */
export type RefusalScope =
  /** The offering alone: this type in this zone and market. */
  | "type"
  /** Every type in this zone (or subnet), in both markets. */
  | "zone"
  /** This market, in all zones; a quota: the types of one family group in it. */
  | "market"
  /** Every launch. */
  | "account";

/** EC2's no. */
export interface Refusal {
  /** EC2's word, without `Client.` or `Server.`. */
  readonly code: string;
  readonly kind: RefusalKind;
  readonly scope: RefusalScope;
  /** Time will not change it: the type is not sold there. */
  readonly permanent: boolean;
}

/** The base of all our errors. */
export abstract class ReflowEc2Error extends Error {
  /** Stable word for programs, e.g. `usage`. */
  abstract readonly code: string;
  /** The process's exit code. */
  abstract readonly exitCode: number;
  readonly hint: string | undefined;
  readonly refusal: Refusal | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
    this.refusal = details.refusal;
  }
}

/** The command line is wrong, or asks for what does not exist. */
export class UsageError extends ReflowEc2Error {
  readonly code: string = "usage";
  readonly exitCode = 2;
}

/** One mistake in a configuration file. */
export interface ConfigProblem {
  /** Path of the file, or a word for where the value came from (`--region`, `AWS_REGION`). */
  readonly source: string;
  /** 1-based line, where there is one. */
  readonly line?: number | undefined;
  /** Dotted path of the key, e.g. `ec2cluster.disktype`; empty for the whole file. */
  readonly key: string;
  /** What is wrong, what was expected, and a near match if there is one. */
  readonly message: string;
}

/** The configuration is wrong; carries all mistakes at once. */
export class ConfigError extends ReflowEc2Error {
  readonly code = "config";
  readonly exitCode = 2;
  readonly problems: readonly ConfigProblem[];

  constructor(message: string, problems: readonly ConfigProblem[] = [], details: ErrorDetails = {}) {
    super(message, details);
    this.problems = problems;
  }
}

/** The service cannot be spoken to: endpoint down, no route, not an EC2 endpoint. */
export class EndpointError extends ReflowEc2Error {
  readonly code = "endpoint";
  readonly exitCode = 2;
}

/** No allowed instance type can ever hold what was asked for. */
export class NeverFitsError extends ReflowEc2Error {
  readonly code = "never-fits";
  readonly exitCode = 3;
}

/** EC2 has no capacity now: every offering was refused. */
export class CapacityError extends ReflowEc2Error {
  readonly code = "no-capacity";
  readonly exitCode = 4;
}

/** EC2 failed by itself (status 5xx): it may have done what was asked all the same. */
export class Ec2TroubleError extends CapacityError {}

/** A quota of the account or a limit of the configuration stands in the way. */
export class LimitError extends ReflowEc2Error {
  readonly code = "limit";
  readonly exitCode = 5;
}

/** AWS does not know us, or does not allow it. */
export class AccessError extends ReflowEc2Error {
  readonly code = "access";
  readonly exitCode = 6;
}

/** An instance was launched and never became usable. */
export class InstanceError extends ReflowEc2Error {
  readonly code = "instance";
  readonly exitCode = 7;
}

/** Why a TLS peer is not trusted, or does not trust us. */
export type TrustProblem =
  /** The peer's certificate was not issued by our authority. */
  | "other-authority"
  /** The peer's certificate is outside its dates. */
  | "expired"
  | "not-yet-valid"
  /** The certificate may not be used in this role. */
  | "wrong-usage"
  /** The peer presented no certificate. */
  | "no-certificate"
  /** The peer refused the certificate that we presented. */
  | "refused-ours";

/** The TLS peer is not of our authority, or refused us. */
export class TrustError extends ReflowEc2Error {
  readonly code = "trust";
  readonly exitCode = 8;
  readonly problem: TrustProblem;

  constructor(problem: TrustProblem, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.problem = problem;
  }
}

/** Some of the work was done, some was not. */
export class PartialError extends ReflowEc2Error {
  readonly code = "partial";
  readonly exitCode = 9;
}

/** The lease of an alloc was lost. */
export class LeaseLostError extends ReflowEc2Error {
  readonly code = "lease-lost";
  readonly exitCode = 10;
}

/** The program that was to run with an alloc cannot be run: 127 when it is not found, else 126, as shells say it. */
export class CommandError extends ReflowEc2Error {
  readonly code = "command";

  constructor(
    readonly exitCode: 126 | 127,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** The time that was allowed has passed. */
export class TimedOutError extends ReflowEc2Error {
  readonly code = "timed-out";
  readonly exitCode = 124;
}

/** The user or the system ended the command by a signal. */
export class InterruptedError extends ReflowEc2Error {
  readonly code = "interrupted";
  readonly exitCode: number;

  constructor(
    /** E.g. `SIGINT`. */
    readonly signalName: string,
    signalNumber: number,
  ) {
    super(`interrupted by ${signalName}`);
    this.exitCode = 128 + signalNumber;
  }
}

/** The text of anything thrown, for messages that pass it on. */
export function errorText(error: unknown): string {
  // An error of another realm, such as a worker's or a test's, is an error all the same.
  const hasMessage = typeof error === "object" && error !== null && "message" in error;
  return hasMessage && typeof error.message === "string" ? error.message : String(error);
}

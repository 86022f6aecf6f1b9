import type { ReflowEc2Error } from "../../errors.js";
import type { ClusterListener } from "../../cluster/events.js";
import type { NamedLease, RenewedLease } from "../../cluster/lease/by-uri.js";
import type { LeaseOutcome } from "../../cluster/lease/outcome.js";
import type { ProbeReport } from "../../cluster/probe/model.js";
import type { ProbePlan } from "../../cluster/probe/plan.js";
import type { ProbeResult } from "../../cluster/probe/probe.js";
import type { ProbeObserver, ProbeRequest } from "../../cluster/probe/request.js";
import type { ProbeSelection, SelectedTypes } from "../../cluster/probe/select-types.js";
import type {
  AllocatePlan,
  AllocateResult,
  MemberView,
  TerminatePlan,
  TerminateResult,
} from "../../cluster/results.js";
import type { Resources } from "../../pool/resources.js";

/** Which cluster is meant: what the flags say, before environment, file and defaults are looked at. */
export interface ClusterTarget {
  /** `--config`, or the sandbox's ready-made file; otherwise `$REFLOW_EC2_CONFIG`, then `~/.reflow/config.yaml`. */
  readonly config: string | undefined;
  readonly cluster: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly endpointUrl: string | undefined;
  /** What stands before the URLs of public addresses: the sandbox's own web. */
  readonly webPrefix: string | undefined;
  /** Where own measurements are kept instead of where the configuration says: the sandbox's own file. */
  readonly measured: string | undefined;
  /** The sandbox's own credentials; they beat every other source. */
  readonly credentials: AccessKey | undefined;
}

/** A pair of AWS keys. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What opening a cluster needs beside its target. */
export interface ClusterDeps {
  /** Ends the opening. */
  readonly signal: AbortSignal;
  /** Hears everything that the cluster does. */
  readonly onEvent: ClusterListener;
}

/** What is asked of a cluster. */
export interface Requirements {
  /** The least that is acceptable. */
  readonly min: Resources;
  /** How many more such pieces would be welcome in the same alloc; 0 for exactly the least. */
  readonly width: number;
}

/** What may serve, beside what the resources say. */
export interface Constraints {
  /** This instance type only. */
  readonly type: string | undefined;
  /** This availability zone only. */
  readonly zone: string | undefined;
  /** This market only; the configuration's when undefined. */
  readonly market: "spot" | "on-demand" | undefined;
  /** No launch with a higher true price an hour. */
  readonly maxUsd: number | undefined;
}

/** How `allocate` is to go about it. */
export interface AllocateOptions {
  readonly constraints: Constraints;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** How leases are held. */
export interface HoldOptions {
  /** Ends the holding; the allocs are then freed, unless `free` is false. */
  readonly signal: AbortSignal;
  /** Hears of each lease that is lost, when it is. */
  readonly onLost?: (outcome: LeaseOutcome) => void;
  readonly free?: boolean;
}

/**
 * Which instances are to go: those named, all members, those that never became usable in their time, or those of an
 * earlier plan that are still there.
 */
export type TerminateSelection =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "all" }
  | { readonly kind: "orphans" }
  | { readonly kind: "planned"; readonly plan: TerminatePlan };

/**
 * A cluster as the commands use it: the configuration is read, the credentials are found, nothing has been asked of
 * EC2 yet. Every method throws one of our errors, or its signal's reason.
 */
export interface ClusterHandle {
  readonly config: {
    /** Path of the file, or a word for where it came from. */
    readonly source: string;
    /** What the user should know but need not mend. */
    readonly warnings: readonly string[];
    readonly logLevel: "off" | "error" | "info" | "debug";
  };
  readonly region: string;
  /** Reserves resources; nothing of an unfinished launch stays behind when it throws. */
  allocate(requirements: Requirements, options: AllocateOptions): Promise<AllocateResult>;
  /** What `count` such calls made together would do now. Launches, accepts and changes nothing. */
  planAllocate(requirements: Requirements, count: number, options: AllocateOptions): Promise<AllocatePlan>;
  /** Keeps leases alive until the signal aborts, and then frees the allocs; what becomes of each is a value. */
  hold(uris: readonly string[], options: HoldOptions): Promise<readonly LeaseOutcome[]>;
  /** @throws UsageError for what is on no member, before any is freed. */
  free(uris: readonly string[], options: { readonly signal: AbortSignal }): Promise<readonly NamedLease<undefined>[]>;
  /** @throws UsageError for what is on no member, before any is renewed. */
  keepalive(
    uris: readonly string[],
    options: { readonly intervalMs: number; readonly signal: AbortSignal },
  ): Promise<readonly NamedLease<RenewedLease>[]>;
  /** The types that a selection means. @throws UsageError for a name or a pattern of no type */
  probeTypes(selection: ProbeSelection, max: number | undefined): SelectedTypes;
  /** What `probe` would do, and cost. Launches nothing. */
  planProbe(request: ProbeRequest, options: { readonly signal: AbortSignal }): Promise<ProbePlan>;
  /** Probes, and ends whatever it launched, also when the signal aborts: the result then tells what was found. */
  probe(request: ProbeRequest, options: { readonly signal: AbortSignal } & ProbeObserver): Promise<ProbeResult>;
  /** @throws ConfigError where the file of own measurements is damaged or cannot be written */
  claimMeasured(): Promise<void>;
  /** Adds what was measured to the file of own measurements; gives its path, and of how many types there was something. */
  saveMeasured(report: ProbeReport): Promise<{ readonly path: string; readonly types: number }>;
  /** All members, usable or not; `problems` says of each unusable one what is wrong, TrustErrors among them. */
  list(options: { readonly orphans: boolean; readonly signal: AbortSignal }): Promise<ListResult>;
  /** @throws UsageError for ids that are no members, and for live leases unless `force`. */
  planTerminate(options: {
    readonly selection: TerminateSelection;
    readonly force: boolean;
    readonly signal: AbortSignal;
  }): Promise<TerminatePlan>;
  /** Ends the instances of the plan and waits until EC2 has; one result for each that was still there. */
  terminate(plan: TerminatePlan, options: { readonly signal: AbortSignal }): Promise<readonly TerminateResult[]>;
  /** Ends idle connections; the handle is not used afterwards. */
  close(): void;
}

/** What `list` gives. */
export interface ListResult {
  readonly members: readonly MemberView[];
  readonly problems: readonly ReflowEc2Error[];
}

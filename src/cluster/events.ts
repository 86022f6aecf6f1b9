import type { LeaseRelease } from "./lease/outcome.js";
import type { InstanceState, Market } from "./ports.js";

/** The steps of a launch, in order. */
export type LaunchPhase =
  "upload" | "prepare" | "launch" | "running" | "bootstrap" | "install" | "reflowlet" | "tagged" | "offer";

/**
 * What the cluster tells while it works. `atMs` is the clock's wall time. Terminals, logs and tests listen; the core
 * never prints.
 */
export type ClusterEvent = { readonly atMs: number } & (
  | { readonly kind: "members-found"; readonly count: number; readonly asked: number }
  | { readonly kind: "member-unusable"; readonly instanceId: string; readonly problem: string }
  | {
      readonly kind: "offer-accepted";
      readonly instanceId: string;
      readonly allocUri: string;
      readonly reused: boolean;
    }
  | { readonly kind: "offer-gone"; readonly instanceId: string }
  | {
      readonly kind: "plan-made";
      readonly instanceType: string;
      readonly market: Market;
      /** How many of them. */
      readonly count: number;
      /** True price of one. */
      readonly hourlyUsd: number;
      readonly reason: string;
    }
  | {
      readonly kind: "offering-refused";
      readonly instanceType: string;
      /** Absent where EC2 was to choose. */
      readonly zone: string | undefined;
      readonly market: Market;
      /** EC2's code. */
      readonly code: string;
    }
  | {
      readonly kind: "image-found";
      readonly imageId: string;
      /** When it was found to be the newest, milliseconds since 1970; absent for a configured one. */
      readonly foundMs: number | undefined;
    }
  | {
      readonly kind: "instance-launched";
      readonly instanceId: string;
      readonly instanceType: string;
      readonly zone: string;
    }
  /** One call, of those whose `launch` phase has started, is over: what it launched has been told. */
  | { readonly kind: "launch-answered" }
  | {
      readonly kind: "phase-started";
      readonly phase: LaunchPhase;
      readonly instanceId: string | undefined;
      /** Absent where it takes as long as it takes. */
      readonly limitMs: number | undefined;
    }
  | {
      readonly kind: "phase-retried";
      readonly phase: LaunchPhase;
      readonly instanceId: string;
      readonly problem: string;
    }
  | { readonly kind: "phase-done"; readonly phase: LaunchPhase; readonly instanceId: string; readonly ms: number }
  | {
      readonly kind: "upload-started";
      readonly path: string;
      readonly url: string;
      /** What an earlier run has uploaded. */
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly kind: "upload-progress";
      readonly addedBytes: number;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | { readonly kind: "upload-retried"; readonly what: string; readonly problem: string }
  | {
      readonly kind: "upload-done";
      readonly url: string;
      readonly totalBytes: number;
      /** False when it was there. */
      readonly sent: boolean;
      readonly ms: number;
    }
  | { readonly kind: "instance-terminating"; readonly instanceId: string; readonly reason: string }
  | { readonly kind: "instance-state"; readonly instanceId: string; readonly state: InstanceState }
  | { readonly kind: "cleanup-failed"; readonly instanceId: string; readonly problem: string }
  | {
      readonly kind: "lease-renewed";
      readonly allocUri: string;
      readonly grantedMs: number;
      /** Keepalives that had failed in a row before it. */
      readonly afterFailures: number;
    }
  | {
      readonly kind: "lease-trouble";
      readonly allocUri: string;
      readonly problem: string;
      /** Failures in a row, this one included. */
      readonly failures: number;
      /** Until the lease runs out. */
      readonly leftMs: number;
    }
  | { readonly kind: "lease-lost"; readonly allocUri: string; readonly why: string }
  | {
      readonly kind: "lease-ended";
      readonly allocUri: string;
      readonly release: LeaseRelease;
      /** Why it is not freed; empty when it is. */
      readonly problem: string;
      /** Until the lease of one that was left runs out. */
      readonly leftMs: number;
    }
  | { readonly kind: "warning"; readonly message: string }
);

/** An event before it has its time. */
export type ClusterEventBody = ClusterEvent extends infer E
  ? E extends ClusterEvent
    ? Omit<E, "atMs">
    : never
  : never;

/** Hears the cluster's events. What it throws is dropped. */
export type ClusterListener = (event: ClusterEvent) => void;

import type { AllocatePlan, FleetLaunch } from "../../cluster/results.js";
import type { Resources } from "../../pool/resources.js";
import { instanceJson, type InstanceJson } from "./allocate.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `allocate --dry-run -o json` prints. */
export interface AllocatePlanJson {
  readonly schemaVersion: number;
  /** Members that would serve, and how many of the allocs. */
  readonly reuse: readonly {
    readonly instance: InstanceJson;
    readonly available: Resources;
    readonly allocs: number;
  }[];
  readonly launches: readonly LaunchJson[];
  /** Allocs that would not be served, numbered from 0. */
  readonly unserved: readonly { readonly alloc: number; readonly kind: string; readonly reason: string }[];
  /** Of all launches. */
  readonly hourlyUsd: number;
  /** No fleet for the same allocs can cost less. */
  readonly boundUsd: number;
  readonly dataAsOf: string;
  /** Null where no own probe of the region had a say. */
  readonly measuredAsOf: string | null;
  /** With `--explain`: the offerings that were not considered. */
  readonly rejected?: readonly {
    readonly type: string;
    readonly zone: string | null;
    readonly market: "spot" | "on-demand";
    readonly kind: string;
    readonly reason: string;
  }[];
}

/** Instances of a kind that would be launched. */
export interface LaunchJson {
  readonly type: string;
  readonly market: "spot" | "on-demand";
  /** Null when EC2 chooses. */
  readonly zone: string | null;
  readonly count: number;
  /** How many of the allocs they serve together. */
  readonly allocs: number;
  /** What one of them will offer. */
  readonly resources: Resources;
  /** Of one of them. */
  readonly hourlyUsd: number;
  /** What `hourlyUsd` is made of. */
  readonly price: {
    readonly instanceUsd: number;
    readonly volumesUsd: number;
    readonly creditsUsd: number;
    /** `bound`: the on-demand price, as the spot price is not known. */
    readonly basis: "on-demand" | "spot" | "bound";
  };
  readonly reason: string;
}

/** The JSON form of a plan. @param explain with the offerings that were not considered */
export function allocatePlanJson(plan: AllocatePlan, explain: boolean): AllocatePlanJson {
  const { reuse, launches, unserved, hourlyUsd, boundUsd, dataAsOf, measuredAsOf, rejected } = plan;
  return {
    schemaVersion: SCHEMA_VERSION,
    reuse: reuse.map(({ instance, available, allocs }) => ({ instance: instanceJson(instance), available, allocs })),
    launches: launches.map(launchJson),
    unserved,
    hourlyUsd,
    boundUsd,
    dataAsOf,
    measuredAsOf: measuredAsOf ?? null,
    ...(explain && {
      rejected: rejected.map(({ instanceType, zone, market, kind, reason }) => ({
        type: instanceType,
        zone: zone ?? null,
        market,
        kind,
        reason,
      })),
    }),
  };
}

function launchJson({ instanceType, zone, market, count, allocs, resources, price, reason }: FleetLaunch): LaunchJson {
  const { instanceUsd, volumesUsd, creditsUsd, totalUsd, basis } = price;
  return {
    type: instanceType,
    market,
    zone: zone ?? null,
    count,
    allocs,
    resources,
    hourlyUsd: totalUsd,
    price: { instanceUsd, volumesUsd, creditsUsd, basis },
    reason,
  };
}

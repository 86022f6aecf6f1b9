import type { AllocInstance, AllocatePlan, AllocateResult } from "../../cluster/results.js";
import type { Resources } from "../../pool/resources.js";
import { SCHEMA_VERSION, timestamp } from "./schema-version.js";

/** What `allocate -o json` prints. */
export interface AllocateJson {
  readonly schemaVersion: number;
  readonly alloc: {
    readonly uri: string;
    readonly id: string;
    /** Bytes and vCPUs. */
    readonly resources: Resources;
    /** RFC 3339. */
    readonly expires: string;
  };
  readonly instance: InstanceJson;
  readonly reused: boolean;
  /** Seconds per phase, in the order they happened, `total` last. */
  readonly timings: Readonly<Record<string, number>>;
}

/** The instance of an alloc or of a plan. */
export interface InstanceJson {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly market: "spot" | "on-demand";
  readonly publicDnsName: string;
  /** Null when no price is known. */
  readonly hourlyUsd: number | null;
}

/** What `allocate --dry-run -o json` prints. */
export type AllocatePlanJson = { readonly schemaVersion: number } & (
  | { readonly action: "reuse"; readonly instance: InstanceJson; readonly available: Resources }
  | {
      readonly action: "launch";
      readonly launch: {
        readonly type: string;
        readonly market: "spot" | "on-demand";
        /** Null when EC2 chooses. */
        readonly zone: string | null;
        /** What an instance of the type will offer. */
        readonly resources: Resources;
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
        readonly dataAsOf: string;
      };
    }
);

/** The JSON form of an allocation. */
export function allocateJson(result: AllocateResult): AllocateJson {
  const { alloc } = result;
  return {
    schemaVersion: SCHEMA_VERSION,
    alloc: { uri: alloc.uri, id: alloc.id, resources: alloc.resources, expires: timestamp(alloc.expiresMs) },
    instance: instanceJson(result.instance),
    reused: result.reused,
    timings: result.timings,
  };
}

/** The JSON form of a plan. */
export function allocatePlanJson(plan: AllocatePlan): AllocatePlanJson {
  if (plan.kind === "reuse") {
    return {
      schemaVersion: SCHEMA_VERSION,
      action: "reuse",
      instance: instanceJson(plan.instance),
      available: plan.available,
    };
  }
  const { instanceType, market, zone, resources, price, reason, dataAsOf } = plan.launch;
  const { instanceUsd, volumesUsd, creditsUsd, totalUsd, basis } = price;
  return {
    schemaVersion: SCHEMA_VERSION,
    action: "launch",
    launch: {
      type: instanceType,
      market,
      zone: zone ?? null,
      resources,
      hourlyUsd: totalUsd,
      price: { instanceUsd, volumesUsd, creditsUsd, basis },
      reason,
      dataAsOf,
    },
  };
}

function instanceJson(instance: AllocInstance): InstanceJson {
  const { id, type, zone, market, publicDnsName, hourlyUsd } = instance;
  return { id, type, zone, market, publicDnsName, hourlyUsd: hourlyUsd ?? null };
}

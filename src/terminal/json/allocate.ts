import type { AllocInstance, AllocateResult } from "../../cluster/results.js";
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

/** What `allocate --count N -o json` prints for N above 1. */
export interface AllocationsJson {
  readonly schemaVersion: number;
  /** Those that were got, each as `allocate` prints one. */
  readonly allocs: readonly Omit<AllocateJson, "schemaVersion">[];
}

/** The JSON form of an allocation. */
export function allocateJson(result: AllocateResult): AllocateJson {
  return { schemaVersion: SCHEMA_VERSION, ...oneJson(result) };
}

/** The JSON form of several. */
export function allocationsJson(results: readonly AllocateResult[]): AllocationsJson {
  return { schemaVersion: SCHEMA_VERSION, allocs: results.map(oneJson) };
}

function oneJson({ alloc, instance, reused, timings }: AllocateResult): Omit<AllocateJson, "schemaVersion"> {
  return {
    alloc: { uri: alloc.uri, id: alloc.id, resources: alloc.resources, expires: timestamp(alloc.expiresMs) },
    instance: instanceJson(instance),
    reused,
    timings,
  };
}

/** The JSON form of an instance. */
export function instanceJson(instance: AllocInstance): InstanceJson {
  const { id, type, zone, market, publicDnsName, hourlyUsd } = instance;
  return { id, type, zone, market, publicDnsName, hourlyUsd: hourlyUsd ?? null };
}

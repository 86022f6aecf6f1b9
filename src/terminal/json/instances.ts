import type { CatalogDates } from "../../catalog/model.js";
import type { InstanceCatalogue } from "../../commands/shared/instance-catalogue.js";
import { type InstanceRow, interruptionRange } from "../instances-view.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `instances -o json` prints. */
export interface InstancesJson {
  readonly schemaVersion: number;
  readonly region: string;
  /** The configuration's path; null where there is none. */
  readonly config: string | null;
  /** What the configuration launches first. */
  readonly market: "spot" | "on-demand";
  /** Dates of the data; null where the region has none. */
  readonly asOf: Readonly<Record<keyof CatalogDates, string | null>>;
  readonly types: readonly InstanceTypeJson[];
}

/** One instance type. */
export interface InstanceTypeJson {
  readonly type: string;
  readonly vcpu: number;
  /** As advertised. */
  readonly memoryBytes: number;
  readonly usableMemoryBytes: number;
  readonly memorySource: "measured" | "os" | "formula";
  /** Usable, on the data volumes. */
  readonly diskBytes: number;
  readonly instanceStorageGB: number;
  readonly gpus: number;
  readonly architectures: readonly string[];
  /** MB/s that last. */
  readonly ebsMBps: number | null;
  /** The true price on demand. */
  readonly hourlyUsd: number | null;
  readonly price: { readonly instanceUsd: number; readonly volumesUsd: number; readonly creditsUsd: number } | null;
  readonly spotEstimateUsd: number | null;
  readonly interruption: string | null;
  readonly offered: boolean | null;
  readonly verified: boolean;
  readonly probeFailed: boolean;
  readonly bootSeconds: number | null;
  /** Date of the own probe that decides. */
  readonly measuredOn: string | null;
  readonly launchable: boolean;
  /** Why it is not launchable; empty when it is. */
  readonly problem: string;
  /** With `--fits`. */
  readonly fits?: boolean;
  /** With `--fits`: why not; empty when it fits. */
  readonly reason?: string;
}

/** The JSON form of instance types. */
export function instancesJson(
  { region, config, market, asOf }: Pick<InstanceCatalogue, "region" | "config" | "market" | "asOf">,
  rows: readonly InstanceRow[],
): InstancesJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    region,
    config: config.found ? config.source : null,
    market,
    asOf: {
      prices: asOf.prices,
      types: asOf.types,
      memory: asOf.memory,
      verified: asOf.verified ?? null,
      advisor: asOf.advisor ?? null,
      offerings: asOf.offerings ?? null,
      measured: asOf.measured ?? null,
    },
    types: rows.map(typeJson),
  };
}

function typeJson({ facts, diskBytes, price, spotEstimateUsd, problem, fit }: InstanceRow): InstanceTypeJson {
  return {
    type: facts.type,
    vcpu: facts.vcpu,
    memoryBytes: facts.memoryMiB * 2 ** 20,
    usableMemoryBytes: facts.usableMemoryBytes,
    memorySource: facts.memorySource,
    diskBytes,
    instanceStorageGB: facts.instanceStorageGB,
    gpus: facts.gpus,
    architectures: facts.architectures,
    ebsMBps: facts.ebsBaselineMBps ?? null,
    hourlyUsd: price?.totalUsd ?? null,
    price:
      price === undefined
        ? null
        : { instanceUsd: price.instanceUsd, volumesUsd: price.volumesUsd, creditsUsd: price.creditsUsd },
    spotEstimateUsd: spotEstimateUsd ?? null,
    interruption: interruptionRange(facts) ?? null,
    offered: facts.offered ?? null,
    verified: facts.verified,
    probeFailed: facts.probeFailed,
    bootSeconds: facts.bootSeconds ?? null,
    measuredOn: facts.measuredOn ?? null,
    launchable: problem === "",
    problem,
    ...(fit !== undefined && { fits: fit.fits, reason: fit.reason }),
  };
}

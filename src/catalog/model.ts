/** What is known of instance types, whatever the region, and as one region sells them. */

/** How capacity is bought. */
export type Market = "spot" | "on-demand";

/** Processor architectures in EC2's words. */
export type Architecture = "x86_64" | "arm64" | "i386";

/** Facts of an instance type that hold in every region. */
export interface TypeFacts {
  readonly type: string;
  readonly vcpu: number;
  /** What AWS advertises; the operating system sees less. */
  readonly memoryMiB: number;
  /** What the operating system sees: measured where we have it, else a cautious estimate. */
  readonly osMemoryBytes: number;
  /** Whether `osMemoryBytes` was measured. */
  readonly osMemoryMeasured: boolean;
  readonly architectures: readonly Architecture[];
  /** AWS's flag; false does not mean unusable (c5 and m5 carry false by 2026). */
  readonly generationCurrent: boolean;
  readonly bareMetal: boolean;
  /** Earns CPU credits, and pays for those beyond. */
  readonly burstable: boolean;
  readonly ebsOptimized: "default" | "supported" | "unsupported";
  /** EBS volumes show up as NVMe devices. */
  readonly ebsNvme: boolean;
  /** MB/s that last; absent where EBS optimization is unsupported. */
  readonly ebsBaselineMBps?: number | undefined;
  /** MB/s in bursts. */
  readonly ebsMaxMBps?: number | undefined;
  /** Over all instance store disks. */
  readonly instanceStorageGB: number;
  /** A fraction where a GPU is shared. */
  readonly gpus: number;
  readonly spotSupported: boolean;
  /** CPU features in Reflow's words. What is listed is there; what is not listed is not known. */
  readonly features: readonly string[];
  /**
   * Reflow tried the type, and it came up with a usable reflowlet nowhere. In a region's catalogue our own newest probe
   * there decides, where there is one.
   */
  readonly probeFailed: boolean;
}

/** An instance type as one region sells it. */
export interface CatalogType extends TypeFacts {
  /** List price an hour: Linux, shared tenancy. */
  readonly onDemandUsd?: number | undefined;
  /** Whether the region offers it; undefined where that is not known. */
  readonly offered: boolean | undefined;
  /** Spot saving off the on-demand price, as AWS's Spot Advisor last had it. */
  readonly spotSavingsPct?: number | undefined;
  /** Interruption frequency: 0 is below 5 %, 1 below 10 %, 2 below 15 %, 3 below 20 %, 4 the rest. */
  readonly interruption?: 0 | 1 | 2 | 3 | 4 | undefined;
  /** What may be planned with: at most what its reflowlet will offer. */
  readonly usableMemoryBytes: number;
  /** `measured` by a probe in this region; on an `os` somewhere; by `formula` from the advertised size. */
  readonly memorySource: "measured" | "os" | "formula";
  /** A probe in this region ended with a usable reflowlet. */
  readonly verified: boolean;
  /** Seconds from launch to a usable reflowlet in that probe. */
  readonly bootSeconds?: number | undefined;
  /** Date (`2026-11-25`) of our own probe, where it decides on `verified` and `probeFailed`. */
  readonly measuredOn?: string | undefined;
  /** How dear the region is against us-east-1 (1): the median over its types. Prices of volumes are scaled by it. */
  readonly priceLevel: number;
}

/** A region's instance types. */
export interface Catalog {
  readonly region: string;
  /** By type name. */
  readonly types: ReadonlyMap<string, CatalogType>;
  /** Dates (`2026-08-02`) of the data. */
  readonly asOf: CatalogDates;
}

/** How old each part of a catalogue is; undefined where the region has no such data. */
export interface CatalogDates {
  readonly prices: string;
  readonly types: string;
  /** The memory that operating systems saw. */
  readonly memory: string;
  /** Reflow's probes in the region. */
  readonly verified: string | undefined;
  /** Spot interruption and savings. */
  readonly advisor: string | undefined;
  readonly offerings: string | undefined;
  /** The newest of our own probes in the region that decide on something. */
  readonly measured?: string | undefined;
}

import type { CatalogDates, CatalogType, Market } from "../../catalog/model.js";
import type { TruePrice } from "../../catalog/true-price.js";
import type { Resources } from "../../pool/resources.js";
import type { ClusterHandle } from "./cluster-handle.js";

/** The instance types of a region as a configuration sees them. Nothing is asked of AWS. */
export interface InstanceCatalogue {
  readonly config: ClusterHandle["config"] & {
    /** There is such a file; otherwise defaults stand for it. */
    readonly found: boolean;
  };
  readonly region: string;
  /** What the configuration launches first. */
  readonly market: Market;
  /** How old the data is. */
  readonly asOf: CatalogDates;
  /** Every type that the data knows. */
  readonly types: readonly InstanceTypeView[];
  /** For each type whether an alloc of this size could be launched on it by itself, and why not. */
  judge(need: Resources, maxUsd: number | undefined): ReadonlyMap<string, FitVerdict>;
}

/** One type with what the configuration makes of it. */
export interface InstanceTypeView {
  readonly facts: CatalogType;
  /** What the file system on its data volumes offers. */
  readonly diskBytes: number;
  /** On demand; undefined where no price is known. */
  readonly price: TruePrice | undefined;
  /** The true price by the saving that spot last had on average; undefined where it is not known. */
  readonly spotEstimateUsd: number | undefined;
  /** Why it may not be launched, whatever is needed; empty when it may. */
  readonly problem: string;
}

/** Whether a need fits a type. */
export interface FitVerdict {
  readonly fits: boolean;
  /** Why not; empty when it fits. */
  readonly reason: string;
}

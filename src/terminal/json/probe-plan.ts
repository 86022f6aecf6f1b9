import type { ProbeSkip } from "../../cluster/probe/model.js";
import type { ProbePlan } from "../../cluster/probe/plan.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `probe --dry-run -o json` prints. */
export interface ProbePlanJson {
  readonly schemaVersion: number;
  readonly types: readonly {
    readonly type: string;
    readonly samples: number;
    /** In the order in which they would be tried. */
    readonly places: readonly {
      readonly market: "spot" | "on-demand";
      /** Null where EC2 would choose. */
      readonly zone: string | null;
      readonly hourlyUsd: number;
      /** `bound`: the on-demand price, as the spot price is not known. */
      readonly priceBasis: "on-demand" | "spot" | "bound";
    }[];
    readonly usualUsd: number;
    readonly mostUsd: number;
  }[];
  readonly skipped: readonly ProbeSkip[];
  readonly usualUsd: number;
  readonly mostUsd: number;
}

/** The JSON form of a plan. */
export function probePlanJson({ types, skipped, usualUsd, mostUsd }: ProbePlan): ProbePlanJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    types: types.map(({ places, ...type }) => ({
      ...type,
      places: places.map(({ market, zone, hourlyUsd, priceBasis }) => ({
        market,
        zone: zone ?? null,
        hourlyUsd,
        priceBasis,
      })),
    })),
    skipped,
    usualUsd,
    mostUsd,
  };
}

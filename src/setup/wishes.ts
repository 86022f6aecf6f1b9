import type { ReflowConfig } from "../config/model.js";
import type { SetupWishes } from "./model.js";

/** Wishes, completed by fallbacks where neither they nor the configuration say anything. */
export function withFallbacks(
  wishes: SetupWishes,
  fallbacks: SetupWishes,
  config: ReflowConfig | undefined,
): SetupWishes {
  const stated: SetupWishes = {
    bucket: config?.repositoryBucket,
    image: config?.own.image ?? config?.own.binary,
    reflowVersion: config?.version,
    createProfile: config?.cluster.instanceProfile,
  };
  const keys = Object.keys(fallbacks) as (keyof SetupWishes)[];
  const used = keys.filter((key) => wishes[key] === undefined && stated[key] === undefined);
  return { ...wishes, ...Object.fromEntries(used.map((key) => [key, fallbacks[key]])) };
}

import type { ClusterSettings } from "../settings.js";
import { probeClusterName } from "../tags.js";

/**
 * A cluster's settings for what is launched only to be measured: under a name of its own, and ending by its deadline
 * whatever runs on it. Everything else is as members have it, so that what is measured is what members will do.
 */
export function probeSettings(settings: ClusterSettings): ClusterSettings {
  return { ...settings, name: probeClusterName(settings.name), launch: { ...settings.launch, isProbe: true } };
}

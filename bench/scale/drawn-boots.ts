import { Chance } from "../../src/sandbox/scenario/chance.js";
import { InstanceFates } from "../../src/sandbox/scenario/instance-fate.js";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import { defaultTimings } from "../../src/sandbox/timings.js";

/** The user-data itself pauses between the making of the group and of the volume (src/userdata/storage.ts). */
const STORAGE_PAUSE_MS = 1_000;

/**
 * How long each of the first `count` launches of a scenario with a seed takes at least: from its launch until its
 * reflowlet listens, if nothing took any time but what the scenario draws and that pause.
 */
export function drawnBootsMs(scenario: Scenario & { readonly seed: number }, count: number): readonly number[] {
  const fates = new InstanceFates(scenario, new Chance(scenario.seed), () => 0, defaultTimings);
  return Array.from({ length: count }, () => {
    const { pendingMs, machine } = fates.next({ type: "c6a.large", zone: "us-west-2a", market: "on-demand" }).timings;
    const { osBootMs, downloadMs, formatMs, installMs, reflowletStartMs } = machine;
    return pendingMs + osBootMs + STORAGE_PAUSE_MS + formatMs + downloadMs + installMs + reflowletStartMs;
  });
}

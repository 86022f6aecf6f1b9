import { allocatePlanText, allocateText } from "../../terminal/allocate-view.js";
import { allocateJson, allocatePlanJson } from "../../terminal/json/allocate.js";
import type { World } from "../../world.js";
import type { AllocateOptions } from "../shared/cluster-handle.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { DEFAULT_TIMEOUT_MS } from "../shared/timeout.js";
import { withCluster } from "../shared/with-cluster.js";
import { type Result, writeResult } from "../shared/write-result.js";
import type { AllocateFlags } from "./options.js";

/** Reserves resources, or with `--dry-run` tells what would be done. */
export async function runAllocate(world: World, globals: GlobalOptions, flags: AllocateFlags): Promise<void> {
  await withCluster(world, globals, world.signal, async ({ cluster, console }) => {
    const { progress, stdoutColors: colors, stdoutColumns: columns } = console;
    const requirements = { min: flags.min, width: 0 };
    const options: AllocateOptions = {
      type: flags.type,
      labels: flags.labels,
      signal: world.signal,
      timeoutMs: globals.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    };
    const style = () => ({ nowMs: world.clock.nowMs(), columns, colors });
    progress.waitFor("looking at the members' offers");
    let result: Result;
    if (flags.dryRun) {
      const plan = await cluster.planAllocate(requirements, options);
      result = {
        text: () => allocatePlanText(plan, style()),
        data: () => allocatePlanJson(plan),
        names: () => [plan.kind === "reuse" ? plan.instance.id : plan.launch.instanceType],
      };
    } else {
      const allocated = await cluster.allocate(requirements, options);
      result = {
        text: () => allocateText(allocated, style()),
        data: () => allocateJson(allocated),
        names: () => [allocated.alloc.uri],
      };
    }
    progress.stop();
    await writeResult(world.stdout, globals.output, result);
  });
}

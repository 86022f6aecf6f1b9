import { PartialError } from "../../errors.js";
import type { TerminateResult } from "../../cluster/results.js";
import { terminateJson } from "../../terminal/json/terminate.js";
import { terminatePreview, terminateSummary, terminateTable } from "../../terminal/terminate-view.js";
import type { World } from "../../world.js";
import { confirm } from "../shared/confirm.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { DEFAULT_TIMEOUT_MS } from "../shared/timeout.js";
import { type ClusterSession, withCluster } from "../shared/with-cluster.js";
import { writeResult } from "../shared/write-result.js";
import type { TerminateFlags } from "./options.js";

/** Shows what would go, asks, ends it, and waits until it is gone. */
export async function runTerminate(world: World, globals: GlobalOptions, flags: TerminateFlags): Promise<void> {
  await withCluster(world, globals, world.signal, async (session) => {
    const results = await endMembers(world, globals, flags, session);
    const { stdoutColumns: columns, stdoutColors: colors } = session.console;
    await writeResult(world.stdout, globals.output, {
      text: () => (results.length === 0 ? "" : terminateTable(results, { columns, colors })),
      data: () => terminateJson(results),
      names: () => results.map(({ id }) => id),
    });
    const left = results.filter(({ to }) => to !== "terminated" && to !== "shutting-down");
    if (left.length > 0) {
      throw new PartialError(`not ended: ${left.map(({ id, to }) => `${id} (${to})`).join(", ")}`, {
        hint: "Run the command again for these.",
      });
    }
  });
}

async function endMembers(
  world: World,
  globals: GlobalOptions,
  flags: TerminateFlags,
  { cluster, console }: ClusterSession,
): Promise<readonly TerminateResult[]> {
  const { progress, stderrColors: colors, stderrColumns: columns } = console;
  const limitMs = globals.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const startMs = world.clock.monotonicMs();
  progress.waitFor("looking at the members");
  const { selection, force } = flags;
  let plan = await withTimeLimit(world, limitMs, "terminate", (signal) =>
    cluster.planTerminate({ selection, force, signal }),
  );
  const lookedMs = world.clock.monotonicMs() - startMs;
  progress.stop();
  if (plan.instances.length === 0) {
    progress.note(`no members in ${cluster.region}: nothing to end`);
    return [];
  }
  const summary = terminateSummary(plan.instances);
  if (flags.yes) progress.note(`terminating ${summary}`);
  else {
    world.stderr.write(await terminatePreview(plan.instances, { nowMs: world.clock.nowMs(), columns, colors }));
    await confirm(world, "Terminate?", world.signal);
  }
  // The time that the user takes to answer does not count, and others may have leased meanwhile what was to go.
  const end = async (signal: AbortSignal): Promise<readonly TerminateResult[]> => {
    if (!flags.yes) plan = await cluster.planTerminate({ selection: { kind: "planned", plan }, force, signal });
    progress.waitFor("waiting until they are gone");
    const results = await cluster.terminate(plan, { signal });
    progress.stop();
    return results;
  };
  return withTimeLimit(world, limitMs, "terminate", end, lookedMs);
}

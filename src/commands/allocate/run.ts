import { allocateText } from "../../terminal/allocate-view.js";
import { allocatePlanText } from "../../terminal/allocate-plan-view.js";
import { allocationsTable } from "../../terminal/allocations-view.js";
import { allocateJson, allocationsJson } from "../../terminal/json/allocate.js";
import { allocatePlanJson } from "../../terminal/json/allocate-plan.js";
import type { World } from "../../world.js";
import type { AllocateOptions } from "../shared/cluster-handle.js";
import { exitCodeAround, ownExitCode } from "../shared/exit-code.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { DEFAULT_TIMEOUT_MS } from "../shared/timeout.js";
import { type ClusterSession, withCluster } from "../shared/with-cluster.js";
import { type Result, writeResult } from "../shared/write-result.js";
import { type Allocated, allocateMany } from "./allocate-many.js";
import { holdAllocs } from "./hold.js";
import type { AllocateFlags } from "./options.js";
import { type RunLog, withStatusFile } from "./run-log.js";
import { refuseUnrunnable, runWithAllocs } from "./run-with-allocs.js";

/**
 * Reserves resources, or with `--dry-run` tells what would be done; then prints the alloc, holds it, or runs a command with
 * it. Gives the exit code, which with a command is the command's.
 */
export async function runAllocate(world: World, globals: GlobalOptions, flags: AllocateFlags): Promise<number> {
  const { afterwards } = flags;
  const exitCodeOf = afterwards.kind === "run" ? exitCodeAround : ownExitCode;
  const statusFile = afterwards.kind === "print" ? undefined : afterwards.statusFile;
  return withStatusFile(world, statusFile, exitCodeOf, async (log) => {
    // Before anything is launched and paid for.
    if (afterwards.kind === "run") await refuseUnrunnable(world, afterwards.command);
    let code = 0;
    await withCluster(world, globals, world.signal, async (session) => {
      code = await allocateAnd(world, globals, flags, session, log);
    });
    return code;
  });
}

async function allocateAnd(
  world: World,
  globals: GlobalOptions,
  flags: AllocateFlags,
  session: ClusterSession,
  log: RunLog,
): Promise<number> {
  const { cluster, console } = session;
  const { progress, stdoutColors: colors, stdoutColumns: columns } = console;
  const { afterwards } = flags;
  const { requirements, count, constraints, labels } = flags;
  const options: AllocateOptions = {
    constraints,
    labels,
    signal: world.signal,
    timeoutMs: globals.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
  const style = () => ({ nowMs: world.clock.nowMs(), columns, colors });
  progress.waitFor("looking at the members' offers");
  if (flags.dryRun) {
    const plan = await cluster.planAllocate(requirements, count, options);
    progress.stop();
    await writeResult(world.stdout, globals.output, {
      text: () => allocatePlanText(plan, { ...style(), explain: flags.explain }),
      data: () => allocatePlanJson(plan, flags.explain),
      names: () => [...plan.reuse.map(({ instance }) => instance.id), ...plan.launches.map((one) => one.instanceType)],
    });
    return 0;
  }
  const wholly = afterwards.kind !== "print";
  const { results, problem } = await allocateMany(world.clock, cluster, requirements, { count, wholly, ...options });
  progress.stop();
  switch (afterwards.kind) {
    case "print":
      await writeResult(world.stdout, globals.output, allocationResult(results, count, style));
      if (problem !== undefined) throw problem;
      return 0;
    case "hold":
      return holdAllocs(world, session, results, log, async () => {
        await writeResult(world.stdout, globals.output, allocationResult(results, count, style));
        // Who waits for the URI must have it now, not at the end.
        await world.flush();
      });
    case "run":
      // The terminal is the command's.
      progress.leave();
      return runWithAllocs(world, session, results, afterwards, log, async () => {
        if (globals.quiet) return;
        const { stderrColors, stderrColumns } = console;
        const onStderr = () => ({ nowMs: world.clock.nowMs(), columns: stderrColumns, colors: stderrColors });
        await writeResult(world.stderr, globals.output, allocationResult(results, count, onStderr));
      });
  }
}

/** One alloc is printed with all that is known of it, several as a table. @param count how many were asked for */
function allocationResult(
  results: Allocated["results"],
  count: number,
  style: () => Parameters<typeof allocateText>[1],
): Result {
  const [first] = results;
  return {
    text: () => (count === 1 ? allocateText(first, style()) : allocationsTable(results, style())),
    data: () => (count === 1 ? allocateJson(first) : allocationsJson(results)),
    names: () => results.map(({ alloc }) => alloc.uri),
  };
}

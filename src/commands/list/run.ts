import { TrustError } from "../../errors.js";
import { listJson } from "../../terminal/json/list.js";
import { listTable } from "../../terminal/list-view.js";
import type { World } from "../../world.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { withCluster } from "../shared/with-cluster.js";
import { writeResult } from "../shared/write-result.js";
import type { ListFlags } from "./options.js";

/**
 * Shows all members. Those that do not answer are warned about; one that is of another authority makes the command
 * fail after everything has been shown.
 */
export async function runList(world: World, globals: GlobalOptions, { orphans }: ListFlags): Promise<void> {
  await withTimeLimit(world, globals.timeoutMs, "list", (signal) =>
    withCluster(
      world,
      globals,
      signal,
      async ({ cluster, console }) => {
        const { progress } = console;
        progress.waitFor("asking the members");
        const { members, problems } = await cluster.list({ orphans, signal });
        progress.stop();
        if (members.length === 0) progress.note(`no ${orphans ? "orphans" : "members"} in ${cluster.region}`);
        await writeResult(world.stdout, globals.output, {
          text: (wide) =>
            members.length === 0
              ? ""
              : listTable(members, {
                  nowMs: world.clock.nowMs(),
                  columns: console.stdoutColumns,
                  wide,
                  colors: console.stdoutColors,
                }),
          data: () => listJson(members),
          names: () => members.map(({ id }) => id),
        });
        const distrust = problems.find((problem) => problem instanceof TrustError);
        for (const problem of problems) if (problem !== distrust) progress.warn(problem.message);
        if (distrust !== undefined) throw distrust;
      },
      // Its problems come with the result.
      ({ kind }) => kind !== "member-unusable",
    ),
  );
}

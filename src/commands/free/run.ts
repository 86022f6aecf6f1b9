import { freeJson } from "../../terminal/json/lease.js";
import { freeTable } from "../../terminal/lease-view.js";
import type { World } from "../../world.js";
import { finishLeases } from "../shared/finish-leases.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { withCluster } from "../shared/with-cluster.js";
import { writeResult } from "../shared/write-result.js";
import type { FreeFlags } from "./options.js";

/** Frees allocs by their URIs, each whatever becomes of the others. */
export async function runFree(world: World, globals: GlobalOptions, { uris }: FreeFlags): Promise<void> {
  await withTimeLimit(world, globals.timeoutMs, "free", (signal) =>
    withCluster(world, globals, signal, async ({ cluster, console }) => {
      const { progress, stdoutColumns: columns, stdoutColors: colors } = console;
      progress.waitFor("freeing");
      const results = await cluster.free(uris, { signal });
      progress.stop();
      await writeResult(world.stdout, globals.output, {
        text: () => freeTable(results, { columns, colors }),
        data: () => freeJson(results),
        names: () => results.flatMap(({ kind, uri }) => (kind === "done" ? [uri] : [])),
      });
      finishLeases(results, progress, "freed");
    }),
  );
}

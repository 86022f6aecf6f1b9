import { keepaliveJson } from "../../terminal/json/lease.js";
import { keepaliveTable } from "../../terminal/lease-view.js";
import type { World } from "../../world.js";
import { finishLeases } from "../shared/finish-leases.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { withCluster } from "../shared/with-cluster.js";
import { writeResult } from "../shared/write-result.js";
import type { KeepaliveFlags } from "./options.js";

/** Renews leases by their allocs' URIs, once, each whatever becomes of the others. */
export async function runKeepalive(world: World, globals: GlobalOptions, flags: KeepaliveFlags): Promise<void> {
  const { uris, intervalMs } = flags;
  await withTimeLimit(world, globals.timeoutMs, "keepalive", (signal) =>
    withCluster(world, globals, signal, async ({ cluster, console }) => {
      const { progress, stdoutColumns: columns, stdoutColors: colors } = console;
      progress.waitFor("renewing");
      const results = await cluster.keepalive(uris, { intervalMs, signal });
      progress.stop();
      await writeResult(world.stdout, globals.output, {
        text: () => keepaliveTable(results, { columns, colors }),
        data: () => keepaliveJson(results),
        names: () => results.flatMap(({ kind, uri }) => (kind === "done" ? [uri] : [])),
      });
      finishLeases(results, progress, "renewed");
    }),
  );
}

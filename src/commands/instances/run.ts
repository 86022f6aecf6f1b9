import { counted } from "../../lib/counted.js";
import { dataDatesText, instancesTable } from "../../terminal/instances-view.js";
import { instancesJson } from "../../terminal/json/instances.js";
import type { World } from "../../world.js";
import { LEVELS, openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { resolveTarget } from "../shared/sandbox-target.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";
import type { InstancesFlags } from "./options.js";
import { selectInstances } from "./select.js";

/** Shows the instance types that the flags mean. Asks nothing of AWS. */
export async function runInstances(world: World, globals: GlobalOptions, flags: InstancesFlags): Promise<void> {
  const console = await openConsole(world, globals);
  const { progress } = console;
  try {
    await withTimeLimit(world, globals.timeoutMs, "instances", async (signal) => {
      const target = await resolveTarget(world, globals, progress, signal);
      const catalogue = await world.openInstanceCatalogue(target, { signal, onEvent: progress.onEvent });
      const { config, region, asOf } = catalogue;
      if (!globals.quiet && globals.verbosity === 0) progress.setLevel(LEVELS[config.logLevel]);
      for (const warning of config.warnings) progress.warn(warning);
      const rows = selectInstances(catalogue, flags);
      await writeResult(world.stdout, globals.output, {
        text: (wide) =>
          rows.length === 0
            ? ""
            : instancesTable(rows, { wide, columns: console.stdoutColumns, colors: console.stdoutColors }),
        data: () => instancesJson(catalogue, rows),
        names: () => rows.map(({ facts }) => facts.type),
      });
      if (rows.length === 0) progress.note(`no type in ${region} is like that`);
      if (!config.found) {
        progress.note(`there is no ${config.source}: default volumes and types stand for the configuration`);
      }
      // Programs find it in the data.
      if (globals.output === "table" || globals.output === "wide") {
        progress.note(`${counted(rows.length, "type")} in ${region}; ${dataDatesText(asOf)}`);
      }
    });
  } finally {
    progress.stop();
  }
}

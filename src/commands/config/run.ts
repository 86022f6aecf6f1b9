import type { World } from "../../world.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";
import type { ConfigTask } from "./options.js";

/** Shows, checks or changes the configuration. Gives exit code 2 where a file has mistakes. */
export async function runConfig(world: World, globals: GlobalOptions, task: ConfigTask): Promise<number | void> {
  return withTimeLimit(world, globals.timeoutMs, `config ${task.kind}`, async (signal) => {
    switch (task.kind) {
      case "show":
        return (await import("./show.js")).showConfig(world, globals, task.keys, signal);
      case "validate":
        return (await import("./validate.js")).validateFiles(world, globals, task.files, signal);
      case "set":
        return (await import("./set.js")).setValue(world, globals, task, signal);
      case "schema":
        return writeSchema(world, globals);
    }
  });
}

async function writeSchema(world: World, { output }: GlobalOptions): Promise<void> {
  const { configJsonSchema } = await import("../../config/schema.js");
  const schema = configJsonSchema();
  await writeResult(world.stdout, output, {
    text: () => `${JSON.stringify(schema, undefined, 2)}\n`,
    data: () => schema,
    names: () => [String(schema["$schema"])],
  });
}

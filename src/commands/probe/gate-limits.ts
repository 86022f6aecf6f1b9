import type { GateLimits } from "../../cluster/probe/gates.js";
import { errorText, UsageError } from "../../errors.js";
import { readProbeJson } from "../../terminal/json/read-probe.js";
import type { World } from "../../world.js";
import type { GateFlags } from "./options.js";

/** The gates that were asked for. @throws UsageError for a baseline that cannot be read */
export async function gateLimits(world: World, { failOver, baseline, minMemoryRatio }: GateFlags): Promise<GateLimits> {
  if (baseline === undefined) return { failOver, minMemoryRatio };
  const { file, maxRegression: share } = baseline;
  const text = await world.readFile(file).catch((error: unknown) => {
    throw new UsageError(`--baseline '${file}' cannot be read: ${errorText(error)}`, {
      hint: "Name a file that 'reflow-ec2 probe -o json' has written.",
      cause: error,
    });
  });
  return { failOver, minMemoryRatio, regression: { baseline: readProbeJson(text, file), share } };
}

import { UsageError } from "../../errors.js";
import type { World } from "../../world.js";
import type { RunningSandbox } from "./sandbox-control.js";

/**
 * A sandbox that runs, in the region of `--region` where that is given; started now if there was none.
 * @throws UsageError when that can be no region, or the sandbox that runs is of another.
 */
export async function ensureSandbox(
  world: World,
  region: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly sandbox: RunningSandbox; readonly started: boolean }> {
  // Before there is a sandbox there is no configuration that the flag would be checked with.
  if (region !== undefined && !/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) {
    throw new UsageError(`--region '${region}' is not the name of a region`, {
      hint: "For example --region us-west-2.",
    });
  }
  const result = await world.sandbox.ensure(region, signal);
  if (region !== undefined && region !== result.sandbox.region) {
    throw new UsageError(`the sandbox runs in ${result.sandbox.region}, not in ${region}`, {
      hint: `Leave out --region, or end it with 'reflow-ec2 sandbox stop' for a new one in ${region}.`,
    });
  }
  return result;
}

import { join } from "node:path";
import type { Progress } from "../../terminal/progress.js";
import type { World } from "../../world.js";
import type { ClusterTarget } from "./cluster-handle.js";
import { ensureSandbox } from "./ensure-sandbox.js";
import type { GlobalOptions } from "./global-options.js";

/**
 * Which cluster the flags mean. With `--sandbox` that is one in the sandbox, which is started when none runs and said
 * so; its ready-made configuration is used where the user has none.
 */
export async function resolveTarget(
  world: World,
  globals: GlobalOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<ClusterTarget> {
  const { config, cluster, region, profile, endpointUrl } = globals;
  if (!globals.sandbox) {
    const own = { webPrefix: undefined, measured: undefined, credentials: undefined };
    return { config, cluster, region, profile, endpointUrl, ...own };
  }
  progress.waitFor("looking for the sandbox, or starting it");
  const { sandbox, started } = await ensureSandbox(world, region, signal);
  progress.stop();
  // Whoever rehearses must know it, however quiet the command is.
  world.stderr.write(
    `sandbox: EC2 on this machine at ${sandbox.endpoint}; nothing here is real` +
      `${started ? "; started now, 'reflow-ec2 sandbox stop' ends it" : ""}\n`,
  );
  return {
    config: config ?? ((await hasOwnConfig(world)) ? undefined : sandbox.config),
    cluster,
    region: sandbox.region,
    profile,
    endpointUrl: sandbox.endpoint,
    webPrefix: `${sandbox.endpoint}/web/`,
    // A rehearsal must never teach the real catalogue, whichever configuration is used.
    measured: join(sandbox.stateDirectory, "reflow-ec2-measured.json"),
    credentials: sandbox.credentials,
  };
}

/** A configuration that is named by the environment counts even where its file is missing: that is to be told. */
async function hasOwnConfig(world: World): Promise<boolean> {
  const named = world.env.REFLOW_EC2_CONFIG ?? "";
  return named !== "" || (await world.fileExists(join(world.home, ".reflow", "config.yaml")));
}

import { loadInstanceTypeNames } from "../../catalog/load-catalog.js";
import type { LoadContext } from "../../config/load-config.js";
import { findConfigPath, readDefaultPublicKey } from "../../config/read-config.js";
import type { World } from "../../world.js";
import type { GlobalOptions } from "../shared/global-options.js";

/** The path of the configuration in force. */
export function configPath({ env, home }: World, flag: string | undefined): string {
  return findConfigPath({ flag, env, home });
}

/** What a file is checked in by itself, without flags and environment. */
export async function fileContext({ home, login }: World, source: string): Promise<LoadContext> {
  const types = await loadInstanceTypeNames();
  return { source, home, login, flags: {}, env: {}, knownInstanceType: (type) => types.has(type) };
}

/** What the configuration in force is read in. */
export async function contextInForce(
  world: World,
  source: string,
  flags: Pick<GlobalOptions, "cluster" | "region">,
): Promise<LoadContext> {
  const [context, defaultPublicKey] = await Promise.all([fileContext(world, source), readDefaultPublicKey(world.home)]);
  return { ...context, env: world.env, flags: { cluster: flags.cluster, region: flags.region }, defaultPublicKey };
}

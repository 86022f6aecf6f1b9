import type { ClusterContext } from "../cluster/context.js";
import type { ReflowConfig } from "../config/model.js";
import type { Web } from "../web/web-client.js";
import type { Clock } from "../lib/clock.js";
import { imageCache } from "./image-cache.js";

interface WebSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Buffer;
}

/**
 * What a launch asks of public addresses: Flatcar's feed, and whether the bootstrap is there. Behind an endpoint of the
 * user's own (an emulator, a test) there is another world than the public one, so nothing of it is asked there; a
 * sandbox has a web of its own. What the feed says of a sandbox is forgotten with it.
 */
export function webChecks(
  { env, home, clock, randomBytes }: WebSurroundings,
  { endpointUrl, webPrefix }: { readonly endpointUrl?: string | undefined; readonly webPrefix?: string | undefined },
  config: ReflowConfig,
): Pick<ClusterContext, "imageFeed" | "imageCache" | "checkBootstrap"> {
  const ownEndpoint = endpointUrl ?? (env["AWS_ENDPOINT_URL_EC2"] || env["AWS_ENDPOINT_URL"]);
  if (ownEndpoint !== undefined && webPrefix === undefined) return {};
  const web: Web = { prefix: webPrefix, clock };
  return {
    // Loaded by the first launch.
    imageFeed: {
      newest: async (architecture, signal) =>
        (await import("../web/flatcar-feed.js")).flatcarFeed(web).newest(architecture, signal),
    },
    imageCache: webPrefix === undefined ? imageCache(env, home, randomBytes) : undefined,
    checkBootstrap: async (signal) =>
      (await import("../web/bootstrap-check.js")).bootstrapCheck(web, config.bootstrapUrl)(signal),
  };
}

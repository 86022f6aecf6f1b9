import type { Architecture, CatalogType } from "../../catalog/model.js";
import { ConfigError } from "../../errors.js";
import type { ClusterContext } from "../context.js";
import { newestFlatcar, FLATCAR_HINT } from "./flatcar.js";
import { isThere, lookAtImage } from "./look-at-image.js";

/** The image to launch, and how it was come by. */
export interface FoundImage {
  readonly id: string;
  /** When it was found to be the newest, milliseconds since 1970; absent for a configured one. */
  readonly foundMs: number | undefined;
}

/** A newest image is looked for anew after this long: Flatcar releases every few weeks. */
const FRESH_MS = 24 * 60 * 60_000;

/**
 * The image to launch: the configured one, which is looked at, else the newest stable Flatcar of the region for the
 * type's architecture, remembered for a day.
 * @throws ConfigError for an image that is not there, not available or of another architecture, and when the region has
 * none; EndpointError; the signal's reason.
 */
export async function findImage(
  context: ClusterContext,
  instanceType: string,
  signal: AbortSignal,
): Promise<FoundImage> {
  const { settings, catalog } = context;
  const type = catalog.types.get(instanceType);
  const { imageId } = settings.launch;
  if (imageId !== undefined) {
    await checkConfigured(context, imageId, type, signal);
    return { id: imageId, foundMs: undefined };
  }
  return findNewest(context, architectureFor(settings.architectures, type), signal);
}

async function findNewest(
  context: ClusterContext,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<FoundImage> {
  const { clock, imageCache, settings } = context;
  const cached = await imageCache?.read(settings.region, architecture);
  const ageMs = clock.nowMs() - (cached?.foundMs ?? -Infinity);
  if (cached !== undefined && ageMs >= 0 && ageMs < FRESH_MS) {
    if (await isThere(context, cached.id, signal)) return cached;
  }
  const found = { id: await newestFlatcar(context, architecture, signal), foundMs: clock.nowMs() };
  await imageCache?.write(settings.region, architecture, found);
  return found;
}

async function checkConfigured(
  context: ClusterContext,
  id: string,
  type: CatalogType | undefined,
  signal: AbortSignal,
): Promise<void> {
  const image = await lookAtImage(context, id, signal);
  if (image === "hidden") return;
  const wrong = (message: string, hint: string): ConfigError => new ConfigError(message, [], { hint });
  if (image === undefined) {
    throw wrong(
      `the image ${id} is not in ${context.settings.region}, or is not shared with this account`,
      FLATCAR_HINT,
    );
  }
  if (image.state !== "available") {
    throw wrong(`the image ${id} (${image.name}) cannot be launched: it is ${image.state}`, FLATCAR_HINT);
  }
  if (type === undefined || type.architectures.some((one) => one === image.architecture)) return;
  throw wrong(
    `the image ${id} (${image.name}) is for ${image.architecture}, and a ${type.type} is ${type.architectures.join(" and ")}`,
    "name an image of the other architecture with `ec2cluster: ami`, or types of this one with `ec2cluster: instancetypes`",
  );
}

/** What an image for the type must be of: the first allowed architecture that it runs. */
export function architectureFor(allowed: readonly Architecture[], type: CatalogType | undefined): Architecture {
  return allowed.find((wanted) => type?.architectures.includes(wanted)) ?? allowed[0] ?? "x86_64";
}

import { ConfigError } from "../../errors.js";
import type { ClusterContext } from "../context.js";
import type { MachineImage } from "../ports.js";

/** Flatcar's publishing account. */
const FLATCAR_OWNER = "075585003325";
const FLATCAR_NAMES = "Flatcar-stable-*-hvm*";

/**
 * The image to launch: the configured one, else the newest Flatcar stable of the region for the type's architecture.
 * @throws ConfigError when the region has none.
 */
export async function findImage(context: ClusterContext, instanceType: string, signal: AbortSignal): Promise<string> {
  const { settings, catalog } = context;
  if (settings.launch.imageId !== undefined) return settings.launch.imageId;
  const architectures = catalog.types.get(instanceType)?.architectures ?? ["x86_64"];
  const architecture = settings.architectures.find((wanted) => architectures.includes(wanted)) ?? "x86_64";
  const images = await context.ec2.describeImages(
    { owner: FLATCAR_OWNER, namePattern: FLATCAR_NAMES, architecture },
    signal,
  );
  const newest = images.reduce<MachineImage | undefined>(
    (best, image) => (best === undefined || isNewer(image, best) ? image : best),
    undefined,
  );
  if (newest === undefined) {
    throw new ConfigError(`there is no Flatcar stable image for ${architecture} in ${settings.region}`, [], {
      hint: "name an image with `ec2cluster: ami: ami-…`",
    });
  }
  return newest.id;
}

/** By release number; a rebuilt image of the same release counts by its date. */
function isNewer(a: MachineImage, b: MachineImage): boolean {
  const [left, right] = [releaseOf(a), releaseOf(b)];
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return a.createdMs > b.createdMs;
}

function releaseOf({ name }: MachineImage): readonly number[] {
  return /(\d+)\.(\d+)\.(\d+)/.exec(name)?.slice(1).map(Number) ?? [];
}

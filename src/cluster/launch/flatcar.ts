import type { Architecture } from "../../catalog/model.js";
import { ConfigError } from "../../errors.js";
import type { ClusterContext } from "../context.js";
import type { MachineImage } from "../ports.js";
import { isThere } from "./look-at-image.js";

/** Flatcar's publishing account. */
const FLATCAR_OWNER = "075585003325";
const FLATCAR_NAMES = "Flatcar-stable-*-hvm*";

/** What to do about an image that is gone. */
export const FLATCAR_HINT =
  "leave `ec2cluster: ami` out for the newest stable Flatcar, or name an image that is there; Flatcar withdraws its images nine months after their release";

/**
 * Id of the newest stable Flatcar of the region: as Flatcar's feed has it, unless EC2 says that it is not there,
 * else the newest that EC2 shows of Flatcar's account.
 * @throws ConfigError when the region has none
 */
export async function newestFlatcar(
  context: ClusterContext,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string> {
  const { ec2, imageFeed, settings } = context;
  const fed = (await imageFeed?.newest(architecture, signal))?.get(settings.region);
  if (fed !== undefined && (await isThere(context, fed, signal))) return fed;
  const images = await ec2.describeImages({ owner: FLATCAR_OWNER, namePattern: FLATCAR_NAMES, architecture }, signal);
  const newest = images.reduce<MachineImage | undefined>(
    (best, image) => (best === undefined || isNewer(image, best) ? image : best),
    undefined,
  );
  if (newest !== undefined) return newest.id;
  throw new ConfigError(`there is no Flatcar stable image for ${architecture} in ${settings.region}`, [], {
    hint: "name an image with `ec2cluster: ami: ami-…`",
  });
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

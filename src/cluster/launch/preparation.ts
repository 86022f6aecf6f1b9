import { TimedOutError } from "../../errors.js";
import { orAbort } from "../../lib/abort.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit, type ClusterContext } from "../context.js";
import { checkBootstrapUrl } from "./bootstrap-url.js";
import { architectureFor, findImage, type FoundImage } from "./image.js";
import { findPlacements, type Placement } from "./placements.js";

/** Each question has a limit of its own; this one is for those that hang in spite of it. */
const LIMIT_MS = 60_000;

/**
 * Finds out what launches need to know before any of them, once a process: where to launch, the image, and that the
 * bootstrap is where it should be. What one call has begun to find out goes on when that call is given up: others may
 * wait for it.
 */
export class LaunchPreparation {
  private readonly found = new Map<string, Promise<unknown>>();

  constructor(private readonly context: ClusterContext) {}

  /**
   * The image for a type, once the bootstrap's URL has been seen to be good.
   * @throws ConfigError when the launch could not come to anything; EndpointError; the signal's reason.
   */
  async prepare(instanceType: string, signal: AbortSignal): Promise<FoundImage> {
    const { settings, catalog } = this.context;
    const architecture = architectureFor(settings.architectures, catalog.types.get(instanceType));
    const [image] = await Promise.all([
      this.once(`image ${architecture}`, signal, async (within) => {
        const { id, foundMs } = await findImage(this.context, instanceType, within);
        emit(this.context, { kind: "image-found", imageId: id, foundMs });
        return { id, foundMs };
      }),
      this.once("bootstrap", signal, (within) => checkBootstrapUrl(this.context, within)),
    ]);
    return image;
  }

  /** Where instances may be launched, best first. @throws as findPlacements */
  placements(signal: AbortSignal): Promise<readonly Placement[]> {
    return this.once("placements", signal, (within) => findPlacements(this.context, within));
  }

  /** What is found holds for the process; what fails is tried again by the next who asks. */
  private once<T>(what: string, signal: AbortSignal, find: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const known = this.found.get(what) as Promise<T> | undefined;
    if (known !== undefined) return orAbort(known, signal);
    const late = (): Error => new TimedOutError(`no answer within ${LIMIT_MS / 1_000} s (${what})`);
    const finding = withDeadline(this.context.clock, LIMIT_MS, undefined, late, find);
    this.found.set(what, finding);
    finding.catch(() => this.found.delete(what));
    return orAbort(finding, signal);
  }
}

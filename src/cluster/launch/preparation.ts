import { TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { Kept } from "../../lib/kept.js";
import { emit, type ClusterContext } from "../context.js";
import { checkBootstrapUrl } from "./bootstrap-url.js";
import { architectureFor, findImage, type FoundImage } from "./image.js";
import { findPlacements, type Placement } from "./placements.js";

/** Each question has a limit of its own; this one is for those that hang in spite of it. */
const LIMIT_MS = 60_000;

/** A process may live for months, an image and the room in subnets do not: what was found is found anew after an hour. */
const KEPT_MS = 60 * 60_000;

/**
 * Finds out what launches need to know before any of them, once an hour for all of a process: where to launch, the
 * image, and that the bootstrap is where it should be. What one call has begun to find out goes on when that call is
 * given up, as long as others wait for it.
 */
export class LaunchPreparation {
  private readonly images = new Map<string, Kept<FoundImage>>();
  private readonly bootstrap: Kept<void>;
  private readonly places: Kept<readonly Placement[]>;

  constructor(private readonly context: ClusterContext) {
    this.bootstrap = this.kept();
    this.places = this.kept();
  }

  /**
   * The image for a type, once the bootstrap's URL has been seen to be good.
   * @throws ConfigError when the launch could not come to anything; EndpointError; the signal's reason.
   */
  async prepare(instanceType: string, signal: AbortSignal): Promise<FoundImage> {
    const [image] = await Promise.all([
      this.imageFor(instanceType).get(signal, async (within) => {
        const found = await this.within("image", within, (limited) => findImage(this.context, instanceType, limited));
        emit(this.context, { kind: "image-found", imageId: found.id, foundMs: found.foundMs });
        return found;
      }),
      this.bootstrap.get(signal, (within) =>
        this.within("bootstrap", within, (limited) => checkBootstrapUrl(this.context, limited)),
      ),
    ]);
    return image;
  }

  /** Where instances may be launched, best first. @throws as findPlacements */
  placements(signal: AbortSignal): Promise<readonly Placement[]> {
    return this.places.get(signal, (within) =>
      this.within("placements", within, (limited) => findPlacements(this.context, limited)),
    );
  }

  private imageFor(instanceType: string): Kept<FoundImage> {
    const { settings, catalog } = this.context;
    const architecture = architectureFor(settings.architectures, catalog.types.get(instanceType));
    const image = this.images.get(architecture) ?? this.kept<FoundImage>();
    this.images.set(architecture, image);
    return image;
  }

  private kept<T>(): Kept<T> {
    return new Kept<T>(this.context.clock, (_value, ageMs) => ageMs < KEPT_MS);
  }

  private within<T>(what: string, signal: AbortSignal, find: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = (): Error => new TimedOutError(`no answer within ${LIMIT_MS / 1_000} s (${what})`);
    return withDeadline(this.context.clock, LIMIT_MS, signal, late, find);
  }
}

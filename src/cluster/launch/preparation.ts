import { emit, type ClusterContext } from "../context.js";
import { checkBootstrapUrl } from "./bootstrap-url.js";
import { architectureFor, findImage, type FoundImage } from "./image.js";
import { findPlacements, type Placement } from "./placements.js";

/** What a launch needs to know beside its plan. */
export interface Prepared {
  readonly image: FoundImage;
  /** Best first. */
  readonly placements: readonly Placement[];
}

/**
 * Finds out what launches need before any of them, once a process: the image, where to launch, and that the bootstrap is
 * where it should be. All at once, as each of them is waited for.
 */
export class LaunchPreparation {
  private readonly images = new Map<string, Promise<FoundImage>>();
  private places: Promise<readonly Placement[]> | undefined;
  private bootstrap: Promise<void> | undefined;

  constructor(private readonly context: ClusterContext) {}

  /** @throws ConfigError when the launch could not come to anything; EndpointError; the signal's reason. */
  async prepare(instanceType: string, signal: AbortSignal): Promise<Prepared> {
    const [image, placements] = await Promise.all([
      this.image(instanceType, signal),
      this.placements(signal),
      this.checkBootstrap(signal),
    ]);
    return { image, placements };
  }

  /** Where instances may be launched, best first. @throws as findPlacements */
  placements(signal: AbortSignal): Promise<readonly Placement[]> {
    this.places ??= findPlacements(this.context, signal).catch((error: unknown) => {
      this.places = undefined;
      throw error;
    });
    return this.places;
  }

  private image(instanceType: string, signal: AbortSignal): Promise<FoundImage> {
    const { settings, catalog } = this.context;
    const key = architectureFor(settings.architectures, catalog.types.get(instanceType));
    const known = this.images.get(key);
    if (known !== undefined) return known;
    const found = findImage(this.context, instanceType, signal);
    this.images.set(key, found);
    found.then(
      ({ id, foundMs }) => emit(this.context, { kind: "image-found", imageId: id, foundMs }),
      () => this.images.delete(key),
    );
    return found;
  }

  private checkBootstrap(signal: AbortSignal): Promise<void> {
    this.bootstrap ??= checkBootstrapUrl(this.context, signal).catch((error: unknown) => {
      this.bootstrap = undefined;
      throw error;
    });
    return this.bootstrap;
  }
}

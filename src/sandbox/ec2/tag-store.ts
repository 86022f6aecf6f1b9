import { Ec2ApiError } from "../protocol/ec2-error.js";

/** AWS's limit of tags on one resource. */
const MOST_TAGS = 50;

/** The tags of all resources of the account. */
export class TagStore {
  private readonly byResource = new Map<string, Map<string, string>>();

  /** The tags of a resource, in the order in which their keys were first set. */
  of(resourceId: string): ReadonlyMap<string, string> {
    return this.byResource.get(resourceId) ?? new Map<string, string>();
  }

  /** Every resource that has tags. */
  resources(): Iterable<readonly [string, ReadonlyMap<string, string>]> {
    return this.byResource;
  }

  /** @throws Ec2ApiError TagLimitExceeded when the resource would have more than 50 tags; nothing is changed then. */
  checkRoom(resourceId: string, tags: ReadonlyMap<string, string>): void {
    const keys = new Set([...this.of(resourceId).keys(), ...tags.keys()]);
    if (keys.size > MOST_TAGS) {
      throw new Ec2ApiError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
    }
  }

  /** Sets tags; a key that is there gets the new value. */
  set(resourceId: string, tags: ReadonlyMap<string, string>): void {
    if (tags.size === 0) return;
    const own = this.byResource.get(resourceId) ?? new Map<string, string>();
    for (const [key, value] of tags) own.set(key, value);
    this.byResource.set(resourceId, own);
  }

  /** Removes one tag; with a value only when it has that value. */
  delete(resourceId: string, key: string, value?: string): void {
    const own = this.byResource.get(resourceId);
    if (own !== undefined && (value === undefined || own.get(key) === value)) own.delete(key);
  }

  /** Forgets a resource that is gone. */
  forget(resourceId: string): void {
    this.byResource.delete(resourceId);
  }
}

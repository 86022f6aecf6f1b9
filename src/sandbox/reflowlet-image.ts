import { createHash } from "node:crypto";
import type { ObjectStore } from "./machine/host.js";

/** The bucket that a new sandbox has. */
const BUCKET = "reflow-ec2-sandbox";

/**
 * What stands for the reflowlet's binary: the bootstrap of a sandbox machine runs it by becoming a reflowlet. A second
 * line `version: X` would fix the version it tags itself with; without one it is that of /etc/reflowconfig.
 */
const CONTENT = Buffer.from("#!reflow-ec2-sandbox reflowlet\n");

/** Where Reflow's repository keeps an object of that content. */
const KEY = `objects/sha256:${createHash("sha256").update(CONTENT).digest("hex")}`;

/** `s3://` URL of the reflowlet image that every new sandbox holds. */
export const REFLOWLET_IMAGE_URL = `s3://${BUCKET}/${KEY}`;

/** Objects in memory: a new store holds the reflowlet image. */
export class MemoryObjects implements ObjectStore {
  private readonly objects = new Map<string, Buffer>([[`${BUCKET}/${KEY}`, CONTENT]]);

  get(bucket: string, key: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.objects.get(`${bucket}/${key}`));
  }

  /** Puts an object in place, over any that is there. */
  put(bucket: string, key: string, content: Buffer): void {
    this.objects.set(`${bucket}/${key}`, content);
  }
}

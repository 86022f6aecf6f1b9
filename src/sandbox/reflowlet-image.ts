import { createHash } from "node:crypto";
import type { ObjectStorage } from "./s3/object-storage.js";

/** The bucket that a new sandbox has. */
export const SANDBOX_BUCKET = "reflow-ec2-sandbox";

/**
 * What stands for the reflowlet's binary: the bootstrap of a sandbox machine runs it by becoming a reflowlet. A second
 * line `version: X` would fix the version it tags itself with; without one it is that of /etc/reflowconfig.
 */
const CONTENT = Buffer.from("#!reflow-ec2-sandbox reflowlet\n");

/** Where Reflow's repository keeps an object of that content. */
export const REFLOWLET_IMAGE_KEY = `objects/sha256:${createHash("sha256").update(CONTENT).digest("hex")}`;

/** `s3://` URL of the reflowlet image that every new sandbox holds. */
export const REFLOWLET_IMAGE_URL = `s3://${SANDBOX_BUCKET}/${REFLOWLET_IMAGE_KEY}`;

/** Gives a new storage its bucket with the reflowlet image. */
export async function addReflowletImage(storage: ObjectStorage): Promise<void> {
  storage.createBucket(SANDBOX_BUCKET);
  await storage.put(SANDBOX_BUCKET, REFLOWLET_IMAGE_KEY, CONTENT);
}

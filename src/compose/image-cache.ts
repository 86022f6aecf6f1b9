import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CachedImage, ImageCache } from "../cluster/ports.js";
import { replaceFile } from "../lib/replace-file.js";

/**
 * A file of this machine that remembers the newest images, one for each region and architecture. It holds nothing of
 * any cluster: losing it costs a question or two.
 */
export function imageCache(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  randomBytes: (length: number) => Buffer,
): ImageCache {
  const path = join(env["XDG_CACHE_HOME"] || join(home, ".cache"), "reflow-ec2", "images.json");
  return {
    async read(region, architecture) {
      return (await readAll(path))[`${region} ${architecture}`];
    },
    async write(region, architecture, image) {
      const all = { ...(await readAll(path)), [`${region} ${architecture}`]: image };
      try {
        await mkdir(dirname(path), { recursive: true });
        await replaceFile(path, `${JSON.stringify(all, undefined, 2)}\n`, `.${randomBytes(6).toString("hex")}`);
      } catch {
        // A home that cannot be written to is no reason not to launch.
      }
    },
  };
}

async function readAll(path: string): Promise<Readonly<Record<string, CachedImage>>> {
  try {
    const found: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof found !== "object" || found === null) return {};
    return Object.fromEntries(
      Object.entries(found).filter((entry): entry is [string, CachedImage] => isImage(entry[1])),
    );
  } catch {
    return {};
  }
}

function isImage(value: unknown): value is CachedImage {
  if (typeof value !== "object" || value === null || !("id" in value) || !("foundMs" in value)) return false;
  return typeof value.id === "string" && /^ami-[0-9a-f]+$/.test(value.id) && typeof value.foundMs === "number";
}

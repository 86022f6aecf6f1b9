import type { ImageRecord } from "./ec2/records.js";
import type { WebPage } from "./web-pages.js";

const FEED = /^\/(?<board>amd64|arm64)-usr\/current\/flatcar_production_ami_all\.json$/;

/** Flatcar's feed of the stable channel, for the images of the sandbox; undefined for every other address. */
export function flatcarPage(images: readonly ImageRecord[], region: string, url: URL): WebPage | undefined {
  const board =
    url.hostname === "stable.release.flatcar-linux.net" ? FEED.exec(url.pathname)?.groups?.["board"] : undefined;
  if (board === undefined) return undefined;
  const architecture = board === "arm64" ? "arm64" : "x86_64";
  const [newest] = images
    .filter((image) => image.name.startsWith("Flatcar-stable-") && image.architecture === architecture)
    .sort((a, b) => b.creationMs - a.creationMs);
  const amis = newest === undefined ? [] : [{ name: region, hvm: newest.id }];
  return { kind: "page", status: 200, contentType: "application/json", body: Buffer.from(JSON.stringify({ amis })) };
}

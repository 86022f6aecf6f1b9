import type { ImageFeed } from "../cluster/ports.js";
import { askWeb, type Web } from "./web-client.js";

const TIMEOUT_MS = 5_000;
/** Some thirty regions at a hundred bytes each. */
const MAX_BYTES = 256 * 1024;

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64-usr", arm64: "arm64-usr" };

/** Flatcar's release feed of the stable channel (flatcar.org, `flatcar_production_ami_all.json`). */
export function flatcarFeed(web: Web): ImageFeed {
  return {
    async newest(architecture, signal) {
      const board = ARCHITECTURES[architecture];
      if (board === undefined) return undefined;
      const url = `https://stable.release.flatcar-linux.net/${board}/current/flatcar_production_ami_all.json`;
      const answer = await askWeb(web, { method: "GET", url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal });
      return answer.kind === "reply" && answer.status === 200 ? readFeed(answer.body) : undefined;
    },
  };
}

/** `{"amis": [{"name": region, "hvm": id}]}`; undefined for anything else. */
export function readFeed(text: string): ReadonlyMap<string, string> | undefined {
  let feed: unknown;
  try {
    feed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list: unknown = isObject(feed) ? feed["amis"] : undefined;
  if (!Array.isArray(list)) return undefined;
  const pairs = list.flatMap((entry: unknown): [string, string][] => {
    if (!isObject(entry)) return [];
    const { name, hvm } = entry;
    return typeof name === "string" && typeof hvm === "string" && /^ami-[0-9a-f]+$/.test(hvm) ? [[name, hvm]] : [];
  });
  return pairs.length > 0 ? new Map(pairs) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

import type { ObjectStore } from "./machine/host.js";
import { bootstrapProgram, HELPER_PROGRAM } from "./machine/programs/program-file.js";

/** What a public address holds. */
export type WebPage =
  | { readonly kind: "page"; readonly status: number; readonly contentType: string; readonly body: Buffer }
  | { readonly kind: "unknown-host"; readonly host: string };

/** What S3 calls a file that was uploaded without a type. */
const PROGRAM = "binary/octet-stream";

/** Where Reflow keeps its bootstrap programs, one path a generation. */
const BUILT_IN_BOOTSTRAPS: ReadonlyMap<string, string> = new Map([
  ["grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.1", bootstrapProgram(2020)],
  ["grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4", bootstrapProgram(2023)],
]);

const NO_SUCH_KEY = Buffer.from("<Error><Code>NoSuchKey</Code></Error>\n");

const IN_HOST = /^(?<bucket>[^/]+)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com$/;
const IN_PATH = /^s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com$/;

/**
 * The internet as the sandbox has it: Reflow's bootstrap programs, the sandbox's objects under S3's URLs, and helper
 * programs of public projects.
 */
export async function findPage(objects: ObjectStore, url: URL): Promise<WebPage> {
  const page = (body: string | Buffer): WebPage => ({
    kind: "page",
    status: 200,
    contentType: PROGRAM,
    body: Buffer.from(body),
  });
  const builtIn = BUILT_IN_BOOTSTRAPS.get(url.hostname + url.pathname);
  if (builtIn !== undefined) return page(builtIn);
  if (isHelper(url)) return page(HELPER_PROGRAM);
  const object = s3Object(url);
  if (object === undefined) return { kind: "unknown-host", host: url.hostname };
  const body = await objects.get(object.bucket, object.key);
  if (body !== undefined) return page(body);
  return { kind: "page", status: 404, contentType: "application/xml", body: NO_SUCH_KEY };
}

/** What is at a bootstrap's address in its place, where the scenario says so. */
export function bootstrapPage(state: "missing" | "wrong-type" | undefined, url: URL): WebPage | undefined {
  if (state === undefined || !BUILT_IN_BOOTSTRAPS.has(url.hostname + url.pathname)) return undefined;
  return state === "missing"
    ? { kind: "page", status: 404, contentType: "application/xml", body: NO_SUCH_KEY }
    : { kind: "page", status: 200, contentType: "text/html", body: Buffer.from("<html></html>\n") };
}

/** Releases of public projects, and Amazon's own bucket of the X-Ray daemon. */
function isHelper(url: URL): boolean {
  if (url.hostname === "github.com") return /^\/[^/]+\/[^/]+\/releases\/download\/./.test(url.pathname);
  return (s3Object(url)?.bucket ?? "").startsWith("aws-xray-assets.");
}

function s3Object(url: URL): { readonly bucket: string; readonly key: string } | undefined {
  const path = decodePath(url.pathname.slice(1));
  if (path === undefined) return undefined;
  if (IN_PATH.test(url.hostname)) {
    const slash = path.indexOf("/");
    return slash < 0 ? undefined : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  }
  const bucket = IN_HOST.exec(url.hostname)?.groups?.["bucket"];
  return bucket === undefined ? undefined : { bucket, key: path };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

import type { MachineWorld } from "../system/machine-world.js";
import { askMetadata, METADATA_ADDRESS } from "./metadata-service.js";
import { bootstrapProgram, HELPER_PROGRAM } from "./program-file.js";
import type { WebAnswer, WebRequest } from "./web-request.js";

/** Where Reflow keeps its bootstrap programs, one path a generation. */
const BUILT_IN_BOOTSTRAPS: ReadonlyMap<string, string> = new Map([
  ["grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.1", bootstrapProgram(2020)],
  ["grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4", bootstrapProgram(2023)],
]);

const IN_HOST = /^(?<bucket>[^/]+)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com$/;
const IN_PATH = /^s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com$/;

/**
 * The internet as a sandbox machine sees it: the metadata service, Reflow's bootstrap programs, the sandbox's objects
 * under S3's URLs, and helper programs of public projects. Nothing leaves the sandbox.
 */
export async function askWeb(world: MachineWorld, request: WebRequest): Promise<WebAnswer> {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return { kind: "bad-url" };
  if (url.hostname === METADATA_ADDRESS) return askMetadata(world, request, url);
  const { clock, timings, objects } = world.host;
  const found = async (body: Buffer): Promise<WebAnswer> => {
    await clock.sleep(timings.downloadMs, world.signal);
    return { kind: "reply", status: 200, body };
  };
  const builtIn = BUILT_IN_BOOTSTRAPS.get(url.hostname + url.pathname);
  if (builtIn !== undefined) return found(Buffer.from(builtIn));
  if (isHelper(url)) return found(Buffer.from(HELPER_PROGRAM));
  const object = s3Object(url);
  if (object === undefined) return { kind: "unknown-host", host: url.hostname };
  const body = await objects.get(object.bucket, object.key);
  if (body !== undefined) return found(body);
  return { kind: "reply", status: 404, body: Buffer.from("<Error><Code>NoSuchKey</Code></Error>\n") };
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

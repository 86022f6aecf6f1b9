import type { MachineWorld } from "../system/machine-world.js";
import type { WebAnswer, WebRequest } from "./web-request.js";

/** Where every EC2 instance finds its metadata service. */
export const METADATA_ADDRESS = "169.254.169.254";

/** Longest life of a token, in seconds. */
const LONGEST_TOKEN_S = 21_600;

/** Answers as the metadata service does: tokens (version 2), and the paths that user-data asks for. */
export function askMetadata(world: MachineWorld, request: WebRequest, url: URL): WebAnswer {
  if (url.protocol !== "http:") return { kind: "unknown-host", host: url.hostname };
  const token = `sandbox-${world.host.instanceId}`;
  if (url.pathname === "/latest/api/token") {
    if (request.method !== "PUT") return reply(405, "");
    const seconds = Number(request.headers.get("x-aws-ec2-metadata-token-ttl-seconds") ?? "");
    return seconds >= 1 && seconds <= LONGEST_TOKEN_S ? reply(200, token) : reply(400, "");
  }
  if (request.method !== "GET") return reply(405, "");
  const given = request.headers.get("x-aws-ec2-metadata-token");
  if (given === undefined && world.host.metadataTokens === "required") return reply(401, "");
  if (given !== undefined && given !== token) return reply(401, "");
  const path = /^\/[^/]+\/meta-data\/(.*?)\/?$/.exec(url.pathname)?.[1] ?? "";
  const value = metadata(world).get(path);
  return value === undefined ? reply(404, "") : reply(200, value);
}

function metadata({ host }: MachineWorld): ReadonlyMap<string, string> {
  return new Map([
    ["instance-id", host.instanceId],
    ["instance-type", host.hardware.instanceType],
    ["instance-life-cycle", host.market],
    ["placement/availability-zone", host.zone],
    ["placement/region", host.region],
    ...interruption(host.reclaimMs?.()),
    ...(host.publicDnsName === "" ? [] : [["public-hostname", host.publicDnsName] as const]),
  ]);
}

/** The notice of a spot interruption; there is nothing at its paths before. */
function interruption(reclaimMs: number | undefined): readonly (readonly [path: string, text: string])[] {
  if (reclaimMs === undefined) return [];
  const time = new Date(reclaimMs).toISOString().replace(/\.\d+Z$/, "Z");
  return [
    ["spot/instance-action", JSON.stringify({ action: "terminate", time })],
    ["spot/termination-time", time],
  ];
}

function reply(status: number, body: string): WebAnswer {
  return { kind: "reply", status, body: Buffer.from(body) };
}

import { findPage } from "../../web-pages.js";
import type { MachineWorld } from "../system/machine-world.js";
import { askMetadata, METADATA_ADDRESS } from "./metadata-service.js";
import { readProgramFile } from "./program-file.js";
import type { WebAnswer, WebRequest } from "./web-request.js";

/** The internet as a sandbox machine sees it, and the metadata service. Nothing leaves the sandbox. */
export async function askWeb(world: MachineWorld, request: WebRequest): Promise<WebAnswer> {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return { kind: "bad-url" };
  if (url.hostname === METADATA_ADDRESS) return askMetadata(world, request, url);
  const { clock, timings, objects, faults } = world.host;
  const page = await findPage(objects, url);
  if (page.kind === "unknown-host") return page;
  if (page.status === 200) await clock.sleep(timings.downloadMs, world.signal);
  if (faults?.downloadFails === true && readProgramFile(page.body)?.kind === "bootstrap") {
    return { kind: "reply", status: 503, body: Buffer.from("<Error><Code>SlowDown</Code></Error>\n") };
  }
  return { kind: "reply", status: page.status, body: page.body };
}

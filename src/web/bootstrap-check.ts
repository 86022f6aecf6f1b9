import type { BootstrapCheck } from "../cluster/ports.js";
import { askWeb, type Web } from "./web-client.js";

/** It is asked beside other things that a launch waits for, and must not be the last of them. */
const TIMEOUT_MS = 5_000;

/** What S3 calls a program; Reflow itself refuses everything else. */
const CONTENT_TYPE = "binary/octet-stream";

/** Asks for the bootstrap's URL as Reflow does at its start: status 200, and the content type of a program in S3. */
export function bootstrapCheck(web: Web, url: string): BootstrapCheck {
  return async (signal) => {
    const answer = await askWeb(web, { method: "HEAD", url, timeoutMs: TIMEOUT_MS, maxBytes: 0, signal });
    if (answer.kind === "unreachable") return answer;
    if (answer.status !== 200) {
      return { kind: "wrong", problem: `it answers with status ${answer.status}${meaningOf(answer.status)}` };
    }
    const contentType = answer.contentType.split(";")[0]?.trim().toLowerCase() ?? "";
    if (contentType === CONTENT_TYPE) return { kind: "there" };
    return {
      kind: "wrong",
      problem: `its content type is "${contentType}", and Reflow takes only "${CONTENT_TYPE}"`,
    };
  };
}

function meaningOf(status: number): string {
  if (status === 403) return " (S3 says so also of objects that are missing)";
  return status === 404 ? " (there is nothing)" : "";
}

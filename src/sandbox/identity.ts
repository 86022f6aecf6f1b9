import { request } from "node:http";
import type { Clock } from "../lib/clock.js";
import { withDeadline } from "../lib/deadline.js";
import { systemErrorCode } from "../lib/system-error.js";

/** What answers at an endpoint: a sandbox (and its process), something else, nothing, or somebody who never answers. */
export type Identity =
  | { readonly kind: "sandbox"; readonly pid: number }
  | { readonly kind: "other" }
  | { readonly kind: "nobody" }
  | { readonly kind: "silent" };

/** The sandbox answers within milliseconds unless it is stopped or very busy. */
const PATIENCE_MS = 2_000;

/** Asks who listens at an endpoint. Process ids and ports are used again by others, so both are only ever a hint. */
export async function askIdentity(endpoint: string, clock: Clock): Promise<Identity> {
  const silence = new Error("no answer");
  try {
    const body = await withDeadline(
      clock,
      PATIENCE_MS,
      undefined,
      () => silence,
      (signal) => get(endpoint, signal),
    );
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== "object" || answer === null) return { kind: "other" };
    const { sandbox, pid } = answer as { sandbox?: unknown; pid?: unknown };
    return sandbox === "reflow-ec2" && typeof pid === "number" ? { kind: "sandbox", pid } : { kind: "other" };
  } catch (error) {
    if (systemErrorCode(error) === "ECONNREFUSED") return { kind: "nobody" };
    if (error === silence) return { kind: "silent" };
    return { kind: "other" };
  }
}

function get(endpoint: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    const call = request(endpoint, { agent: false, signal }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => resolve(Buffer.concat(chunks).toString()));
    });
    call.on("error", reject);
    call.end();
  });
}

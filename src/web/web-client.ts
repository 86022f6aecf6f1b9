import { plainRequest, type PlainAnswer } from "../aws/plain-request.js";
import { errorText, TimedOutError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { withDeadline } from "../lib/deadline.js";

/** Where public addresses are asked for. */
export interface Web {
  /** What stands before every URL: a sandbox's own web; absent for the real one. */
  readonly prefix?: string | undefined;
  readonly clock: Clock;
}

/** What came of a request. */
export type WebAnswer =
  | { readonly kind: "reply"; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: "unreachable"; readonly problem: string };

/** A request for a public address. */
export interface WebRequest {
  readonly method: "GET" | "HEAD";
  readonly url: string;
  /** The whole must be done in this time. */
  readonly timeoutMs: number;
  /** A longer body counts as no reply at all. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const REDIRECTS = 3;

/**
 * Asks a public address, through the proxy that HTTPS_PROXY and NO_PROXY name for it, and follows some redirects.
 * @throws only the signal's reason
 */
export async function askWeb({ prefix = "", clock }: Web, asked: WebRequest): Promise<WebAnswer> {
  const late = (): Error => new TimedOutError(`no answer within ${asked.timeoutMs / 1_000} s`);
  try {
    return await withDeadline(clock, asked.timeoutMs, asked.signal, late, (signal) =>
      follow(asked, new URL(prefix + asked.url), REDIRECTS, signal),
    );
  } catch (error) {
    asked.signal.throwIfAborted();
    return { kind: "unreachable", problem: errorText(error) };
  }
}

async function follow(asked: WebRequest, url: URL, redirects: number, signal: AbortSignal): Promise<WebAnswer> {
  const answer = await plainRequest(asked.method, url, signal, async (plain): Promise<WebAnswer | URL> => {
    const { status, headers } = plain;
    const { location } = headers;
    if (status >= 300 && status < 400 && location !== undefined) return new URL(location, url);
    return { kind: "reply", status, contentType: headers["content-type"] ?? "", body: await text(plain, asked) };
  }).catch((error: unknown) => {
    // What was aborted is told by its reason, not by the platform's own error.
    signal.throwIfAborted();
    throw error;
  });
  if (!(answer instanceof URL)) return answer;
  if (redirects === 0) throw new Error(`it is redirected more than ${REDIRECTS} times`);
  if (url.protocol === "https:" && answer.protocol !== "https:") throw new Error("it is redirected away from https");
  return follow(asked, answer, redirects - 1, signal);
}

async function text({ body }: PlainAnswer, { method, maxBytes }: WebRequest): Promise<string> {
  if (method === "HEAD") return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

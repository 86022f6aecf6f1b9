import type { IncomingMessage } from "node:http";
import https from "node:https";
import { TLSSocket } from "node:tls";
import { TransportError, type PoolRequest } from "../pool/transport.js";
import { formatAddress } from "./address.js";

/** How far an exchange has come. */
export type Phase =
  /** Waiting for a free connection, for the name or for the other side to accept. */
  | "connect"
  | "handshake"
  /** The peer is trusted and has the request, or part of it. */
  | "reply"
  /** Part of the reply is there. */
  | "body";

/** Tells while an exchange is under way, and when it has failed, how far it came. */
export interface Progress {
  phase: Phase;
  /** An idle connection was used, which the other side may have closed by then. */
  reused: boolean;
}

/** A reply as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/**
 * Sends one request and gives the complete reply.
 * @throws what Node reports, the signal's reason, or TransportError for a reply that is too large or not one of HTTP.
 */
export function exchange(
  agent: https.Agent,
  request: PoolRequest,
  maxResponseBytes: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { body } = request;
    const outgoing = https.request({
      agent,
      host: request.host,
      port: request.port,
      method: request.method,
      path: request.path,
      headers: body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) },
    });
    const onAbort = (): void => fail(signal.reason as Error);
    const settle = (): void => signal.removeEventListener("abort", onAbort);
    const fail = (error: Error): void => {
      settle();
      // Rejects at once: a request that waits for a free connection reports its end only when it gets one.
      reject(error);
      outgoing.destroy();
    };
    const address = formatAddress(request.host, request.port);
    signal.addEventListener("abort", onAbort, { once: true });
    outgoing.on("error", fail);
    outgoing.on("close", () => fail(new TransportError("reset", `${address} closed the connection`)));
    outgoing.on("socket", (socket) => {
      progress.reused = outgoing.reusedSocket;
      if (progress.reused || !(socket instanceof TLSSocket)) {
        progress.phase = "reply";
        return;
      }
      socket.once("connect", () => (progress.phase = "handshake"));
      socket.once("secureConnect", () => (progress.phase = "reply"));
    });
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
      fail(new TransportError("malformed", `${address} wants to speak another protocol than HTTP`));
    });
    outgoing.on("response", (response) => {
      progress.phase = "body";
      readAll(response, maxResponseBytes, fail, (text) => {
        settle();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    outgoing.end(body);
  });
}

function readAll(
  response: IncomingMessage,
  maxBytes: number,
  fail: (error: Error) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) fail(new TransportError("too-large", `the reply is longer than ${maxBytes} bytes`));
    else chunks.push(chunk);
  });
  response.on("error", fail);
  response.on("end", () => done(Buffer.concat(chunks).toString("utf8")));
}

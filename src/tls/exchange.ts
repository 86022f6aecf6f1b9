import type { IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { TransportError, type PoolRequest } from "../pool/transport.js";
import { formatAddress } from "./address.js";
import type { AheadOptions, CheckedAgent } from "./checked-agent.js";

/** How far an exchange has come. */
export type Phase =
  /** All connections that one peer may have are in use. */
  | "queue"
  /** Waiting for the name to be resolved, or for the other side to accept. */
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
 * @param ahead a connection that was made for it, which is used or closed
 * @throws what Node reports, the signal's reason, or TransportError for a reply that is too large or not one of HTTP.
 */
export function exchange(
  agent: CheckedAgent,
  request: PoolRequest,
  maxResponseBytes: number,
  progress: Progress,
  signal: AbortSignal,
  ahead: Socket | undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { body } = request;
    const address = formatAddress(request.host, request.port);
    const options: AheadOptions = {
      agent,
      ahead,
      host: request.host,
      port: request.port,
      method: request.method,
      path: request.path,
      headers: body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) },
    };
    const outgoing = https.request(options);
    let settled = false;
    const settle = (): void => {
      settled = true;
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (error: Error): void => {
      if (settled) return;
      settle();
      // Rejects at once: a request that waits for a free connection reports its end only when it gets one.
      reject(error);
      outgoing.destroy();
      agent.giveBack(ahead);
    };
    const onAbort = (): void => fail(signal.reason as Error);
    const onClose = (): void => fail(new TransportError("reset", `${address} closed the connection`));
    signal.addEventListener("abort", onAbort, { once: true });
    outgoing.on("error", fail);
    outgoing.on("close", () => {
      // A reply that ends half way reports that itself.
      if (progress.phase !== "body") onClose();
    });
    outgoing.on("socket", (socket) => {
      progress.reused = agent.isChecked(socket);
      progress.phase = progress.reused ? "reply" : ahead === undefined ? "connect" : "handshake";
      agent.giveBack(ahead);
      if (progress.reused) return;
      socket.once("connect", () => (progress.phase = "handshake"));
      socket.once("secureConnect", () => (progress.phase = "reply"));
    });
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
      fail(new TransportError("malformed", `${address} wants to speak another protocol than HTTP`));
    });
    outgoing.on("response", (response) => {
      progress.phase = "body";
      readAll(response, maxResponseBytes, {
        onTooLarge: () => {
          const message = `${address} answered ${request.method} ${request.path} with more than ${maxResponseBytes} bytes`;
          fail(new TransportError("too-large", message));
        },
        onError: fail,
        onClose,
        onEnd: (text) => {
          settle();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        },
      });
    });
    outgoing.end(body);
  });
}

interface Outcomes {
  readonly onTooLarge: () => void;
  readonly onError: (error: Error) => void;
  readonly onClose: () => void;
  readonly onEnd: (text: string) => void;
}

function readAll(response: IncomingMessage, maxBytes: number, { onTooLarge, onError, onClose, onEnd }: Outcomes): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) onTooLarge();
    else chunks.push(chunk);
  });
  response.on("error", onError);
  response.on("close", onClose);
  response.on("end", () => onEnd(Buffer.concat(chunks).toString("utf8")));
}

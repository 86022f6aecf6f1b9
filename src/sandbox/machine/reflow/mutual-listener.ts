import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import type { Clock } from "../../../lib/clock.js";
import type { Authority } from "../../../tls/authority.js";
import type { KeyPair } from "../../../tls/key-pair.js";
import type { CertificateProblem } from "../../../tls/refusal.js";
import type { HttpHandler } from "./http-reply.js";
import { sharedCertificate } from "./shared-certificate.js";
import { SharedServer } from "./shared-server.js";

/** What a program on a machine listens with. */
export interface ListenOptions {
  readonly authority: Authority;
  readonly keyPair: KeyPair;
  readonly clock: Clock;
  readonly address: { readonly host: string; readonly port: number };
  /** Takes the program's messages, without the end of the line. */
  readonly log: (message: string) => void;
}

/** A server that can be ended as a process is: at once. */
export interface Listener {
  /** Closes the port and drops every connection. */
  close(): Promise<void>;
}

/** How a server of Go's says why it does not take a client. */
const REFUSALS: Readonly<Record<CertificateProblem, string>> = {
  "other-authority": "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  expired: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
  "not-yet-valid": "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
  "wrong-usage": "tls: failed to verify certificate: x509: certificate specifies an incompatible key usage",
  "no-certificate": "tls: client didn't provide a certificate",
};

/** More than any request to a bootstrap or reflowlet. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Listens with mutual TLS and a certificate that the authority issues to this process.
 * @throws Error when the address cannot be had.
 */
export async function listenMutualTls(options: ListenOptions, handler: HttpHandler): Promise<Listener> {
  const { authority, keyPair, clock, address, log } = options;
  const certificate = await sharedCertificate(authority, keyPair, clock.nowMs());
  const shared = SharedServer.of(authority, certificate);
  const sockets = new Set<Socket>();
  // The TLS socket beside its connection: one that reads while only the connection under it is destroyed takes the
  // whole process down (a segmentation fault of Node 20.20).
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  };
  /** Clients in the handshake, by their ports. */
  const strangers = new Set<number>();
  const knows = ({ remotePort = 0 }: Socket): boolean => strangers.delete(remotePort);
  const server = createServer({ noDelay: true }, (connection) => {
    const { remotePort = 0 } = connection;
    keep(connection);
    strangers.add(remotePort);
    // A client that does not trust this server hangs up.
    connection.on("close", () => {
      if (strangers.delete(remotePort)) log("http: TLS handshake error: EOF");
    });
    shared.take(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      // A connection that cannot be taken is its client's loss.
      server.on("error", () => undefined);
      resolve();
    });
  });
  shared.add(address, {
    nowMs: () => clock.nowMs(),
    handler: (request, response) => void respond(request, response, handler),
    secured: (connection) => {
      knows(connection);
      keep(connection);
    },
    refused: (problem, client) => log(`http: TLS handshake error from ${client}: ${REFUSALS[problem]}`),
    failed: (connection) => {
      if (knows(connection)) log("http: TLS handshake error: tls: handshake failure");
    },
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        shared.remove(address);
        strangers.clear();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, handler: HttpHandler): Promise<void> {
  try {
    const body = await readBody(request);
    const reply = await handler({ method: request.method ?? "GET", url: request.url ?? "/", body });
    response.writeHead(reply.status, { ...reply.headers, "Content-Length": Buffer.byteLength(reply.body) });
    response.end(request.method === "HEAD" ? undefined : reply.body);
  } catch {
    // The client went away, sent too much, or the machine is going down: as when a process dies, there is no reply.
    request.socket.destroy();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new Error("request body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

import { once } from "node:events";
import type { RequestListener } from "node:http";
import https from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import tls from "node:tls";
import type { Authority } from "../../../src/tls/authority.js";
import { issueCertificate, type IssuedCertificate, type IssueOptions } from "../../../src/tls/issue.js";
import { createMutualTlsServer } from "../../../src/tls/server.js";
import type { Address } from "./driver.js";

const HOUR_MS = 3_600_000;

/** A certificate of the authority's that is good now, unless the options say otherwise. */
export function certificateOf(authority: Authority, options: Partial<IssueOptions> = {}): Promise<IssuedCertificate> {
  return issueCertificate(authority, { nowMs: Date.now(), key: "p256", ...options });
}

/** A certificate of the authority's that was good until an hour ago. */
export function expiredCertificateOf(authority: Authority): Promise<IssuedCertificate> {
  const nowMs = Date.now();
  return certificateOf(authority, { notBeforeMs: nowMs - 2 * HOUR_MS, notAfterMs: nowMs - HOUR_MS });
}

/** An idle reflowlet as far as one can be had without one: it answers every question with an empty list. */
export function reflowletOf(clients: Authority, { certificatePem, keyPem }: IssuedCertificate): Server {
  return createMutualTlsServer({ authority: clients, certificatePem, keyPem, nowMs: () => Date.now() }, (_, response) =>
    response.end("[]\n"),
  );
}

/** A server that takes every client and answers over TLS with HTTP that a reflowlet would never answer with. */
export function webServer({ certificatePem, keyPem }: IssuedCertificate, answer: RequestListener): Server {
  return https.createServer({ cert: certificatePem, key: keyPem }, answer);
}

/** A server that finishes the TLS handshake, and then does something else than HTTP. */
export function tlsServer({ certificatePem, keyPem }: IssuedCertificate, onData: (socket: Socket) => void): Server {
  return tls.createServer({ cert: certificatePem, key: keyPem }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => onData(socket));
  });
}

/** A server that does not even speak TLS. */
export function tcpServer(onConnection: (socket: Socket) => void): Server {
  return createServer(onConnection);
}

/** Servers that stand where the reflowlets of instances should be. */
export class Impostors {
  private readonly servers = new Set<Server>();
  private readonly sockets = new Set<Socket>();

  async listen(server: Server, { host, port }: Address): Promise<void> {
    this.servers.add(server);
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.sockets.delete(socket));
    });
    server.listen(port, host);
    await once(server, "listening");
  }

  close(): void {
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { formatAddress } from "./address.js";
import type { Authority } from "./authority.js";
import { REFUSAL_HEADER, type CertificateProblem } from "./refusal.js";
import { verifyPeer } from "./verify-peer.js";

/** What a server presents, and whom it trusts. */
export interface MutualTlsServerOptions {
  /** Clients must have their certificate from it. */
  readonly authority: Authority;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Milliseconds since 1970, asked at every connection. */
  readonly nowMs: (connection: TLSSocket) => number;
  /** Told of each connection that is refused: what is wrong with the certificate, and the client's `<host>:<port>`. */
  readonly onRefused?: (problem: CertificateProblem, client: string, connection: TLSSocket) => void;
}

/** Longer than our client keeps them. Reflow's servers never close an idle connection. */
const KEEP_ALIVE_MS = 65_000;

/**
 * A server, not yet listening, that lets only clients through to `handler` whose certificate the authority issued for
 * clients and that is within its dates. It is looked at by hand at every connection, resumed ones included, as OpenSSL
 * refuses genuine ones. Node cannot send a TLS alert, so others get a short reply with status 403 that says why
 * (also in the header `x-refused-certificate`), and the connection is closed.
 */
export function createMutualTlsServer(options: MutualTlsServerOptions, handler: RequestListener): https.Server {
  const problems = new WeakMap<object, CertificateProblem>();
  const server = https.createServer(
    {
      cert: options.certificatePem,
      key: options.keyPem,
      // Named to clients as the one whose certificates are taken: Go's present none otherwise.
      ca: options.authority.certificatePem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      const problem = problems.get(request.socket);
      if (problem === undefined) handler(request, response);
      else refuse(request, response, problem);
    },
  );
  server.prependListener("secureConnection", (socket) => {
    const problem = checkClient(options, socket);
    if (problem === undefined) return;
    problems.set(socket, problem);
    options.onRefused?.(problem, formatAddress(socket.remoteAddress ?? "", socket.remotePort ?? 0), socket);
  });
  return server;
}

function checkClient({ authority, nowMs }: MutualTlsServerOptions, socket: TLSSocket): CertificateProblem | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? "no-certificate" : verifyPeer(authority, certificate, nowMs(socket), "client");
}

/** Replies when the request is read to its end: a connection closed before would be reset, and the reply lost. */
function refuse(request: IncomingMessage, response: ServerResponse, problem: CertificateProblem): void {
  request.resume();
  request.on("end", () => {
    response.writeHead(403, { "Content-Type": "text/plain", Connection: "close", [REFUSAL_HEADER]: problem });
    response.end(`client certificate refused: ${problem}\n`);
  });
}

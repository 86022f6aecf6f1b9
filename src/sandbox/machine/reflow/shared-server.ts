import type { RequestListener } from "node:http";
import type https from "node:https";
import type { Socket } from "node:net";
import { formatAddress } from "../../../tls/address.js";
import type { Authority } from "../../../tls/authority.js";
import type { IssuedCertificate } from "../../../tls/issue.js";
import type { CertificateProblem } from "../../../tls/refusal.js";
import { createMutualTlsServer } from "../../../tls/server.js";

/** One of those for whom a shared server does the TLS. */
export interface Tenant {
  readonly nowMs: () => number;
  readonly handler: RequestListener;
  /** A client has come through the handshake, and may yet be refused. */
  readonly secured: (connection: Socket) => void;
  readonly refused: (problem: CertificateProblem, client: string) => void;
  /** A client does not speak TLS as it should. One that hangs up in the handshake is not told of. */
  readonly failed: (connection: Socket) => void;
}

const servers = new WeakMap<IssuedCertificate, SharedServer>();

/**
 * The TLS of all programs that present one certificate. OpenSSL takes milliseconds to prepare a key and a certificate, and
 * when hundreds of machines boot at once these come all together, twice a machine.
 */
export class SharedServer {
  private readonly tenants = new Map<string, Tenant>();
  private readonly server: https.Server;

  private constructor(authority: Authority, certificate: IssuedCertificate) {
    this.server = createMutualTlsServer(
      {
        authority,
        ...certificate,
        nowMs: (connection) => this.tenantOf(connection)?.nowMs() ?? 0,
        onRefused: (problem, client, connection) => this.tenantOf(connection)?.refused(problem, client),
      },
      (request, response) => {
        const tenant = this.tenantOf(request.socket);
        if (tenant === undefined) request.socket.destroy();
        else tenant.handler(request, response);
      },
    );
    this.server.prependListener("secureConnection", (connection) => this.tenantOf(connection)?.secured(connection));
    this.server.on("tlsClientError", (_error, connection) => this.tenantOf(connection)?.failed(connection));
  }

  /** The server of a certificate. */
  static of(authority: Authority, certificate: IssuedCertificate): SharedServer {
    const before = servers.get(certificate);
    if (before !== undefined) return before;
    const server = new SharedServer(authority, certificate);
    servers.set(certificate, server);
    return server;
  }

  /** Takes in the one who listens at an address. */
  add(address: { readonly host: string; readonly port: number }, tenant: Tenant): void {
    this.tenants.set(formatAddress(address.host, address.port), tenant);
  }

  remove(address: { readonly host: string; readonly port: number }): void {
    this.tenants.delete(formatAddress(address.host, address.port));
  }

  /** Does the handshake of a connection that one of the tenants has accepted. */
  take(connection: Socket): void {
    this.server.emit("connection", connection);
  }

  /** Known by where the connection came in: no two listen at one address. */
  private tenantOf({ localAddress = "", localPort = 0 }: Socket): Tenant | undefined {
    return this.tenants.get(formatAddress(localAddress, localPort));
  }
}

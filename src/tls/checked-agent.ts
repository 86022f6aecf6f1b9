import type { X509Certificate } from "node:crypto";
import https from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { formatAddress } from "./address.js";

/** How the connections of an agent are made. */
export interface CheckedAgentOptions {
  readonly secureContext: tls.SecureContext;
  /**
   * Looks at the certificate of the peer at `<host>:<port>`, undefined when it presented none. An error ends the
   * connection with it. Called while the handshake's last message is handled, so it cannot be asynchronous.
   */
  readonly check: (address: string, certificate: X509Certificate | undefined) => Error | undefined;
  readonly maxSocketsPerHost: number;
  /** Unused connections are closed after this many milliseconds. */
  readonly idleMs: number;
}

/**
 * Keeps connections to peers whose certificate `check` has seen, and sends nothing to others. Node's own agent would
 * leave the check to OpenSSL, or send the request before anyone could look.
 */
export class CheckedAgent extends https.Agent {
  private readonly secureContext: tls.SecureContext;
  private readonly check: CheckedAgentOptions["check"];
  private readonly checked = new WeakSet<object>();

  constructor(options: CheckedAgentOptions) {
    super({ keepAlive: true, maxSockets: options.maxSocketsPerHost, timeout: options.idleMs });
    this.secureContext = options.secureContext;
    this.check = options.check;
  }

  override createConnection(options: https.RequestOptions): Duplex {
    const host = options.host ?? "";
    const port = Number(options.port);
    const socket = tls.connect({
      host,
      port,
      secureContext: this.secureContext,
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
      servername: isIP(host) === 0 ? host : "",
      // No session is handed in: on a resumed one Node has no peer certificate to look at.
    });
    // Holds back what the request writes until the peer has been looked at.
    socket.cork();
    socket.setNoDelay(true);
    socket.once("secureConnect", () => {
      const problem = this.check(formatAddress(host, port), socket.getPeerX509Certificate());
      if (problem !== undefined) {
        socket.destroy(problem);
        return;
      }
      this.checked.add(socket);
      socket.uncork();
    });
    return socket;
  }

  /** Whether a connection has passed the check: a request that is given such a one is not its first. */
  isChecked(socket: Duplex): boolean {
    return this.checked.has(socket);
  }
}

import type { X509Certificate } from "node:crypto";
import https from "node:https";
import { connect, isIP, type Socket } from "node:net";
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

/** A request with a connection that was made ahead of it. */
export type AheadOptions = https.RequestOptions & { readonly ahead?: Socket | undefined };

/**
 * Keeps connections to peers whose certificate `check` has seen, and sends nothing to others. Node's own agent would
 * leave the check to OpenSSL, or send the request before anyone could look.
 */
export class CheckedAgent extends https.Agent {
  private readonly secureContext: tls.SecureContext;
  private readonly check: CheckedAgentOptions["check"];
  private readonly checked = new WeakSet<object>();
  /** Addresses that are being connected to ahead of their requests. */
  private readonly connecting = new Set<string>();
  private readonly used = new WeakSet<Socket>();

  constructor(options: CheckedAgentOptions) {
    super({ keepAlive: true, maxSockets: options.maxSocketsPerHost, timeout: options.idleMs });
    this.secureContext = options.secureContext;
    this.check = options.check;
  }

  /**
   * Connects ahead of a request to an address that there is no connection to. A machine that boots refuses many, and
   * without a request each costs a quarter.
   * @returns undefined where there are connections, or one is on its way: the request will see to one itself
   * @throws what Node reports; the signal's reason
   */
  async connectAhead(host: string, port: number, begun: () => void, signal: AbortSignal): Promise<Socket | undefined> {
    const address = formatAddress(host, port);
    const name = this.getName({ host, port });
    if (this.connecting.has(address) || name in this.sockets || name in this.freeSockets) return undefined;
    this.connecting.add(address);
    begun();
    try {
      return await connected(host, port, signal);
    } finally {
      this.connecting.delete(address);
    }
  }

  /** Closes a connection that was made ahead, unless the request has used it. */
  giveBack(ahead: Socket | undefined): void {
    // One that TLS reads from must not be closed below it: Node 20.20 dies of that.
    if (ahead !== undefined && !this.used.has(ahead)) ahead.destroy();
  }

  override createConnection(options: AheadOptions): Duplex {
    const host = options.host ?? "";
    const port = Number(options.port);
    if (options.ahead !== undefined) this.used.add(options.ahead);
    const socket = tls.connect({
      ...(options.ahead === undefined ? { host, port } : { socket: options.ahead }),
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

function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    const settle = (): void => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    // Heard for as long as nobody else listens, lest a late error end the process.
    socket.on("error", (error) => {
      settle();
      reject(error);
    });
    socket.once("connect", () => {
      settle();
      resolve(socket);
    });
  });
}

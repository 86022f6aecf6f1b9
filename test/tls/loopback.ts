import { once } from "node:events";
import net, { type AddressInfo, type Server, type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { FakeClock } from "../support/fake-clock.js";
import type { PoolRequest, PoolTransport } from "../../src/pool/transport.js";
import { createMutualTlsTransport, type MutualTlsOptions } from "../../src/tls/transport.js";
import { authority, goodClient, goodServer, NOW_MS } from "./material.js";

/** Where a test's server listens. */
export const HOST = "127.0.0.1";

/** Servers and transports of one test on loopback; `close` ends them all. */
export class Loopback {
  readonly clock = new FakeClock(NOW_MS);
  private readonly closers: (() => void)[] = [];

  /** Makes `server` listen and gives its port. Its connections are dropped at the end. */
  async listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    });
    server.listen(0, HOST);
    await once(server, "listening");
    this.closers.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return (server.address() as AddressInfo).port;
  }

  /** A plain TCP server. */
  async tcp(onConnection: (socket: Socket) => void): Promise<number> {
    return this.listen(net.createServer(onConnection));
  }

  /**
   * A TLS server with a certificate of the authority's that knows nothing of HTTP. `onBroken` hears of connections
   * that ended before the server's side of the handshake was finished.
   */
  async tls(
    onConnection: (socket: TLSSocket) => void,
    options: tls.TlsOptions = {},
    onBroken: () => void = () => undefined,
  ): Promise<number> {
    const { certificatePem, keyPem } = goodServer;
    const server = tls.createServer({ cert: certificatePem, key: keyPem, ...options }, (socket) => {
      socket.on("error", () => undefined);
      onConnection(socket);
    });
    server.on("tlsClientError", onBroken);
    return this.listen(server);
  }

  /** A TLS server that answers each message with the same bytes. */
  async answering(reply: string | Buffer, then: (socket: TLSSocket) => void = () => undefined): Promise<number> {
    return this.tls((socket) => {
      socket.on("data", () => socket.write(reply, () => then(socket)));
    });
  }

  /** A transport with a good certificate, on a clock that stands still. */
  async transport(options: Partial<MutualTlsOptions> = {}): Promise<PoolTransport> {
    const transport = createMutualTlsTransport({
      authority,
      clientCertificate: goodClient,
      clock: this.clock,
      ...options,
    });
    this.closers.push(() => transport.close());
    return transport;
  }

  close(): void {
    for (const close of this.closers.splice(0)) close();
  }
}

/** A request for the offers at `port`. */
export function offersRequest(port: number, changes: Partial<PoolRequest> = {}): PoolRequest {
  return { host: HOST, port, method: "GET", path: "/v1/offers", timeoutMs: 10_000, ...changes };
}

/** Something that a test waits for. */
export interface Signalled<T> {
  readonly happened: Promise<T>;
  readonly signal: (value: T) => void;
}

export function signalled<T>(): Signalled<T> {
  let signal: (value: T) => void = () => undefined;
  const happened = new Promise<T>((resolve) => (signal = resolve));
  return { happened, signal };
}

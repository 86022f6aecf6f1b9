import { ReflowEc2Error, type ErrorDetails } from "../errors.js";

/** Where a reflowlet or bootstrap listens. */
export interface PoolAddress {
  /** DNS name or address literal. */
  readonly host: string;
  /** 9000 unless the instance says otherwise. */
  readonly port: number;
}

/** One HTTP request to a reflowlet or bootstrap. */
export interface PoolRequest extends PoolAddress {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Absolute path, e.g. `/v1/offers`. */
  readonly path: string;
  /** Sent as it is; reflowlets want no Content-Type. */
  readonly body?: string;
  /** Limit for the whole exchange, handshake included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A complete reply of whatever status. */
export interface PoolResponse {
  readonly status: number;
  /** The Content-Type header, empty when there is none. */
  readonly contentType: string;
  readonly body: string;
}

/** The door to reflowlets: HTTPS with mutual authentication in life, anything that behaves in tests. */
export interface PoolTransport {
  /**
   * @throws TransportError when no complete reply came; TrustError when the peer is not of our authority or refuses
   * us (nothing of the request was sent in the first case); the signal's reason when it aborts.
   */
  request(request: PoolRequest): Promise<PoolResponse>;
  /** Ends idle connections; the transport is not used afterwards. */
  close(): void;
}

/** How an exchange failed before a complete reply was there. */
export type TransportFailure =
  /** Nothing listens there. */
  | "refused"
  /** The peer dropped the connection. */
  | "reset"
  /** The time limit passed. */
  | "timeout"
  /** No route to the host. */
  | "unreachable"
  /** The name is unknown. */
  | "unresolved"
  /** What came is not HTTP, or ended half way. */
  | "malformed"
  /** The reply is longer than any reflowlet's. */
  | "too-large";

/** No complete reply: Reflow's kind `Net`, or `Timeout`. */
export class TransportError extends ReflowEc2Error {
  readonly code = "transport";
  readonly exitCode = 7;

  constructor(
    readonly failure: TransportFailure,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

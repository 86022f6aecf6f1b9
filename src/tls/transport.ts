import type { X509Certificate } from "node:crypto";
import tls from "node:tls";
import type { TrustError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { withDeadline } from "../lib/deadline.js";
import type { PoolRequest, PoolResponse, PoolTransport } from "../pool/transport.js";
import { checkRequest, formatAddress } from "./address.js";
import type { Authority } from "./authority.js";
import { CheckedAgent } from "./checked-agent.js";
import { exchange, type Progress, type Reply } from "./exchange.js";
import { describeFailure, describeTimeout, isReset, type FailedExchange } from "./failure.js";
import type { IssuedCertificate } from "./issue.js";
import { REFUSAL_HEADER, refusalByReply } from "./refusal.js";
import { oursRefused, peerNotTrusted } from "./trust-messages.js";
import { verifyPeer } from "./verify-peer.js";

/** What a transport is made of. */
export interface MutualTlsOptions {
  /** Peers must have their certificate from it. */
  readonly authority: Authority;
  /** What we present. */
  readonly clientCertificate: IssuedCertificate;
  readonly clock: Clock;
  /** Connections to one address at a time; further requests wait. */
  readonly maxSocketsPerHost?: number;
  /** A longer reply is an error. */
  readonly maxResponseBytes?: number;
}

const DEFAULT_SOCKETS_PER_HOST = 16;
/** A reflowlet's longest replies, lists of allocs and execs, stay far below. */
const DEFAULT_RESPONSE_BYTES = 16 * 1024 * 1024;
/** Shorter than our servers keep idle connections, so that they seldom close one that is just being used. */
const IDLE_MS = 30_000;

/**
 * The door to reflowlets and bootstraps: HTTP/1.1 over TLS where both sides prove that the authority issued their
 * certificate. The peer's is looked at in the handshake; nothing of a request leaves before. Connections are kept and
 * used again; a GET or HEAD that meets one which the other side has just closed is sent again on another.
 */
export function createMutualTlsTransport(options: MutualTlsOptions): PoolTransport {
  const { authority, clientCertificate, clock } = options;
  const startedMs = clock.nowMs() - clock.monotonicMs();
  const agent = new CheckedAgent({
    secureContext: tls.createSecureContext({
      cert: clientCertificate.certificatePem,
      key: clientCertificate.keyPem,
      // OpenSSL's verdict is not used; without this Node would load the system's authorities.
      ca: authority.certificatePem,
      minVersion: "TLSv1.2",
    }),
    check: (address, certificate) => checkServer(authority, address, certificate, timesOf(clock, startedMs)),
    maxSocketsPerHost: options.maxSocketsPerHost ?? DEFAULT_SOCKETS_PER_HOST,
    idleMs: IDLE_MS,
  });
  const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_RESPONSE_BYTES;
  return {
    async request(given) {
      const request = checkRequest(given);
      const progress: Progress = { phase: "queue", reused: false };
      const describeNow = (): FailedExchange => ({
        address: formatAddress(request.host, request.port),
        request: `${request.method} ${request.path}`,
        phase: progress.phase,
        certificatePem: clientCertificate.certificatePem,
      });
      return withDeadline(
        clock,
        request.timeoutMs,
        request.signal,
        () => describeTimeout(request.timeoutMs, describeNow()),
        async (signal) => {
          try {
            const reply = await exchangeOnLiveConnection(agent, request, maxResponseBytes, progress, signal);
            return acceptReply(reply, describeNow());
          } catch (error) {
            signal.throwIfAborted();
            throw describeFailure(error, describeNow());
          }
        },
      );
    },
    close: () => agent.destroy(),
  };
}

/**
 * What time it is: by the machine's clock, and by that of the start as it went on since. They differ when the clock was
 * set or the machine slept; a peer that is good at either is good, as a lease must not be lost with a clock.
 */
function timesOf(clock: Clock, startedMs: number): readonly [now: number, ...others: number[]] {
  return [clock.nowMs(), startedMs + clock.monotonicMs()];
}

function checkServer(
  authority: Authority,
  address: string,
  certificate: X509Certificate | undefined,
  timesMs: readonly [now: number, ...others: number[]],
): TrustError | undefined {
  if (certificate === undefined) return peerNotTrusted(address, "no-certificate", certificate);
  const problems = timesMs.map((nowMs) => verifyPeer(authority, certificate, nowMs, "server"));
  const [problem] = problems;
  return problem === undefined || problems.includes(undefined)
    ? undefined
    : peerNotTrusted(address, problem, certificate);
}

/** Only GET and HEAD are sent again, as nobody knows what became of the others. */
async function exchangeOnLiveConnection(
  agent: CheckedAgent,
  request: PoolRequest,
  maxResponseBytes: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Reply> {
  for (;;) {
    try {
      const ahead = await agent.connectAhead(request.host, request.port, () => (progress.phase = "connect"), signal);
      return await exchange(agent, request, maxResponseBytes, progress, signal, ahead);
    } catch (error) {
      const repeatable = request.method === "GET" || request.method === "HEAD";
      if (!repeatable || !progress.reused || progress.phase !== "reply" || !isReset(error)) throw error;
      progress.phase = "queue";
    }
  }
}

/** @throws TrustError for the reply by which one of our own servers refuses a certificate. */
function acceptReply(reply: Reply, failed: FailedExchange): PoolResponse {
  const refusal = refusalByReply(reply.status, reply.headers[REFUSAL_HEADER]);
  if (refusal !== undefined) throw oursRefused(failed.address, refusal, failed.certificatePem);
  return { status: reply.status, contentType: reply.headers["content-type"] ?? "", body: reply.body };
}

import { UsageError } from "../errors.js";
import { digest } from "./digest.js";
import { limits, pathElement, type CallOptions } from "./pool-call.js";
import { decodeReply } from "./reply.js";
import type { PoolAddress, PoolRequest, PoolTransport } from "./transport.js";
import { fields, listOf, mismatch, present, text, type Decoder } from "./wire-json.js";
import { durationJson, durationMs } from "./wire-time.js";
import {
  allocDecoder,
  allocInspectDecoder,
  offerDecoder,
  type Alloc,
  type AllocInspect,
  type AllocMeta,
  type Offer,
} from "./wire-types.js";

export type { CallOptions } from "./pool-call.js";
export type { Alloc, AllocInspect, AllocMeta, Offer } from "./wire-types.js";

const granted: Decoder<number> = (json, path) => fields(json, path).need("Interval", durationMs);

const execId: Decoder<string> = (json, path) => {
  const id = digest(json, path);
  if (id === undefined) throw mismatch("a SHA-256 digest", json, path);
  return id;
};

/**
 * Talks to one reflowlet. Every call gives up after 10 s unless told otherwise.
 * Every method throws RemoteError when the reflowlet says no, MalformedReplyError when what answers is no reflowlet
 * (NotServedError when it is a bootstrap), TransportError when no complete reply came, TrustError when the peer is
 * not of our authority or refuses us, and the signal's reason when it aborts.
 */
export class ReflowletClient {
  constructor(
    private readonly transport: PoolTransport,
    readonly address: PoolAddress,
  ) {}

  /** What is free now: one offer, or none. */
  offers(options: CallOptions = {}): Promise<readonly Offer[]> {
    return this.call("GET", "/v1/offers", listOf(offerDecoder), options);
  }

  /** One offer; `NotExist` when it is gone. */
  async offer(id: string, options: CallOptions = {}): Promise<Offer> {
    return this.call("GET", `/v1/offers/${pathElement(id)}`, present(offerDecoder), options);
  }

  /**
   * Makes an alloc of what an offer has. Its lease runs from now, one minute (2020) or two (2023), until a keepalive.
   * `NotExist` when what is wanted is no longer there.
   * @throws UsageError when an amount that is wanted is not a finite number.
   */
  async accept(offerId: string, meta: AllocMeta, options: CallOptions = {}): Promise<Alloc> {
    const wrong = Object.entries(meta.want).find(([, value]) => !Number.isFinite(value));
    if (wrong !== undefined) throw new UsageError(`cannot ask for ${wrong[1]} of ${wrong[0]}`);
    const body = {
      Want: meta.want,
      Owner: meta.owner,
      Labels: Object.keys(meta.labels).length === 0 ? null : meta.labels,
    };
    return this.call("POST", `/v1/offers/${pathElement(offerId)}`, present(allocDecoder), options, body);
  }

  /** All allocs, expired ones too, in no order. */
  allocs(options: CallOptions = {}): Promise<readonly Alloc[]> {
    return this.call("GET", "/v1/allocs", listOf(allocDecoder), options);
  }

  /** Everything about one alloc. Still answered for a zombie. */
  async inspect(id: string, options: CallOptions = {}): Promise<AllocInspect> {
    return this.call("GET", `/v1/allocs/${pathElement(id)}`, present(allocInspectDecoder), options);
  }

  /**
   * Sets the lease to end `intervalMs` from now and gives the milliseconds that were granted: at most two hours (2020)
   * or five minutes (2023). Zero and less end the lease at once.
   * @throws UsageError when the interval is not a number of milliseconds.
   */
  async keepalive(id: string, intervalMs: number, options: CallOptions = {}): Promise<number> {
    const interval = durationJson(intervalMs);
    if (!Number.isSafeInteger(interval)) {
      throw new UsageError(`a lease of ${intervalMs} ms is not possible`, { hint: "Ask for two minutes, 120000." });
    }
    const path = `/v1/allocs/${pathElement(id)}/keepalive`;
    return this.call("POST", path, present(granted), options, { Interval: interval });
  }

  /** Ends an alloc and everything that runs in it. */
  async free(id: string, options: CallOptions = {}): Promise<void> {
    await this.call("DELETE", `/v1/allocs/${pathElement(id)}`, present(text), options);
  }

  /** The reflowlet's configuration as YAML text, without what is secret. */
  config(options: CallOptions = {}): Promise<string> {
    return this.call("GET", "/v1/config", present(text), options);
  }

  /** The execs of an alloc, each `sha256:…`. */
  async execs(id: string, options: CallOptions = {}): Promise<readonly string[]> {
    return this.call("GET", `/v1/allocs/${pathElement(id)}/execs`, listOf(execId), options);
  }

  private async call<T>(
    method: PoolRequest["method"],
    path: string,
    decode: Decoder<T>,
    options: CallOptions,
    body?: unknown,
  ): Promise<T> {
    const request: PoolRequest = {
      ...this.address,
      method,
      path,
      ...limits(options),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    return decodeReply(request, await this.transport.request(request), decode);
  }
}

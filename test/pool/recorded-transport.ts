import { readFileSync } from "node:fs";
import { MalformedReplyError, NotServedError } from "../../src/pool/malformed-reply.js";
import { leaseFailure } from "../../src/pool/leases.js";
import { RemoteError } from "../../src/pool/remote-error.js";
import {
  TransportError,
  type PoolRequest,
  type PoolResponse,
  type PoolTransport,
  type TransportFailure,
} from "../../src/pool/transport.js";

/** One request to a real program and what it did. */
export interface Exchange {
  readonly note?: string;
  readonly request: { readonly method: PoolRequest["method"]; readonly path: string; readonly body?: string };
  readonly response:
    | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
    | { readonly connection: string };
}

const FAILURES: Readonly<Record<string, TransportFailure>> = { ECONNRESET: "reset", ECONNREFUSED: "refused" };

export function recordedExchanges(name: string): readonly Exchange[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/wire/${name}.json`, import.meta.url), "utf8")) as Exchange[];
}

/** Gives one recorded reply, and only to the recorded request: anything else that a client sends is a test failure. */
export class RecordedTransport implements PoolTransport {
  readonly requests: PoolRequest[] = [];

  constructor(private readonly exchange: Exchange) {}

  async request(request: PoolRequest): Promise<PoolResponse> {
    this.requests.push(request);
    const sent = { method: request.method, path: request.path, body: parsed(request.body) };
    const recorded = { ...this.exchange.request, body: parsed(this.exchange.request.body) };
    if (JSON.stringify(sent) !== JSON.stringify(recorded)) {
      throw new Error(`sent ${JSON.stringify(sent)}, recorded was ${JSON.stringify(recorded)}`);
    }
    return recordedReply(this.exchange);
  }

  close(): void {}
}

/** The reply of an exchange as a transport gives it. */
export function recordedReply({ response }: Exchange): PoolResponse {
  if ("connection" in response) {
    throw new TransportError(FAILURES[response.connection.split(" ")[0] ?? ""] ?? "malformed", response.connection);
  }
  const { status, headers, body } = response;
  return { status, contentType: headers["content-type"] ?? "", body };
}

/** Gives the same reply to every request, and remembers what was sent. */
export class AnsweringTransport implements PoolTransport {
  readonly requests: PoolRequest[] = [];

  constructor(private readonly answer: Partial<PoolResponse> | Error) {}

  async request(request: PoolRequest): Promise<PoolResponse> {
    this.requests.push(request);
    if (this.answer instanceof Error) throw this.answer;
    return { status: 200, contentType: "application/json; charset=UTF-8", body: "", ...this.answer };
  }

  close(): void {}
}

/** What a call came to, in a form that tables can hold. */
export async function meaningOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NotServedError) return { notServed: error.status };
    if (error instanceof MalformedReplyError) return { malformed: error.status };
    if (error instanceof TransportError) return { transport: error.failure };
    if (!(error instanceof RemoteError)) throw error;
    return { no: `${error.status} ${error.kind}`, says: error.message, lease: leaseFailure(error) };
  }
}

/** The value of JSON text, objects with their keys in order; other text as it is. */
function parsed(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body, (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    return body;
  }
}

import type { Caller } from "./caller.js";

/** A request as the endpoint hands it to a service. */
export interface ServiceRequest {
  /** Undefined when the request is not signed. */
  readonly caller: Caller | undefined;
  readonly method: string;
  /** The header X-Amz-Target of the JSON services; empty for the others. */
  readonly target: string;
  /** The query and, for forms, the body. */
  readonly form: URLSearchParams;
  readonly body: Buffer;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Told in the header x-amzn-requestid, where the SDKs look for it. */
  readonly requestId: string;
  readonly body: string;
}

/** One AWS service that the endpoint answers for. */
export type Service = (request: ServiceRequest) => Answer | Promise<Answer>;

/** A request whose body may be too long to be held: the service reads it as it comes. */
export interface StreamedRequest {
  /** Undefined when the request is not signed. */
  readonly caller: Caller | undefined;
  readonly method: string;
  /** The header Host. */
  readonly host: string;
  /** As it was sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** In lower case. */
  readonly headerNames: readonly string[];
  readonly body: AsyncIterable<Buffer>;
}

/** What goes back, in pieces where it is long. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** Nobody reads it where the request was HEAD. */
  readonly body: string | AsyncIterable<Buffer>;
}

/** One AWS service that takes and gives long bodies. */
export type StreamedService = (request: StreamedRequest) => Promise<StreamedAnswer>;

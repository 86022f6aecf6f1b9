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

import { HttpRequest } from "@smithy/core/protocols";
import { AwsRequestHandler, REQUEST_LIMITS } from "./request-handler.js";

/** An answer whose body has not been read yet. */
export interface PlainAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * One request without a signature, through the same proxies as those to AWS. The connection is closed after `use`.
 * @throws what Node says of a connection that cannot be had or breaks
 */
export async function plainRequest<T>(
  method: "GET" | "HEAD",
  url: URL,
  signal: AbortSignal,
  use: (answer: PlainAnswer) => Promise<T>,
): Promise<T> {
  const handler = new AwsRequestHandler(REQUEST_LIMITS);
  try {
    const request = new HttpRequest({
      method,
      protocol: url.protocol,
      // Node takes the address of IPv6 without its brackets.
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      ...(url.port !== "" && { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      ...(url.username !== "" && {
        username: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
      }),
      headers: { host: url.host, accept: "*/*" },
    });
    const { response } = await handler.handle(request, { abortSignal: signal });
    const body = response.body as AsyncIterable<Uint8Array>;
    return await use({ status: response.statusCode, headers: response.headers, body });
  } finally {
    handler.destroy();
  }
}

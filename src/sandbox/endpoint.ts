import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../lib/clock.js";
import type { ControlService } from "./control-service.js";
import type { Answer, Service, ServiceRequest, StreamedAnswer, StreamedService } from "./protocol/answer.js";
import { readCaller } from "./protocol/caller.js";
import type { WebPage } from "./web-pages.js";

/** The longest request body that is read; the longest that AWS's clients send here is some 30 kB of user-data. */
const LONGEST_BODY = 1024 * 1024;

/** What the endpoint answers with. */
export interface EndpointOptions {
  /** By the service name of the credential scope, e.g. `ec2`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Services whose bodies are not held, by their names likewise. */
  readonly streamed: ReadonlyMap<string, StreamedService>;
  /** The sandbox's own web: what a public address holds, asked for as `/web/https://…`. */
  readonly web: (url: URL) => Promise<WebPage>;
  /** What `GET /` tells whoever asks which program this is. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Answers what the sandbox is told about itself; undefined for all other requests. */
  readonly control?: ControlService | undefined;
  /** How far the clock of the Date header is off, in milliseconds. */
  readonly dateOffsetMs: () => number;
  readonly clock: Clock;
  /** Told of anything thrown that is no answer: a mistake in the sandbox itself. */
  readonly onInternalError: (error: unknown) => void;
}

/** A running endpoint. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the HTTP endpoint on a free port of the loopback interface. */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch((error: unknown) => {
      // A client that hung up wants no answer.
      if (!request.complete || response.destroyed) return;
      options.onInternalError(error);
      if (response.headersSent) response.destroy();
      else send(response, internalError);
    });
  });
  // Clients keep connections for long pauses between polls; Node's five seconds would reset some in mid-request.
  server.keepAliveTimeout = 120_000;
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, () => resolve());
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: EndpointOptions): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const offsetMs = options.dateOffsetMs();
  if (offsetMs !== 0) response.setHeader("date", new Date(options.clock.nowMs() + offsetMs).toUTCString());
  if (url.startsWith(WEB)) return sendPage(request, response, options);
  const [path = "/", queryText = ""] = splitOnce(url, "?");
  const query = new URLSearchParams(queryText);
  const caller = readCaller(headers.authorization, query);
  const streamed = options.streamed.get(caller?.service ?? "");
  if (streamed === undefined) return send(response, await answer(request, options));
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  };
  const body = request as AsyncIterable<Buffer>;
  const host = headers.host ?? "";
  const headerNames = Object.keys(headers);
  await sendStreamed(response, await streamed({ caller, method, host, path, query, header, headerNames, body }));
}

/** What stands before the URLs of the sandbox's web. */
const WEB = "/web/";

/** A host that is not there is a connection that breaks. */
async function sendPage(
  { method, url = "" }: IncomingMessage,
  response: ServerResponse,
  { web }: EndpointOptions,
): Promise<void> {
  const address = url.slice(WEB.length);
  const page = URL.canParse(address) ? await web(new URL(address)) : undefined;
  if (page === undefined || page.kind === "unknown-host") {
    response.destroy();
    return;
  }
  response.writeHead(page.status, { "content-type": page.contentType, "content-length": page.body.length });
  response.end(method === "HEAD" ? undefined : page.body);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

async function sendStreamed(response: ServerResponse, { status, headers, body }: StreamedAnswer): Promise<void> {
  if (typeof body === "string") {
    const length = { "content-length": Buffer.byteLength(body) };
    response.writeHead(status, { ...(status !== 204 && length), ...headers }).end(body);
    return;
  }
  response.writeHead(status, headers);
  await pipeline(body, response);
}

async function answer(request: IncomingMessage, options: EndpointOptions): Promise<Answer> {
  const { method = "GET", url = "/" } = request;
  if (method === "GET" && url === "/") {
    return jsonAnswer(200, options.identity);
  }
  const body = await readBody(request);
  if (body === undefined) return tooLong;
  const controlled = options.control?.({ method, url, authorization: request.headers.authorization, body });
  if (controlled !== undefined) return controlled;
  const form = new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length));
  if (/^application\/x-www-form-urlencoded\b/.test(request.headers["content-type"] ?? "")) {
    for (const [name, value] of new URLSearchParams(body.toString())) form.append(name, value);
  }
  const target = request.headers["x-amz-target"];
  const call: ServiceRequest = {
    caller: readCaller(request.headers.authorization, form),
    method,
    target: typeof target === "string" ? target : "",
    form,
    body,
  };
  const name = call.caller?.service ?? guessService(call);
  const service = options.services.get(name);
  if (service === undefined) {
    return jsonAnswer(501, {
      __type: "NotImplemented",
      message: `The sandbox of reflow-ec2 does not answer for the AWS service "${name}".`,
    });
  }
  return service(call);
}

/** Unsigned requests say nothing about the service but by their form. */
function guessService({ target }: ServiceRequest): string {
  return target.startsWith("AmazonEC2ContainerRegistry") ? "ecr" : "ec2";
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, reply: Answer): void {
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "content-length": Buffer.byteLength(reply.body),
    "x-amzn-requestid": reply.requestId,
    ...(reply.status === 413 ? { connection: "close" } : {}),
  });
  response.end(reply.body);
}

function jsonAnswer(status: number, body: object): Answer {
  return { status, contentType: "application/json", requestId: NO_ID, body: JSON.stringify(body) };
}

/** Requests that no service took have no id of their own. */
const NO_ID = "00000000-0000-4000-a000-000000000000";

const tooLong: Answer = jsonAnswer(413, { __type: "RequestEntityTooLarge", message: "The request is too long." });

const internalError: Answer = jsonAnswer(500, {
  __type: "InternalError",
  message: "The sandbox of reflow-ec2 failed; its log says how.",
});

import { encodeGoJson, type GoJson } from "../go/json-encode.js";
import { errorJson, statusOfKind, type ReflowError } from "./reflow-error.js";

/** A request as the handlers see it. */
export interface HttpCall {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly body: string;
}

/** A complete reply. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one call. Never throws. */
export type HttpHandler = (call: HttpCall) => Promise<HttpReply>;

/** A JSON reply of Reflow's servers. */
export function jsonReply(status: number, value: GoJson): HttpReply {
  return { status, headers: { "Content-Type": "application/json; charset=UTF-8" }, body: encodeGoJson(value) };
}

/** An error, with the status that its kind has unless another is given. */
export function errorReply(error: ReflowError, status = statusOfKind(error.kind)): HttpReply {
  return jsonReply(status, errorJson(error));
}

/** 405 in Reflow's form: the method and the URL are the operation and its argument. */
export function methodNotAllowed(call: HttpCall): HttpReply {
  return errorReply({ op: call.method, args: [call.url], kind: "NotSupported" }, 405);
}

/** Neither body nor type. */
export function emptyReply(status: number): HttpReply {
  return { status, headers: {}, body: "" };
}

/** Go's own answer to a path that nobody handles. */
export function plainNotFound(): HttpReply {
  return {
    status: 404,
    headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
    body: "404 page not found\n",
  };
}

/**
 * What Go's server does before any handler: a path with `//`, `.` or `..` is redirected to its clean form. Undefined
 * when the path is clean.
 */
export function redirectUnclean(call: HttpCall): HttpReply | undefined {
  const { path, query } = splitUrl(call.url);
  const clean = cleanPath(path);
  const target = path.endsWith("/") && clean !== "/" ? `${clean}/` : clean;
  if (target === path) return undefined;
  const location = target + query;
  const readable = call.method === "GET" || call.method === "HEAD";
  return {
    status: 301,
    headers: { Location: location, ...(readable ? { "Content-Type": "text/html; charset=utf-8" } : {}) },
    body: call.method === "GET" ? `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n` : "",
  };
}

/** Path and query (with its question mark) of a request's URL. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf("?");
  return at < 0 ? { path: url, query: "" } : { path: url.slice(0, at), query: url.slice(at) };
}

/** The path without empty, `.` and `..` elements and without a trailing slash. */
export function cleanPath(path: string): string {
  const elements: string[] = [];
  for (const element of path.split("/")) {
    if (element === "..") elements.pop();
    else if (element !== "" && element !== ".") elements.push(element);
  }
  return `/${elements.join("/")}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

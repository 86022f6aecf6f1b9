import { errorText } from "../errors.js";
import { MalformedReplyError, NotServedError } from "./malformed-reply.js";
import { reflowErrorDecoder } from "./reflow-error.js";
import { RemoteError } from "./remote-error.js";
import type { PoolRequest, PoolResponse } from "./transport.js";
import { ShapeProblem, type Decoder } from "./wire-json.js";

/**
 * What a reply says.
 * @throws RemoteError when the peer says no; MalformedReplyError when the reply is not what Reflow's programs send.
 */
export function decodeReply<T>(request: PoolRequest, reply: PoolResponse, decode: Decoder<T>): T {
  if (reply.status !== 200) throw refusal(request, reply);
  return decodeBody(request, reply, decode);
}

/** The error that a reply of any status but 200 stands for. */
export function refusal(request: PoolRequest, reply: PoolResponse): RemoteError | MalformedReplyError {
  if (reply.status === 404 && /^text\/plain\b/i.test(reply.contentType)) return new NotServedError(request, reply);
  try {
    return new RemoteError(request, reply.status, decodeBody(request, reply, reflowErrorDecoder));
  } catch (error) {
    if (error instanceof MalformedReplyError) return error;
    throw error;
  }
}

function decodeBody<T>(request: PoolRequest, reply: PoolResponse, decode: Decoder<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(reply.body);
  } catch (error) {
    throw new MalformedReplyError(request, reply, notJson(reply), error);
  }
  try {
    return decode(json, "");
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error;
    throw new MalformedReplyError(request, reply, errorText(error), error);
  }
}

function notJson({ body }: PoolResponse): string {
  if (body.trim() === "") return "an answer was expected";
  return /^\s*[[{"]/.test(body) ? "it is not complete JSON" : "it is not JSON";
}

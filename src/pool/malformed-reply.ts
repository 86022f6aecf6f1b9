import { ReflowEc2Error } from "../errors.js";
import { printable } from "./printable.js";
import { formatAddress } from "./uri.js";
import type { PoolRequest, PoolResponse } from "./transport.js";

/** How much of a reply is shown: enough to recognise a proxy's page or another server's words. */
const SHOWN_CHARACTERS = 120;

/** Something answered, but not as a reflowlet or bootstrap does: another server, a proxy, or half a reply. */
export class MalformedReplyError extends ReflowEc2Error {
  readonly code: string = "malformed-reply";
  readonly exitCode = 7;
  readonly status: number;
  readonly contentType: string;

  constructor(request: PoolRequest, reply: PoolResponse, problem: string, cause?: unknown) {
    const what = reply.body.trim() === "" ? "nothing" : `"${printable(reply.body, SHOWN_CHARACTERS)}"`;
    super(
      `${formatAddress(request)} answered ${request.method} ${printable(request.path, SHOWN_CHARACTERS)} ` +
        `(status ${reply.status}) with ${what}: ${printable(problem, SHOWN_CHARACTERS)}`,
      {
        hint: "Check that a reflowlet of this cluster listens there, and no proxy or other server; the instance's console output tells what it runs.",
        cause,
      },
    );
    this.status = reply.status;
    this.contentType = reply.contentType;
  }
}

/**
 * The path is not served there, said in plain text as Go's own server says it. A reflowlet says so in JSON, so what
 * answers a reflowlet's path like this is a bootstrap that has not installed the reflowlet yet.
 */
export class NotServedError extends MalformedReplyError {
  override readonly code = "not-served";

  constructor(request: PoolRequest, reply: PoolResponse) {
    super(request, reply, "a bootstrap without a reflowlet answers so");
  }
}

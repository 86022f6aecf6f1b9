import { MalformedReplyError } from "./malformed-reply.js";
import { limits, type CallOptions } from "./pool-call.js";
import { RemoteError } from "./remote-error.js";
import { decodeReply, refusal } from "./reply.js";
import {
  TransportError,
  type PoolAddress,
  type PoolRequest,
  type PoolResponse,
  type PoolTransport,
} from "./transport.js";
import { fields, present } from "./wire-json.js";

/** The program that a bootstrap is to become. */
export interface ExecImage {
  /** `s3://bucket/key`. */
  readonly path: string;
  /** Begins the name of the file that it is written to. */
  readonly name: string;
  /** Its arguments, without its own name. */
  readonly args: readonly string[];
}

/** The install call's limit, as Reflow's drivers set it: the bootstrap fetches the program before it goes. */
export const INSTALL_TIMEOUT_MS = 60_000;

/** Talks to one bootstrap. Throws what ReflowletClient throws. */
export class BootstrapClient {
  constructor(
    private readonly transport: PoolTransport,
    readonly address: PoolAddress,
  ) {}

  /** Returns when a bootstrap answers there. See isReflowlet for what a reflowlet does to this question. */
  async status(options: CallOptions = {}): Promise<void> {
    const request: PoolRequest = { ...this.address, method: "GET", path: "/v1/status", ...limits(options) };
    decodeReply(request, await this.transport.request(request), present(fields));
  }

  /**
   * Makes the bootstrap fetch a program and become it; returns once it has gone. A bootstrap that goes replies
   * nothing: a dropped connection is success, and so is a refused one, which means that it had gone already (an
   * earlier attempt did it, or it ran out of time). Any reply, whatever its status, is a failure. So are a time-out
   * and a host that cannot be found or reached: nothing was installed then.
   * @throws RemoteError with the bootstrap's reason when it could not install.
   */
  async execimage(image: ExecImage, options: CallOptions = {}): Promise<void> {
    const request: PoolRequest = {
      ...this.address,
      method: "POST",
      path: "/v1/execimage",
      body: JSON.stringify({ path: image.path, name: image.name, args: image.args }),
      ...limits(options, INSTALL_TIMEOUT_MS),
    };
    let reply: PoolResponse;
    try {
      reply = await this.transport.request(request);
    } catch (error) {
      if (error instanceof TransportError && (error.failure === "reset" || error.failure === "refused")) return;
      throw error;
    }
    if (reply.status !== 200) throw refusal(request, reply);
    throw new MalformedReplyError(request, reply, "a bootstrap that installs drops the connection instead");
  }
}

/** Whether a bootstrap's question failed because a reflowlet answered it: what was to be installed is there. */
export function isReflowlet(error: unknown): boolean {
  return error instanceof RemoteError && error.op === "servehttp" && error.kind === "NotExist";
}

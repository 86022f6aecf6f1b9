import type { Generation } from "../../../pool/resources.js";
import { decodeGoJson, type Decoded, type GoType } from "../go/json-decode.js";
import {
  errorReply,
  jsonReply,
  methodNotAllowed,
  plainNotFound,
  redirectUnclean,
  splitUrl,
  type HttpCall,
  type HttpHandler,
  type HttpReply,
} from "./http-reply.js";
import { plainError } from "./reflow-error.js";

/** A program to install, as the request names it. */
export interface Image {
  /** URL of the program. */
  readonly path: string;
  /** What its file is called, before a random number. */
  readonly name: string;
  readonly args: readonly string[];
}

/** What a bootstrap's API needs. */
export interface BootstrapApiOptions {
  readonly generation: Generation;
  /** The object at an `s3://` URL. @throws Error whose message is the SDK's, when it cannot be had. */
  fetch(bucket: string, key: string): Promise<Buffer | undefined>;
  /**
   * Writes the program to a file and replaces this process with it; the reply is never sent.
   * @throws Error whose message says why the file cannot be run.
   */
  install(program: Buffer, image: Image): Promise<never>;
  /** The id that S3 gives to a request. */
  requestId(): string;
}

const IMAGE = {
  kind: "struct",
  name: "common.Image",
  fields: [
    { name: "path", type: { kind: "string", name: "string" } },
    { name: "name", type: { kind: "string", name: "string" } },
    { name: "args", type: { kind: "slice", name: "[]string", item: { kind: "string", name: "string" } } },
  ],
} as const satisfies GoType;

/** What a missing object is to each generation's S3 client. */
const NO_SUCH_KEY: Readonly<Record<Generation, string>> = {
  2020: "resource does not exist: NoSuchKey",
  2023: "temporary: NoSuchKey",
};

/** Answers as a bootstrap of its generation does. */
export function bootstrapHandler(options: BootstrapApiOptions): HttpHandler {
  return async (call) => {
    const redirect = redirectUnclean(call);
    if (redirect !== undefined) return redirect;
    switch (splitUrl(call.url).path) {
      case "/v1/status":
        return call.method === "GET" ? jsonReply(200, {}) : methodNotAllowed(call);
      case "/v1/execimage":
        return call.method === "POST" ? execImage(call, options) : methodNotAllowed(call);
      default:
        return plainNotFound();
    }
  };
}

async function execImage(call: HttpCall, options: BootstrapApiOptions): Promise<HttpReply> {
  const decoded = decodeGoJson(call.body, IMAGE);
  if (decoded.error !== undefined) return errorReply(plainError(`unmarshal execimage ${decoded.error}`));
  const image = toImage(decoded);
  try {
    return await options.install(await fetchImage(image.path, options), image);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const shown = `{${image.path} ${image.name} [${image.args.join(" ")}]}`;
    return errorReply(plainError(`bootstrap execimage POST ${shown}: ${error.message}`));
  }
}

/** The program cannot be had or run; the message is what the reply passes on. */
export class ImageError extends Error {}

async function fetchImage(path: string, options: BootstrapApiOptions): Promise<Buffer> {
  const [, scheme = "", bucket = "", key = ""] = /^(?:([^:/]*):\/\/)?([^/]*)\/?([^]*)$/.exec(path) ?? [];
  if (scheme !== "s3") {
    throw new ImageError(`blob.Bucket ${path}: operation not supported: no implementation for scheme ${scheme}`);
  }
  const program = await options.fetch(bucket, key);
  if (program !== undefined) return program;
  throw new ImageError(
    `s3blob.Get ${bucket} ${key}: ${NO_SUCH_KEY[options.generation]}: The specified key does not exist.\n` +
      `\tstatus code: 404, request id: ${options.requestId()}, host id: `,
  );
}

function toImage({ value }: Decoded): Image {
  const { path, name, args } = value;
  return {
    path: typeof path === "string" ? path : "",
    name: typeof name === "string" ? name : "",
    args: Array.isArray(args) ? args.map((arg) => (typeof arg === "string" ? arg : "")) : [],
  };
}

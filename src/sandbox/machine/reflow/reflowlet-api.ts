import { formatGoDuration } from "../../../lib/go-duration.js";
import type { Generation } from "../../../pool/resources.js";
import { decodeGoJson } from "../go/json-decode.js";
import type { GoJson } from "../go/json-encode.js";
import {
  ALLOC_META,
  allocJson,
  inspectJson,
  KEEPALIVE,
  metaText,
  offerJson,
  summaryJson,
  toMeta,
  zombieJson,
  type AllocFields,
} from "./alloc-json.js";
import {
  cleanPath,
  emptyReply,
  errorReply,
  jsonReply,
  methodNotAllowed,
  redirectUnclean,
  splitUrl,
  type HttpCall,
  type HttpHandler,
  type HttpReply,
} from "./http-reply.js";
import type { LeasePool, Offer } from "./lease-pool.js";
import { ReflowFault } from "./reflow-error.js";

/** What a reflowlet's API needs. */
export interface ReflowletApiOptions {
  readonly generation: Generation;
  readonly pool: LeasePool;
  /** What `/v1/config` shows. */
  readonly configText: string;
}

/** A resource of the API: its children by name, and what it answers itself. */
interface Node {
  walk(element: string): Node | undefined;
  answer(call: HttpCall): HttpReply;
}

const NS_PER_MS = 1e6;

/** The digest that stands for none: a sandbox machine has no task database. */
const ZERO_DIGEST = "<zero>";

/** Answers as a reflowlet of its generation does: statuses, bodies, errors and their words. */
export function reflowletHandler(options: ReflowletApiOptions): HttpHandler {
  const api = new ReflowletApi(options);
  return async (call) => api.answer(call);
}

class ReflowletApi {
  private readonly root: Node;

  constructor(private readonly options: ReflowletApiOptions) {
    const v1 = folder({ allocs: this.allocsNode(), offers: this.offersNode() });
    this.root = folder({ v1 });
  }

  answer(call: HttpCall): HttpReply {
    const redirect = redirectUnclean(call);
    if (redirect !== undefined) return redirect;
    const { path } = splitUrl(call.url);
    if (path === "/v1/config") {
      return call.method === "GET" ? jsonReply(200, this.options.configText) : methodNotAllowed(call);
    }
    try {
      return this.walk(cleanPath(decodePath(path))).answer(call);
    } catch (error) {
      if (error instanceof ReflowFault) return errorReply(error.error);
      throw error;
    }
  }

  private walk(path: string): Node {
    let node = this.root;
    for (const element of path.split("/").filter((part) => part !== "")) {
      const next = node.walk(element);
      if (next === undefined) {
        throw new ReflowFault({ op: "servehttp", args: [path, element], kind: "NotExist" });
      }
      node = next;
    }
    return node;
  }

  private offersNode(): Node {
    const { pool } = this.options;
    return {
      walk: (id) => this.offerNode(pool.offer(id)),
      answer: (call) => (call.method === "GET" ? jsonReply(200, pool.offers().map(offerJson)) : methodNotAllowed(call)),
    };
  }

  private offerNode(offer: Offer): Node {
    return leaf((call) => {
      if (call.method === "GET") return jsonReply(200, offerJson(offer));
      if (call.method !== "POST") return methodNotAllowed(call);
      const decoded = decodeGoJson(call.body, ALLOC_META);
      const meta = toMeta(decoded);
      if (decoded.error !== undefined) return unmarshalError(metaText(meta), decoded.error);
      return this.alloc(summaryJson(this.options.pool.accept(meta)));
    });
  }

  private allocsNode(): Node {
    const { pool } = this.options;
    return {
      walk: (id) => this.allocNode(id),
      answer: (call) =>
        call.method === "GET"
          ? jsonReply(
              200,
              pool.allocs.map((alloc) => this.json(summaryJson(alloc))),
            )
          : methodNotAllowed(call),
    };
  }

  private allocNode(id: string): Node {
    this.options.pool.find(id);
    return {
      walk: (element) => {
        if (element === "keepalive") return leaf((call) => this.keepalive(id, call));
        if (element === "execs") return execsNode();
        return undefined;
      },
      answer: (call) => {
        if (call.method === "GET") return this.inspect(id);
        if (call.method === "DELETE") return this.free(id);
        return methodNotAllowed(call);
      },
    };
  }

  private keepalive(id: string, call: HttpCall): HttpReply {
    if (call.method !== "POST") return methodNotAllowed(call);
    const decoded = decodeGoJson(call.body, KEEPALIVE);
    const interval = decoded.value["Interval"];
    const intervalNs = typeof interval === "bigint" ? interval : 0n;
    const text = formatGoDuration(Number(intervalNs) / NS_PER_MS);
    if (decoded.error !== undefined) return unmarshalError(`&{${text}}`, decoded.error);
    const found = this.options.pool.find(id);
    if (found.kind === "zombie") throw zombie("keepalive", id, text);
    return jsonReply(200, { Interval: this.options.pool.keepalive(found.alloc, intervalNs) });
  }

  private free(id: string): HttpReply {
    const found = this.options.pool.find(id);
    if (found.kind === "zombie") throw zombie("free", id);
    this.options.pool.free(found.alloc);
    return jsonReply(200, "alloc freed");
  }

  private inspect(id: string): HttpReply {
    const found = this.options.pool.find(id);
    return this.alloc(found.kind === "live" ? inspectJson(found.alloc) : zombieJson(id, found.meta));
  }

  private alloc(fields: AllocFields): HttpReply {
    return jsonReply(200, this.json(fields));
  }

  private json(fields: AllocFields): GoJson {
    return allocJson(fields, this.options.generation === 2023 ? ZERO_DIGEST : undefined);
  }
}

/** The execs of an alloc. A sandbox machine runs none. */
function execsNode(): Node {
  return {
    walk: (element) => {
      const hex = element.replace(/^sha256:/, "");
      if (!/^[0-9a-f]{1,64}$/.test(hex)) {
        throw new ReflowFault({ op: "walk", args: [element], kind: "Other", cause: "invalid digest" });
      }
      const digest = `sha256:${hex.padEnd(64, "0")}`;
      return leaf((call) => {
        const op = call.method === "PUT" ? "put" : "get";
        if (op === "get") throw new ReflowFault({ op, args: [digest], kind: "NotExist" });
        const cause = "the sandbox runs no execs";
        throw new ReflowFault({ op, args: [digest], kind: "NotSupported", cause });
      });
    },
    answer: (call) => (call.method === "GET" ? jsonReply(200, []) : methodNotAllowed(call)),
  };
}

function folder(children: Readonly<Record<string, Node>>): Node {
  return {
    walk: (element) => (Object.hasOwn(children, element) ? children[element] : undefined),
    answer: () => emptyReply(404),
  };
}

function leaf(answer: (call: HttpCall) => HttpReply): Node {
  return { walk: () => undefined, answer };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function zombie(op: string, ...args: readonly string[]): ReflowFault {
  return new ReflowFault({ op, args, kind: "NotSupported", cause: "zombie alloc" });
}

function unmarshalError(target: string, cause: string): HttpReply {
  return errorReply({ op: "unmarshal", args: [target], kind: "Other", cause }, 400);
}

import { NodeHttpHandler, type NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { getProxyForUrl } from "proxy-from-env";
import { UsageError } from "../errors.js";

/**
 * Answers come in seconds; without limits the SDK would wait for ever. A connection that is not there in five seconds
 * will not come.
 */
export const REQUEST_LIMITS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

type Handle = NodeHttpHandler["handle"];

/**
 * Sends the SDK's requests: HTTPS through the proxy that HTTPS_PROXY and NO_PROXY name for its host, which the SDK by
 * itself does not look at; plain HTTP, which a sandbox speaks, goes straight.
 */
export class AwsRequestHandler extends NodeHttpHandler {
  private readonly proxied = new Map<string, Promise<NodeHttpHandler>>();

  constructor(private readonly limits: NodeHttpHandlerOptions) {
    super(limits);
  }

  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const { protocol, hostname, port } = request;
    const proxy = protocol === "https:" ? getProxyForUrl(`https://${hostname}:${port ?? 443}`) : "";
    if (proxy === "") return super.handle(request, options);
    let handler = this.proxied.get(proxy);
    if (handler === undefined) {
      handler = handlerThrough(proxy, this.limits);
      this.proxied.set(proxy, handler);
    }
    return (await handler).handle(request, options);
  }

  override destroy(): void {
    super.destroy();
    for (const handler of this.proxied.values()) void handler.then((made) => made.destroy()).catch(() => undefined);
  }
}

async function handlerThrough(proxy: string, limits: NodeHttpHandlerOptions): Promise<NodeHttpHandler> {
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
    throw new UsageError(`the proxy for AWS, ${withoutPassword(proxy)}, is not an http or https address`, {
      hint: "set HTTPS_PROXY to one, for example http://proxy.example.com:3128, or name AWS in NO_PROXY: .amazonaws.com",
    });
  }
  // Loaded only where there is a proxy.
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  return new NodeHttpHandler({ ...limits, httpsAgent: new HttpsProxyAgent(proxy, { keepAlive: true }) });
}

function withoutPassword(proxy: string): string {
  return proxy.replace(/\/\/[^/]*@/, "//");
}

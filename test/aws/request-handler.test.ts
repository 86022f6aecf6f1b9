import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createEc2Clients } from "../../src/aws/clients.js";
import { Ec2Adapter } from "../../src/aws/ec2-adapter.js";
import type { Ec2Clients } from "../../src/aws/ec2-caller.js";
import { REAL_TIME } from "./real-time.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const NAMES = [
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
];
const signal = new AbortController().signal;

let before: readonly (readonly [string, string | undefined])[];
let proxy: Server;
let asked: string[];
let clients: Ec2Clients | undefined;

beforeEach(async () => {
  before = NAMES.map((name) => [name, process.env[name]]);
  for (const name of NAMES) delete process.env[name];
  asked = [];
  proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(418).end();
  });
  // It lets nobody through: that it is asked is all that matters here.
  proxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  clients?.launching.destroy();
  clients?.other.destroy();
  proxy.close();
  proxy.closeAllConnections();
});

const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

/** Describes the instances with EC2 at the endpoint, or at its own one; gives what that threw. */
async function failure(env: Readonly<Record<string, string>>, endpointUrl?: string): Promise<unknown> {
  Object.assign(process.env, env);
  clients = createEc2Clients({
    region: "us-west-2",
    endpointUrl,
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "test" }),
  });
  return new Ec2Adapter(clients, REAL_TIME).describeInstances({}, signal).catch((thrown: unknown) => thrown);
}

describe("a request to AWS", () => {
  it("goes through HTTPS_PROXY, and its refusal names the proxy's setting", async () => {
    const error = await failure({ HTTPS_PROXY: proxyUrl() });
    expect(error).toMatchObject({
      code: "endpoint",
      message: expect.stringContaining("status 407"),
      hint: expect.stringContaining("HTTPS_PROXY"),
    });
    expect(new Set(asked)).toEqual(new Set(["CONNECT ec2.us-west-2.amazonaws.com:443"]));
  });

  it.each([
    ["is told to spare", "https://127.0.0.1:1", { NO_PROXY: "localhost,127.0.0.1" }],
    ["is not for, as it speaks plain HTTP", "http://127.0.0.1:1", {}],
  ])("to a host that the proxy %s goes straight", async (_title, endpointUrl, env) => {
    const error = await failure({ HTTPS_PROXY: proxyUrl(), HTTP_PROXY: proxyUrl(), ...env }, endpointUrl);
    expect({ error, asked }).toMatchObject({ error: { message: expect.stringContaining("ECONNREFUSED") }, asked: [] });
  });

  it.each(["socks5://user:secret@127.0.0.1:1", "http://"])(
    "with %s as its proxy is a mistake that is named",
    async (url) => {
      const error = await failure({ HTTPS_PROXY: url });
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining("the proxy for AWS, ") });
      expect((error as Error).message).not.toContain("secret");
    },
  );
});

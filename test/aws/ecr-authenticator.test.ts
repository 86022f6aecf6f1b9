import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ECRClient } from "@aws-sdk/client-ecr";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createEcrClient } from "../../src/aws/clients.js";
import { SdkEcrAuthenticator } from "../../src/aws/ecr-authenticator.js";
import { FakeClock } from "../support/fake-clock.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const never = new AbortController().signal;
const HOUR_MS = 60 * 60_000;
const REGISTRY = "https://123456789012.dkr.ecr.us-west-2.amazonaws.com";

let server: Server;
let client: ECRClient;
let clock: FakeClock;
let asked: number;
/** What the registry answers, by the number of the question; it is silent where that is undefined. */
let answer: (question: number) => { readonly status?: number; readonly body: object } | undefined;

beforeEach(async () => {
  clock = new FakeClock();
  asked = 0;
  answer = (question) => ({ body: token(`AWS:password:${question}`, clock.nowMs() + 12 * HOUR_MS) });
  server = createServer((request, response) => {
    request.resume();
    const said = answer((asked += 1));
    if (said === undefined) return;
    response.writeHead(said.status ?? 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(said.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = createEcrClient({
    region: "us-west-2",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "secret" }),
  });
});
afterEach(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

const token = (login: string, expiresMs: number): object => ({
  authorizationData: [
    {
      authorizationToken: Buffer.from(login).toString("base64"),
      expiresAt: expiresMs / 1_000,
      proxyEndpoint: REGISTRY,
    },
  ],
});

describe("the login for ECR", () => {
  it("is asked for once by all launches of a process, and kept until its last hour", async () => {
    const authenticator = new SdkEcrAuthenticator(client, clock);
    const first = await Promise.all([authenticator.login(never), authenticator.login(never)]);
    const expiresMs = clock.nowMs() + 12 * HOUR_MS;
    await clock.advance(11 * HOUR_MS - 1);
    const kept = await authenticator.login(never);
    await clock.advance(1);
    const second = await authenticator.login(never);
    const login = { username: "AWS", password: "password:1", endpoint: REGISTRY, expiresMs };
    expect({ first, kept, second, asked }).toEqual({
      first: [login, login],
      kept: login,
      second: { ...login, password: "password:2", expiresMs: expiresMs + 11 * HOUR_MS },
      asked: 2,
    });
  });

  it("that is not allowed is a matter of permissions, with both ways out, and asked for again by the next", async () => {
    const message = "User: ann is not authorized to perform: ecr:GetAuthorizationToken on resource: *";
    const allowed = answer;
    answer = (question) =>
      question === 1 ? { status: 400, body: { __type: "AccessDeniedException", message } } : allowed(question);
    const authenticator = new SdkEcrAuthenticator(client, clock);
    await expect(authenticator.login(never)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(message),
      hint: "allow ecr:GetAuthorizationToken, or, if instances fetch nothing from ECR, set `reflow-ec2: ecr: false`",
    });
    expect((await authenticator.login(never)).password).toBe("password:2");
  });

  it.each<[string, object]>([
    ["no data", {}],
    ["no password", token("AWS", 0)],
    ["nothing at all", { authorizationData: [{}] }],
  ])("that has %s is refused before anything is launched with it", async (_what, body) => {
    answer = () => ({ body });
    await expect(new SdkEcrAuthenticator(client, clock).login(never)).rejects.toMatchObject({
      exitCode: 6,
      message: "ECR gave no usable login",
      hint: "switch the login off with `reflow-ec2: ecr: false`",
    });
  });

  it("is given up with the launch that wants it", async () => {
    answer = () => undefined;
    const stopped = new AbortController();
    const heard = once(server, "request");
    const login = new SdkEcrAuthenticator(client, clock).login(stopped.signal);
    login.catch(() => undefined);
    await heard;
    stopped.abort(new Error("Ctrl-C"));
    await expect(login).rejects.toThrow("Ctrl-C");
  });
});

import https from "node:https";
import { connect } from "node:net";
import tls from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createMutualTlsServer } from "../../src/tls/server.js";
import { HOST, Loopback, signalled } from "./loopback.js";
import { authority, DAY_MS, goodClient, goodServer, issue, KINDS, NOW_MS } from "./material.js";

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

interface Reflowlet {
  readonly port: number;
  /** What reached the handler: method, path and the length of the body. */
  readonly handled: string[];
  /** What was told of clients that did not. */
  readonly refused: { readonly problem: string; readonly client: string }[];
  nowMs: number;
}

async function reflowlet(): Promise<Reflowlet> {
  const handled: string[] = [];
  const refused: Reflowlet["refused"] = [];
  const state = { port: 0, handled, refused, nowMs: NOW_MS };
  const onRefused = (problem: string, client: string): void => void refused.push({ problem, client });
  const options = { authority, ...goodServer, nowMs: () => state.nowMs, onRefused };
  const server = createMutualTlsServer(options, (request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => {
      handled.push(`${request.method} ${request.url} ${length}`);
      response.end("{}\n");
    });
  });
  state.port = await loopback.listen(server);
  return state;
}

interface ClientReply {
  readonly status: number | undefined;
  readonly problem: unknown;
  readonly connection: string | undefined;
  readonly body: string;
}

/** What a client that does not look at the server's certificate gets, as Reflow's do not. */
function ask(port: number, options: https.RequestOptions = {}, body = ""): Promise<ClientReply> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      { host: HOST, port, path: "/v1/offers", method: "POST", rejectUnauthorized: false, agent: false, ...options },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            problem: response.headers["x-refused-certificate"],
            connection: response.headers.connection,
            body: text,
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

const refusal = (problem: string): ClientReply => ({
  status: 403,
  problem,
  connection: "close",
  body: `client certificate refused: ${problem}\n`,
});

describe("a mutual TLS server", () => {
  const problems: Readonly<Record<string, string>> = {
    "of another authority of the same name": "other-authority",
    expired: "expired",
    "not yet valid": "not-yet-valid",
    "for servers only": "wrong-usage",
  };
  const versions = ["TLSv1.2", "TLSv1.3"] as const;

  it.each(versions.flatMap((version) => KINDS.map((kind) => ({ version, ...kind }))))(
    "judges a client with a certificate that is $name under $version",
    async ({ version, name, issuer = authority, options }) => {
      const server = await reflowlet();
      const { certificatePem: cert, keyPem: key } = await issue(issuer, options);
      const body = "x".repeat(200_000);
      const reply = await ask(server.port, { cert, key, minVersion: version, maxVersion: version }, body);
      const problem = problems[name];
      if (problem === undefined) {
        expect({ reply, handled: server.handled, refused: server.refused }).toMatchObject({
          reply: { status: 200, problem: undefined, body: "{}\n" },
          handled: ["POST /v1/offers 200000"],
          refused: [],
        });
      } else {
        expect({ reply, handled: server.handled, refused: server.refused }).toEqual({
          reply: refusal(problem),
          handled: [],
          refused: [{ problem, client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) }],
        });
      }
    },
  );

  it.each(versions)("refuses a client without a certificate under %s", async (version) => {
    const server = await reflowlet();
    const reply = await ask(server.port, { minVersion: version, maxVersion: version });
    expect({ reply, handled: server.handled }).toEqual({ reply: refusal("no-certificate"), handled: [] });
  });

  it.each(versions)("looks again at the certificate of a client that resumes a session under %s", async (version) => {
    const server = await reflowlet();
    const { certificatePem: cert, keyPem: key } = await issue(authority, { notAfterMs: NOW_MS + DAY_MS });
    const session = signalled<Buffer>();
    const resumed = signalled<boolean>();
    const askOver = (
      options: tls.ConnectionOptions,
      onSocket: (socket: tls.TLSSocket) => void,
    ): Promise<ClientReply> => {
      const agent = new https.Agent();
      agent.createConnection = ({ port }) => {
        const given = { host: HOST, port: Number(port), rejectUnauthorized: false, cert, key };
        const socket = tls.connect({ ...given, minVersion: version, maxVersion: version, ...options });
        onSocket(socket);
        return socket;
      };
      return ask(server.port, { agent });
    };
    const first = await askOver({}, (socket) => socket.once("session", (data) => session.signal(data)));
    server.nowMs += 2 * DAY_MS;
    const second = await askOver({ session: await session.happened }, (socket) =>
      socket.once("secureConnect", () => resumed.signal(socket.isSessionReused())),
    );
    expect({ first: first.status, resumed: await resumed.happened, second }).toEqual({
      first: 200,
      resumed: true,
      second: refusal("expired"),
    });
  });

  it("serves others while a client speaks no TLS, half of it or drops the connection", async () => {
    const server = await reflowlet();
    const { certificatePem: cert, keyPem: key } = goodClient;
    for (const text of ["GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001", "", "x".repeat(100_000)]) {
      const socket = connect(server.port, HOST);
      socket.on("error", () => undefined);
      socket.end(text);
    }
    await expect(ask(server.port, { cert, key })).resolves.toMatchObject({ status: 200 });
  });
});

import https from "node:https";
import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TrustError } from "../../src/errors.js";
import type { PoolRequest } from "../../src/pool/transport.js";
import { createMutualTlsServer } from "../../src/tls/server.js";
import { Loopback, offersRequest, signalled } from "./loopback.js";
import {
  authority,
  DAY_MS,
  goodServer,
  impostor,
  issue,
  issueForServer,
  KINDS,
  NOW_MS,
  rsaKeyPair,
} from "./material.js";

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** A reflowlet that tells what it was asked, and counts its connections. */
async function echo(options: https.ServerOptions = {}): Promise<{ port: number; connections: () => number }> {
  const { certificatePem, keyPem } = goodServer;
  let connections = 0;
  const server = https.createServer({ cert: certificatePem, key: keyPem, ...options }, (request, response) => {
    void bodyOf(request).then((body) => {
      response.setHeader("Content-Type", "application/json; charset=UTF-8");
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
  });
  server.on("secureConnection", () => (connections += 1));
  return { port: await loopback.listen(server), connections: () => connections };
}

async function failureOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    (value) => ({ unexpected: value }),
    (error: unknown) =>
      error instanceof TrustError
        ? { problem: error.problem, message: error.message, exitCode: error.exitCode }
        : error,
  );
}

describe("a mutual TLS transport and the peer's certificate", () => {
  const refused: Readonly<Record<string, readonly [problem: string, presents: string]>> = {
    "of another authority of the same name": [
      "other-authority",
      "a certificate of another authority (CN=infra, valid until Jun 1 12:00:00 2027 GMT)",
    ],
    expired: ["expired", "a certificate that was valid until Nov 23 12:00:00 2026 GMT (CN=infra)"],
    "not yet valid": ["not-yet-valid", "a certificate that is valid only from Nov 25 12:00:00 2026 GMT (CN=infra)"],
    "for clients only": [
      "wrong-usage",
      "a certificate that is not for servers (CN=infra, valid until Jun 1 12:00:00 2027 GMT)",
    ],
  };
  const versions = ["TLSv1.2", "TLSv1.3"] as const;

  it.each(versions.flatMap((version) => KINDS.map((kind) => ({ version, ...kind }))))(
    "judges a server with one that is $name under $version before it sends a byte",
    async ({ version, name, issuer = authority, options }) => {
      const { certificatePem, keyPem } = await issueForServer(issuer, { ...options, keyPair: rsaKeyPair });
      let received = 0;
      const ended = signalled<void>();
      const port = await loopback.tls(
        (socket) => {
          socket.on("close", () => ended.signal());
          // Speaks unasked: nobody may take that for a reply.
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
          socket.on("data", (data: Buffer) => (received += data.length));
        },
        { cert: certificatePem, key: keyPem, minVersion: version, maxVersion: version },
        () => ended.signal(),
      );
      const transport = await loopback.transport();
      const request = offersRequest(port, { method: "POST", body: "x".repeat(200_000) });
      const problem = refused[name];
      if (problem === undefined) {
        await expect(transport.request(request)).resolves.toEqual({ status: 200, contentType: "", body: "{}" });
        return;
      }
      expect(await failureOf(transport.request(request))).toEqual({
        problem: problem[0],
        message: `127.0.0.1:${port} presents ${problem[1]}; nothing was sent to it`,
        exitCode: 8,
      });
      await ended.happened;
      expect(received).toBe(0);
    },
  );

  it("looks again at every connection: what was valid yesterday is refused today", async () => {
    const day = await issueForServer(authority, { notAfterMs: NOW_MS + DAY_MS });
    const { port } = await echo({ cert: day.certificatePem, key: day.keyPem });
    const yesterday = await loopback.transport();
    await expect(yesterday.request(offersRequest(port))).resolves.toMatchObject({ status: 200 });
    await loopback.clock.advance(2 * DAY_MS);
    const today = await loopback.transport();
    expect(await failureOf(today.request(offersRequest(port)))).toMatchObject({ problem: "expired" });
  });

  it.each([
    ["back", -DAY_MS],
    ["ahead", 365 * DAY_MS],
  ])("does not lose a good peer when the clock is set %s by mistake", async (_way, stepMs) => {
    const { port } = await echo();
    const before = await loopback.transport();
    loopback.clock.stepWall(stepMs);
    await expect(before.request(offersRequest(port))).resolves.toMatchObject({ status: 200 });
    const after = await loopback.transport();
    expect(await failureOf(after.request(offersRequest(port)))).toMatchObject({ exitCode: 8 });
  });

  it("strips what a peer's name could do to a terminal", async () => {
    const { certificatePem, keyPem } = await issueForServer(impostor, { subject: "CN=\u001b[2Jinfra\r\nall is well" });
    const port = await loopback.tls(() => undefined, { cert: certificatePem, key: keyPem });
    const failure = await failureOf((await loopback.transport()).request(offersRequest(port)));
    expect(failure).toMatchObject({ problem: "other-authority" });
    expect((failure as { message: string }).message).not.toMatch(/\p{Cc}/u);
  });
});

describe("a mutual TLS transport and a server that refuses its certificate", () => {
  const OTHER = "does not know the authority of our certificate (it said: client certificate refused: other-authority)";
  it.each([
    ["of another authority", impostor, {}, OTHER],
    [
      "expired",
      authority,
      { notBeforeMs: NOW_MS - 2 * DAY_MS, notAfterMs: NOW_MS - DAY_MS },
      "takes our certificate, valid from Nov 22 12:00:00 2026 GMT until Nov 23 12:00:00 2026 GMT, for expired or not yet valid (it said: client certificate refused: expired)",
    ],
    [
      "not yet valid",
      authority,
      { notBeforeMs: NOW_MS + DAY_MS, notAfterMs: NOW_MS + 2 * DAY_MS },
      "takes our certificate, valid from Nov 25 12:00:00 2026 GMT until Nov 26 12:00:00 2026 GMT, for not yet valid (it said: client certificate refused: not-yet-valid)",
    ],
    [
      "for servers only",
      authority,
      { extendedKeyUsage: ["serverAuth"] },
      "does not take our certificate for one of a client (it said: client certificate refused: wrong-usage)",
    ],
  ] as const)("tells that ours is %s", async (_name, issuer, options, message) => {
    const asked: unknown[] = [];
    const server = createMutualTlsServer({ authority, ...goodServer, nowMs: () => NOW_MS }, (request) =>
      asked.push(request.url),
    );
    const port = await loopback.listen(server);
    const transport = await loopback.transport({ clientCertificate: await issue(issuer, options) });
    const request = offersRequest(port, { method: "POST", body: "x".repeat(200_000) });
    expect(await failureOf(transport.request(request))).toEqual({
      problem: "refused-ours",
      message: `127.0.0.1:${port} ${message}`,
      exitCode: 8,
    });
    expect(asked).toEqual([]);
  });

  it("takes a 403 of any other kind for a reply", async () => {
    const port = await loopback.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    const transport = await loopback.transport();
    await expect(transport.request(offersRequest(port))).resolves.toEqual({ status: 403, contentType: "", body: "no" });
  });
});

describe("a request of a mutual TLS transport", () => {
  it.each([
    [{ method: "GET" }, {}],
    [{ method: "POST", body: '{"a":"ä"}' }, { "content-length": "10" }],
    [{ method: "POST" }, { "content-length": "0" }],
    [{ method: "DELETE", body: "x" }, { "content-length": "1" }],
    [{ method: "PUT", body: "" }, { "content-length": "0" }],
  ] as const)("is sent as it is, with no header that Reflow does not need: %j", async (changes, headers) => {
    const { port } = await echo();
    const request: PoolRequest = offersRequest(port, changes);
    const reply = await (await loopback.transport()).request(request);
    expect({ ...reply, body: JSON.parse(reply.body) as unknown }).toEqual({
      status: 200,
      contentType: "application/json; charset=UTF-8",
      body: {
        method: request.method,
        url: "/v1/offers",
        headers: { host: `127.0.0.1:${port}`, connection: "keep-alive", ...headers },
        body: request.body ?? "",
      },
    });
  });

  it("gives the head of a reply to HEAD", async () => {
    const { port } = await echo();
    const reply = await (await loopback.transport()).request(offersRequest(port, { method: "HEAD" }));
    expect(reply).toEqual({ status: 200, contentType: "application/json; charset=UTF-8", body: "" });
  });

  it("uses one connection for requests that follow each other, and no more than allowed at once", async () => {
    const { port, connections } = await echo();
    const transport = await loopback.transport({ maxSocketsPerHost: 3 });
    for (let count = 0; count < 5; count += 1) await transport.request(offersRequest(port));
    expect(connections()).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => transport.request(offersRequest(port))));
    expect(connections()).toBe(3);
  });

  it("never resumes a session, as it could not see the certificate then", async () => {
    const resumed: boolean[] = [];
    const { certificatePem, keyPem } = goodServer;
    const server = https.createServer({ cert: certificatePem, key: keyPem }, (_request, response) => {
      response.setHeader("Connection", "close");
      response.end("{}");
    });
    server.on("secureConnection", (socket) => resumed.push(socket.isSessionReused()));
    const port = await loopback.listen(server);
    const transport = await loopback.transport();
    for (let count = 0; count < 3; count += 1) await transport.request(offersRequest(port));
    expect(resumed).toEqual([false, false, false]);
  });

  it("is sent again, if it is a GET, when the idle connection that it took had just been closed", async () => {
    let connections = 0;
    const seen: string[] = [];
    const port = await loopback.tls((socket) => {
      connections += 1;
      let requests = 0;
      socket.on("data", (data: Buffer) => {
        requests += 1;
        seen.push(data.toString().split(" ")[0] ?? "");
        if (requests > 1) socket.destroy();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      });
    });
    const transport = await loopback.transport();
    await transport.request(offersRequest(port));
    await expect(transport.request(offersRequest(port))).resolves.toMatchObject({ status: 200 });
    expect({ connections, seen }).toEqual({ connections: 2, seen: ["GET", "GET", "GET"] });
    await expect(transport.request(offersRequest(port, { method: "POST" }))).rejects.toMatchObject({
      failure: "reset",
      message: `127.0.0.1:${port} dropped the connection without a reply to POST /v1/offers`,
    });
    expect(seen).toEqual(["GET", "GET", "GET", "POST"]);
  });
});

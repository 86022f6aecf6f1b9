import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TransportError } from "../../src/pool/transport.js";
import { HOST, Loopback, offersRequest, signalled } from "./loopback.js";

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

async function failureOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    (value) => ({ unexpected: value }),
    (error: unknown) => (error instanceof TransportError ? [error.failure, error.message] : error),
  );
}

describe("a mutual TLS transport whose peer does not behave", () => {
  const destroy = (socket: Socket): void => void socket.destroy();

  it.each([
    ["garbage", "\u0000\u0001garbage\n\n", undefined, "malformed", "did not answer GET /v1/offers in HTTP"],
    [
      "the protocol of another time",
      "HTTP/9.9 200\r\n\r\n",
      undefined,
      "malformed",
      "did not answer GET /v1/offers in HTTP",
    ],
    ["nothing, and closes", "", destroy, "reset", "dropped the connection without a reply to GET /v1/offers"],
    [
      "half a head",
      "HTTP/1.1 200 OK\r\nConte",
      destroy,
      "reset",
      "dropped the connection without a reply to GET /v1/offers",
    ],
    [
      "half a body",
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
      destroy,
      "malformed",
      "ended its reply half way",
    ],
    [
      "a chunk and no end",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
      destroy,
      "malformed",
      "ended its reply half way",
    ],
    [
      "a chunk of no size",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\r\n",
      undefined,
      "malformed",
      "did not answer GET /v1/offers in HTTP",
    ],
    [
      "two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
      undefined,
      "malformed",
      "did not answer GET /v1/offers in HTTP",
    ],
    [
      "headers without end",
      `HTTP/1.1 200 OK\r\n${"X-Header: x\r\n".repeat(10_000)}`,
      undefined,
      "too-large",
      "answered GET /v1/offers with more headers than any reflowlet sends",
    ],
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
      undefined,
      "malformed",
      "wants to speak another protocol than HTTP",
    ],
  ] as const)("tells that it answered with %s", async (_name, reply, then, failure, message) => {
    const port = await loopback.answering(reply, then);
    const transport = await loopback.transport();
    expect(await failureOf(transport.request(offersRequest(port)))).toEqual([failure, `127.0.0.1:${port} ${message}`]);
  });

  it("stops reading a reply that is longer than allowed, and ends the connection", async () => {
    let written = 0;
    const ended = signalled<void>();
    const port = await loopback.tls((socket) => {
      socket.on("close", () => ended.signal());
      const more = (): void => {
        if (socket.destroyed) return;
        written += 65_536;
        socket.write(Buffer.alloc(65_536, "x"), more);
      };
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\n", more));
    });
    const transport = await loopback.transport({ maxResponseBytes: 1_000_000 });
    expect(await failureOf(transport.request(offersRequest(port)))).toEqual([
      "too-large",
      `127.0.0.1:${port} answered GET /v1/offers with more than 1000000 bytes`,
    ]);
    await ended.happened;
    // What the kernel's buffers took is written, too.
    expect(written).toBeLessThan(50_000_000);
  });

  it("takes a reply of just the allowed length", async () => {
    const port = await loopback.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345");
    const transport = await loopback.transport({ maxResponseBytes: 5 });
    await expect(transport.request(offersRequest(port))).resolves.toEqual({
      status: 200,
      contentType: "",
      body: "12345",
    });
  });

  it("reads bytes that are no UTF-8 without failing", async () => {
    const port = await loopback.answering(
      Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe", "latin1"),
    );
    const reply = await (await loopback.transport()).request(offersRequest(port));
    expect(reply).toEqual({ status: 200, contentType: "", body: "\ufffd\ufffd" });
  });
});

describe("a mutual TLS transport that meets no TLS", () => {
  it.each([
    [
      "speaks plain HTTP",
      (socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "malformed",
      "does not speak TLS as it should",
    ],
    [
      "drops the connection at once",
      (socket: Socket) => socket.destroy(),
      "reset",
      "dropped the connection before the TLS handshake was finished",
    ],
    [
      "drops the connection in the handshake",
      (socket: Socket) => socket.once("data", () => socket.destroy()),
      "reset",
      "dropped the connection before the TLS handshake was finished",
    ],
    [
      "breaks the handshake off with an alert that is not about certificates",
      (socket: Socket) => socket.once("data", () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 80]))),
      "reset",
      "broke off with TLS alert 80",
    ],
  ] as const)("tells that the peer %s", async (_name, onConnection, failure, message) => {
    const port = await loopback.tcp((socket) => {
      onConnection(socket);
    });
    const transport = await loopback.transport();
    expect(await failureOf(transport.request(offersRequest(port)))).toEqual([failure, `127.0.0.1:${port} ${message}`]);
  });

  it("tells that nothing listens there", async () => {
    const port = await loopback.tcp(() => undefined);
    loopback.close();
    const transport = await loopback.transport();
    expect(await failureOf(transport.request(offersRequest(port)))).toEqual([
      "refused",
      `127.0.0.1:${port} refused the connection: nothing listens there`,
    ]);
  });
});

describe("the time limit of a request", () => {
  it("holds for the handshake", async () => {
    const accepted = signalled<void>();
    const port = await loopback.tcp((socket) => void socket.once("data", () => accepted.signal()));
    const request = failureOf((await loopback.transport()).request(offersRequest(port)));
    await accepted.happened;
    await loopback.clock.advance(10_000);
    expect(await request).toEqual([
      "timeout",
      `127.0.0.1:${port} accepted a connection, but did not finish the TLS handshake within 10 s`,
    ]);
  });

  it("holds for the reply and for the wait behind other requests, and ends the connection", async () => {
    const asked = signalled<void>();
    const ended = signalled<void>();
    const port = await loopback.tls((socket) => {
      socket.on("close", () => ended.signal());
      socket.once("data", () => asked.signal());
    });
    const transport = await loopback.transport({ maxSocketsPerHost: 1 });
    const first = failureOf(transport.request(offersRequest(port)));
    await asked.happened;
    const second = failureOf(transport.request(offersRequest(port, { timeoutMs: 2_500, path: "/v1/allocs" })));
    await loopback.clock.advance(2_500);
    expect(await second).toEqual([
      "timeout",
      `127.0.0.1:${port} was busy with other requests of ours, so that GET /v1/allocs was not sent within 2.5 s`,
    ]);
    await loopback.clock.advance(10_000);
    expect(await first).toEqual(["timeout", `127.0.0.1:${port} did not reply to GET /v1/offers within 10 s`]);
    await ended.happened;
    expect(loopback.clock.sleeping).toBe(0);
  });
});

describe("a request that is given up", () => {
  it("is not started when the signal is aborted already", async () => {
    let connections = 0;
    const port = await loopback.tcp(() => (connections += 1));
    const transport = await loopback.transport();
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(transport.request(offersRequest(port, { signal }))).rejects.toThrow("stop");
    expect(connections).toBe(0);
  });

  it.each([
    ["in the handshake", false],
    ["while it waits for the reply", true],
  ])("ends %s with the signal's reason, drops its connection and leaves no timer", async (_name, handshake) => {
    const asked = signalled<Socket>();
    const ended = signalled<void>();
    const onConnection = (socket: Socket): void => {
      socket.on("error", () => undefined);
      socket.on("close", () => ended.signal());
      socket.once("data", () => asked.signal(socket));
    };
    const port = handshake ? await loopback.tls(onConnection) : await loopback.tcp(onConnection);
    const controller = new AbortController();
    const request = (await loopback.transport()).request(offersRequest(port, { signal: controller.signal }));
    await asked.happened;
    const reason = new Error("stop");
    controller.abort(reason);
    await expect(request).rejects.toBe(reason);
    await ended.happened;
    expect(loopback.clock.sleeping).toBe(0);
  });

  it("ends at once when it waits behind others, which go on", async () => {
    const asked = signalled<Socket>();
    const port = await loopback.tls((socket) => void socket.once("data", () => asked.signal(socket)));
    const transport = await loopback.transport({ maxSocketsPerHost: 1 });
    const first = transport.request(offersRequest(port));
    const socket = await asked.happened;
    const controller = new AbortController();
    const second = transport.request(offersRequest(port, { signal: controller.signal }));
    controller.abort(new Error("stop"));
    await expect(second).rejects.toThrow("stop");
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    await expect(first).resolves.toEqual({ status: 200, contentType: "", body: "{}" });
  });
});

describe("an address that cannot be one", () => {
  it.each([
    ["", 9000],
    ["a b", 9000],
    ["a\r\nX: y", 9000],
    ["a".repeat(300), 9000],
    ["user@host", 9000],
    ["[]", 9000],
    [HOST, 0],
    [HOST, -1],
    [HOST, 65_536],
    [HOST, 1.5],
    [HOST, Number.NaN],
  ])("is refused without a connection: %j port %j", async (host, port) => {
    const transport = await loopback.transport();
    await expect(transport.request(offersRequest(port, { host }))).rejects.toMatchObject({
      failure: "unresolved",
      message: expect.stringMatching(/^"\P{Cc}{0,130}" is not an address$/u) as unknown,
    });
  });

  it.each(["", "v1", "/a b", "/ä", "/a\r\nX: y"])("is refused for the path %j", async (path) => {
    const transport = await loopback.transport();
    await expect(transport.request(offersRequest(9000, { path }))).rejects.toMatchObject({
      failure: "unresolved",
      message: expect.stringMatching(/^"\P{Cc}*" is not a path that 127\.0\.0\.1:9000 has$/u) as unknown,
    });
  });
});

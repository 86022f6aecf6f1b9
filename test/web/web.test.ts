import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { bootstrapCheck } from "../../src/web/bootstrap-check.js";
import { flatcarFeed, readFeed } from "../../src/web/flatcar-feed.js";
import { askWeb, type Web } from "../../src/web/web-client.js";
import { systemClock } from "../../src/lib/clock.js";

const signal = new AbortController().signal;
const URL_ASKED = "https://example.com/x";
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A web of one page on loopback, asked for as a sandbox's web is. */
const webOf = async (page: RequestListener): Promise<Web> => {
  server = createServer(page);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { prefix: `http://127.0.0.1:${port}/web/`, clock: systemClock };
};

const page =
  (status: number, contentType: string, body = ""): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": contentType }).end(body);
  };

describe("the check of the bootstrap", () => {
  it.each([
    ["accepts a program", 200, "binary/octet-stream", { kind: "there" }],
    ["heeds no parameters of the type", 200, "Binary/Octet-Stream; x=y", { kind: "there" }],
    [
      "refuses a web page",
      200,
      "text/html",
      { kind: "wrong", problem: 'its content type is "text/html", and Reflow takes only "binary/octet-stream"' },
    ],
    [
      "refuses what is missing",
      404,
      "application/xml",
      { kind: "wrong", problem: "it answers with status 404 (there is nothing)" },
    ],
    [
      "explains S3's 403",
      403,
      "application/xml",
      { kind: "wrong", problem: "it answers with status 403 (S3 says so also of objects that are missing)" },
    ],
  ])("%s", async (_what, status, contentType, verdict) => {
    expect(await bootstrapCheck(await webOf(page(status, contentType)), URL_ASKED)(signal)).toEqual(verdict);
  });

  it("tells an address that nobody answers from a wrong answer", async () => {
    const web = await webOf((request) => request.destroy());
    expect(await bootstrapCheck(web, URL_ASKED)(signal)).toEqual({
      kind: "unreachable",
      problem: expect.stringMatching(/./),
    });
  });
});

describe("Flatcar's feed", () => {
  it("is asked for the architecture's board, and read by region", async () => {
    const asked: (string | undefined)[] = [];
    const web = await webOf((request, response) => {
      asked.push(request.url);
      response.end(
        JSON.stringify({
          amis: [
            { name: "us-west-2", hvm: "ami-0a1b", pv: "" },
            { name: "x", hvm: 7 },
          ],
        }),
      );
    });
    expect([await flatcarFeed(web).newest("arm64", signal), asked]).toEqual([
      new Map([["us-west-2", "ami-0a1b"]]),
      ["/web/https://stable.release.flatcar-linux.net/arm64-usr/current/flatcar_production_ami_all.json"],
    ]);
  });

  it.each(["", "<html>", "null", "[]", '{"amis": 7}', '{"amis": []}', '{"amis": [{"name": "us-west-2", "hvm": "x"}]}'])(
    "is no feed when it says %p",
    (text) => {
      expect(readFeed(text)).toBeUndefined();
    },
  );

  it("is none for an error, or an architecture that Flatcar does not build for", async () => {
    const feed = flatcarFeed(await webOf(page(503, "text/plain", "busy")));
    expect([await feed.newest("x86_64", signal), await feed.newest("i386", signal)]).toEqual([undefined, undefined]);
  });
});

describe("a request to the web", () => {
  const ask = (web: Web, changes: object = {}) =>
    askWeb(web, { method: "GET", url: URL_ASKED, timeoutMs: 2_000, maxBytes: 10, signal, ...changes });

  it("follows redirects, though not for ever", async () => {
    const web = await webOf((request, response) => {
      const there = request.url?.endsWith("/here") === true;
      if (request.url?.endsWith("/round")) response.writeHead(302, { location: "/round" }).end();
      else if (there) response.end("here");
      else response.writeHead(302, { location: "/here" }).end();
    });
    expect([await ask(web), await ask(web, { url: "https://example.com/round" })]).toEqual([
      { kind: "reply", status: 200, contentType: "", body: "here" },
      { kind: "unreachable", problem: "it is redirected more than 3 times" },
    ]);
  });

  it("takes no more than it can use, and waits no longer than it may", async () => {
    const long = await ask(await webOf(page(200, "text/plain", "12345678901")));
    server?.close();
    const silent = await ask(await webOf(() => undefined), { timeoutMs: 50 });
    expect([long, silent]).toEqual([
      { kind: "unreachable", problem: "the answer is longer than 10 bytes" },
      { kind: "unreachable", problem: "no answer within 0.05 s" },
    ]);
  });

  it("lets a name and password of the address in, as instances do", async () => {
    const heard: (string | undefined)[] = [];
    const web = await webOf((request, response) => {
      heard.push(request.headers.authorization, request.url);
      response.end();
    });
    const prefix = web.prefix?.replace("//", "//ann:s%40e@");
    await ask({ ...web, prefix });
    await ask(web, { url: "https://example.com/x?a=1&b=%2B%20&c" });
    expect(heard).toEqual([
      `Basic ${Buffer.from("ann:s@e").toString("base64")}`,
      "/web/https://example.com/x",
      undefined,
      "/web/https://example.com/x?a=1&b=%2B%20&c=",
    ]);
  });

  it("ends with the caller's signal", async () => {
    const web = await webOf(() => undefined);
    const controller = new AbortController();
    const asked = ask(web, { signal: controller.signal });
    controller.abort(new Error("stop"));
    await expect(asked).rejects.toThrow("stop");
  });
});

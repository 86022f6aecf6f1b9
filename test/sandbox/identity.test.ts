import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "../../src/lib/clock.js";
import { askIdentity } from "../../src/sandbox/identity.js";
import { EagerClock } from "./eager-clock.js";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const opened = createServer(listener);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}`;
}

describe("asking who listens at an endpoint", () => {
  it.each<[body: string, identity: object]>([
    ['{"sandbox":"reflow-ec2","pid":7}', { kind: "sandbox", pid: 7 }],
    ['{"sandbox":"reflow-ec2"}', { kind: "other" }],
    ['{"sandbox":"another","pid":7}', { kind: "other" }],
    ["null", { kind: "other" }],
    ["<html>", { kind: "other" }],
    ["", { kind: "other" }],
  ])("that answers %j", async (body, identity) => {
    const endpoint = await serve((_request, response) => response.end(body));
    expect(await askIdentity(endpoint, systemClock)).toEqual(identity);
  });

  it("that hangs up", async () => {
    const endpoint = await serve((request) => request.socket.destroy());
    expect(await askIdentity(endpoint, systemClock)).toEqual({ kind: "other" });
  });

  it("that never answers", async () => {
    const endpoint = await serve(() => undefined);
    expect(await askIdentity(endpoint, new EagerClock())).toEqual({ kind: "silent" });
  });

  it("where nobody listens", async () => {
    const endpoint = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    expect(await askIdentity(endpoint, systemClock)).toEqual({ kind: "nobody" });
  });
});

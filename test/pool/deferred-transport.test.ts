import { describe, expect, it } from "@jest/globals";
import { deferTransport } from "../../src/pool/deferred-transport.js";
import type { PoolRequest, PoolResponse, PoolTransport } from "../../src/pool/transport.js";

const REQUEST: PoolRequest = { host: "10.0.0.1", port: 9000, method: "GET", path: "/v1/offers", timeoutMs: 1_000 };
const RESPONSE: PoolResponse = { status: 200, contentType: "application/json", body: "[]" };

/** A maker of transports that answer everything alike, and what happened to them. */
function fakeMaker(): { readonly make: () => Promise<PoolTransport>; readonly happened: string[] } {
  const happened: string[] = [];
  const make = async (): Promise<PoolTransport> => {
    happened.push("made");
    return {
      request: async ({ path }) => {
        happened.push(path);
        return RESPONSE;
      },
      close: () => happened.push("closed"),
    };
  };
  return { make, happened };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a deferred transport", () => {
  it("is made by its first request, and once for all of them", async () => {
    const { make, happened } = fakeMaker();
    const transport = deferTransport(make);
    expect(happened).toEqual([]);
    const replies = await Promise.all([
      transport.request(REQUEST),
      transport.request({ ...REQUEST, path: "/v1/allocs" }),
    ]);
    expect({ replies, happened }).toEqual({
      replies: [RESPONSE, RESPONSE],
      happened: ["made", "/v1/offers", "/v1/allocs"],
    });
  });

  it("is made ahead of its first request when it is prepared", async () => {
    const { make, happened } = fakeMaker();
    const transport = deferTransport(make);
    transport.prepare();
    transport.prepare();
    expect(happened).toEqual(["made"]);
    await transport.request(REQUEST);
    expect(happened).toEqual(["made", "/v1/offers"]);
  });

  it("closes what was made, and makes nothing to close it", async () => {
    const [used, unused] = [fakeMaker(), fakeMaker()];
    const transport = deferTransport(used.make);
    transport.prepare();
    transport.close();
    deferTransport(unused.make).close();
    await settled();
    expect([used.happened, unused.happened]).toEqual([["made", "closed"], []]);
  });

  it("fails every request with the error of the making, and nothing else", async () => {
    const failure = new Error("no key can be made");
    const transport = deferTransport(() => Promise.reject(failure));
    transport.prepare();
    await settled();
    await expect(transport.request(REQUEST)).rejects.toBe(failure);
    await expect(transport.request(REQUEST)).rejects.toBe(failure);
    transport.close();
    await settled();
  });
});

import { describe, expect, it } from "@jest/globals";
import { TrustError } from "../../src/errors.js";
import { leaseFailure } from "../../src/pool/leases.js";
import { refusal } from "../../src/pool/reply.js";
import { TransportError } from "../../src/pool/transport.js";
import { recordedExchanges, recordedReply } from "./recorded-transport.js";

const REQUEST = { host: "10.0.0.7", port: 9000, method: "POST", path: "/v1/allocs/a/keepalive", timeoutMs: 0 } as const;

const answered = (status: number, body: object): unknown =>
  refusal(REQUEST, { status, contentType: "application/json; charset=UTF-8", body: JSON.stringify(body) });

describe("leaseFailure", () => {
  it.each([2020, 2023])("finds the lost and the unknown leases in the recordings of %d", (year) => {
    const exchanges = [...recordedExchanges(`reflowlet-${year}`), ...recordedExchanges(`lease-${year}`)];
    const failures = exchanges.flatMap((exchange) => {
      const reply = recordedReply(exchange);
      const { note, request } = exchange;
      if (reply.status === 200 || !/^\/v1\/allocs\/\w+/.test(request.path)) return [];
      return [[note ?? request.path.replace(/[0-9a-f]{16}/, "ID"), leaseFailure(refusal(REQUEST, reply))]];
    });
    expect(failures).toEqual([
      ["keepalive, text", "trouble"],
      ["keepalive by GET", "trouble"],
      ["/v1/allocs/ID/nonsense", "trouble"],
      ["unknown alloc", "unknown"],
      ["keepalive on an unknown alloc", "unknown"],
      ["free an unknown alloc", "unknown"],
      ["free again", "lost"],
      ["keepalive after free", "lost"],
      ["keepalive of the collected alloc", "lost"],
      ["free of the collected alloc", "lost"],
      ["an alloc id given short", "unknown"],
    ]);
  });

  it.each([
    [
      "an alloc that lost its place during the call",
      answered(404, { Op: "keepalive", Kind: "NotExist", Cause: { Error: "alloc expired" } }),
      "unknown",
    ],
    [
      "a zombie below other errors",
      answered(500, { Op: "a", Kind: "NotSupported", Cause: { Op: "b", Cause: { Error: "zombie alloc" } } }),
      "lost",
    ],
    [
      "something else that is not supported",
      answered(500, { Op: "keepalive", Kind: "NotSupported", Cause: { Error: "read-only" } }),
      "trouble",
    ],
    ["a zombie only in name", answered(500, { Op: "zombie alloc", Kind: "Other" }), "trouble"],
    ["a server that is fatally ill", answered(500, { Op: "keepalive", Kind: "Fatal" }), "trouble"],
    [
      "a bootstrap",
      refusal(REQUEST, { status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" }),
      "trouble",
    ],
    ["a proxy", refusal(REQUEST, { status: 404, contentType: "text/html", body: "<html>" }), "trouble"],
    ["no answer", new TransportError("timeout", "late"), "trouble"],
    ["another authority", new TrustError("other-authority", "not ours"), "trouble"],
    ["anything else", "zombie alloc", "trouble"],
  ])("judges %s", (_, error, failure) => {
    expect(leaseFailure(error)).toBe(failure);
  });
});

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ReflowEc2Error } from "../../src/errors.js";
import { BootstrapClient } from "../../src/pool/bootstrap-client.js";
import { ReflowletClient } from "../../src/pool/reflowlet-client.js";
import { AnsweringTransport, recordedExchanges, recordedReply } from "./recorded-transport.js";

const ADDRESS = { host: "10.0.0.7", port: 9000 };
const META = { want: { cpu: 1 }, owner: "<unknown>", labels: {} };

/** Every question that there is, put to a peer that answers all of them alike. */
function askEverything(transport: AnsweringTransport): readonly Promise<unknown>[] {
  const reflowlet = new ReflowletClient(transport, ADDRESS);
  const bootstrap = new BootstrapClient(transport, ADDRESS);
  return [
    reflowlet.offers(),
    reflowlet.offer("1"),
    reflowlet.accept("1", META),
    reflowlet.allocs(),
    reflowlet.inspect("a"),
    reflowlet.keepalive("a", 1_000),
    reflowlet.free("a"),
    reflowlet.config(),
    reflowlet.execs("a"),
    bootstrap.status(),
    bootstrap.execimage({ path: "s3://b/o", name: "reflowlet", args: [] }),
  ];
}

/** Replies of real programs, cut, doubled or with a character changed. */
const spoilt = fc
  .tuple(
    fc.constantFrom(...recordedExchanges("lease-2023").map((exchange) => recordedReply(exchange).body)),
    fc.nat(),
    fc.constantFrom("", "0", '"', "{", "}", "[", ",", "null", "\\", "\u0000"),
  )
  .map(([body, position, patch]) => {
    const at = position % (body.length + 1);
    return body.slice(0, at) + patch + body.slice(at + 1);
  });

const answer = fc.record({
  status: fc.constantFrom(200, 200, 204, 301, 400, 404, 500, 503),
  contentType: fc.constantFrom("application/json; charset=UTF-8", "text/plain; charset=utf-8", "text/html", ""),
  body: fc.oneof(fc.json(), fc.string({ unit: "binary" }), spoilt),
});

describe("whatever a peer answers", () => {
  it("a call gives a value or one of our errors, of one printable line and with a hint", async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (reply) => {
        for (const outcome of await Promise.allSettled(askEverything(new AnsweringTransport(reply)))) {
          if (outcome.status === "fulfilled") continue;
          const error: unknown = outcome.reason;
          if (!(error instanceof ReflowEc2Error)) throw error;
          expect(error.message).toMatch(/^10\.0\.0\.7:9000[^\p{C}\n]*$/u);
          expect(error.hint).toMatch(/\.$/);
        }
      }),
      { numRuns: 300, seed: 20_231_018 },
    );
  });

  it("nesting without end is refused like anything else", async () => {
    for (const body of ["[".repeat(50_000), "[".repeat(50_000) + "]".repeat(50_000), '{"Cause":'.repeat(50_000)]) {
      for (const status of [200, 500]) {
        for (const outcome of await Promise.allSettled(askEverything(new AnsweringTransport({ status, body })))) {
          expect(outcome).toMatchObject({ status: "rejected", reason: { code: "malformed-reply" } });
        }
      }
    }
  });
});

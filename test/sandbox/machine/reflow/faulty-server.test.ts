import { describe, expect, it } from "@jest/globals";
import { withSilence } from "../../../../src/sandbox/machine/reflow/faulty-server.js";
import type { HttpReply } from "../../../../src/sandbox/machine/reflow/http-reply.js";
import { FakeClock } from "../../../support/fake-clock.js";

const REPLY: HttpReply = { status: 200, headers: {}, body: "here" };
const CALL = { method: "GET", url: "/v1/offers", body: "" };

describe("a reflowlet that is silent for a while", () => {
  it("answers before and after, and loses the requests of that time at its end", async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const silence = { afterMs: 60_000, forMs: 20_000 };
    const handler = withSilence(async () => REPLY, silence, { clock, signal });
    await clock.advance(59_999);
    expect(await handler(CALL)).toEqual(REPLY);
    await clock.advance(1);
    let outcome = "waiting";
    handler(CALL).catch(() => (outcome = "lost"));
    await clock.advance(19_999);
    expect(outcome).toBe("waiting");
    await clock.advance(1);
    expect([outcome, await handler(CALL)]).toEqual(["lost", REPLY]);
  });

  it("may stay so until its process ends", async () => {
    const clock = new FakeClock();
    const process = new AbortController();
    const handler = withSilence(async () => REPLY, { afterMs: 0, forMs: Infinity }, { clock, signal: process.signal });
    const call = handler(CALL);
    await clock.advance(86_400_000);
    process.abort(new Error("ended"));
    await expect(call).rejects.toThrow("ended");
  });
});

import { describe, expect, it } from "@jest/globals";
import { askMembers, askOffers, type AskOptions } from "../../src/pool/mux.js";
import type { CallOptions, Offer } from "../../src/pool/reflowlet-client.js";
import { TransportError } from "../../src/pool/transport.js";
import { FakeClock } from "../support/fake-clock.js";

/** A member that answers after some time, in milliseconds, or never. */
type Delay = number | "never" | "broken";

const TIMEOUT_MS = 10_000;
const LATE = new TransportError("timeout", "late");
const BROKEN = new TransportError("refused", "nothing listens there");

/** Asks as a client does: it gives up by itself after its time-out, and when its signal aborts. */
async function answerAfter(clock: FakeClock, delay: Delay, { signal, timeoutMs }: CallOptions): Promise<Delay> {
  if (delay === "broken") throw BROKEN;
  if (delay === "never") {
    await clock.sleep(timeoutMs ?? 0, signal);
    throw LATE;
  }
  await clock.sleep(delay, signal);
  return delay;
}

async function arrivals(members: readonly Delay[], options: Partial<AskOptions> = {}): Promise<[number, unknown][]> {
  const clock = new FakeClock();
  const seen: [number, unknown][] = [];
  const work = (async () => {
    const asking = askMembers(members, (delay, limits) => answerAfter(clock, delay, limits), {
      clock,
      timeoutMs: TIMEOUT_MS,
      ...options,
    });
    for await (const { outcome } of asking) {
      seen.push([clock.monotonicMs(), outcome.kind === "answered" ? outcome.value : outcome.error]);
    }
  })();
  await clock.runUntil(work);
  expect(clock.sleeping).toBe(0);
  return seen;
}

describe("askMembers", () => {
  it("yields what comes of each member as it arrives", async () => {
    expect(await arrivals([300, "never", 10, "broken", 200])).toEqual([
      [0, BROKEN],
      [10, 10],
      [200, 200],
      [300, 300],
      [TIMEOUT_MS, LATE],
    ]);
  });

  it("ends at once without members", async () => {
    expect(await arrivals([])).toEqual([]);
  });

  it("asks everybody even where only one at a time is allowed, or none", async () => {
    expect(await arrivals([20, 10], { concurrency: 1 })).toEqual([
      [20, 20],
      [30, 10],
    ]);
    expect(await arrivals([20], { concurrency: 0 })).toEqual([[20, 20]]);
  });

  it("lets the next ones go ahead of members that do not answer", async () => {
    expect(await arrivals(["never", "never", "never", 5], { concurrency: 1 })).toEqual([
      [755, 5],
      [10_000, LATE],
      [10_250, LATE],
      [10_500, LATE],
    ]);
  });

  it("hears of 1,000 members, half of them dead, in half a second where the living answer in 20 ms", async () => {
    const members = Array.from({ length: 1_000 }, (_, index): Delay => (index % 2 === 0 ? "never" : 20));
    const seen = await arrivals(members);
    const answered = seen.filter(([, outcome]) => outcome === 20);
    expect({ all: seen.length, answered: answered.length, lastMs: answered.at(-1)?.[0] }).toEqual({
      all: 1_000,
      answered: 500,
      lastMs: 390,
    });
  });

  it("gives members of any type back, with a throwing question taken for a failure", async () => {
    const error = new Error("no address");
    const ask = (): Promise<never> => {
      throw error;
    };
    const seen = [];
    for await (const item of askMembers([{ id: "i-1" }], ask, { clock: new FakeClock() })) seen.push(item);
    expect(seen).toEqual([{ member: { id: "i-1" }, outcome: { kind: "failed", error } }]);
  });

  it("aborts the questions under way when the listener has heard enough", async () => {
    const clock = new FakeClock();
    const asking = askMembers<Delay, Delay>([0, "never"], (delay, limits) => answerAfter(clock, delay, limits), {
      clock,
      timeoutMs: TIMEOUT_MS,
    });
    for await (const { member } of asking) {
      expect(member).toBe(0);
      break;
    }
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it("throws the caller's reason when the caller gives up, and leaves nothing behind", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const options = { clock, timeoutMs: TIMEOUT_MS, signal: controller.signal };
    const asking = askMembers<Delay, Delay>(
      ["never", "never"],
      (delay, limits) => answerAfter(clock, delay, limits),
      options,
    );
    const first = asking.next();
    await clock.advance(1);
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    await clock.advance(0);
    expect({ done: (await asking.next()).done, sleeping: clock.sleeping }).toEqual({ done: true, sleeping: 0 });
  });

  it("asks nobody when the caller has given up before", async () => {
    const asked: Delay[] = [];
    const ask = async (delay: Delay): Promise<Delay> => {
      asked.push(delay);
      return delay;
    };
    const asking = askMembers([1, 2], ask, { clock: new FakeClock(), signal: AbortSignal.abort(new Error("before")) });
    await expect(asking.next()).rejects.toThrow("before");
    expect(asked).toEqual([]);
  });
});

describe("askOffers", () => {
  it("asks each member's client for its offers, with the limits given", async () => {
    const clock = new FakeClock();
    const limits: (number | undefined)[] = [];
    const offer: Offer = { id: "1", available: { cpu: 2 } };
    const clientOf = (member: string): { offers(options?: CallOptions): Promise<readonly Offer[]> } => ({
      offers: async (options) => {
        limits.push(options?.timeoutMs);
        if (member === "broken") throw BROKEN;
        return member === "full" ? [] : [offer];
      },
    });
    const seen = [];
    for await (const item of askOffers(["free", "full", "broken"], clientOf, { clock, timeoutMs: 7 })) seen.push(item);
    expect({ seen, limits }).toEqual({
      seen: [
        { member: "free", outcome: { kind: "offers", offers: [offer] } },
        { member: "full", outcome: { kind: "offers", offers: [] } },
        { member: "broken", outcome: { kind: "failed", error: BROKEN } },
      ],
      limits: [7, 7, 7],
    });
  });
});

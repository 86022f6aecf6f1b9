import { describe, expect, it } from "@jest/globals";
import { deferred } from "../../src/lib/deferred.js";
import { Kept } from "../../src/lib/kept.js";
import { FakeClock } from "../support/fake-clock.js";

const never = new AbortController().signal;

describe("a kept value", () => {
  it("is found out once for all who ask meanwhile, and kept while it is good", async () => {
    const clock = new FakeClock();
    const kept = new Kept<number>(clock, (_value, ageMs) => ageMs < 1_000);
    let searches = 0;
    const find = async (): Promise<number> => {
      await clock.sleep(100);
      return (searches += 1);
    };
    const ask = (): Promise<number> => clock.runUntil(kept.get(never, find));
    const first = await clock.runUntil(Promise.all([kept.get(never, find), kept.get(never, find)]));
    await clock.advance(999);
    const good = await ask();
    await clock.advance(1);
    expect([first, good, await ask()]).toEqual([[1, 1], 1, 2]);
  });

  it("is good by its content, where that says so", async () => {
    const kept = new Kept<number>(new FakeClock(), (value) => value > 1);
    let searches = 0;
    const ask = (): Promise<number> => kept.get(never, async () => (searches += 1));
    expect([await ask(), await ask(), await ask()]).toEqual([1, 2, 2]);
  });

  it("that could not be found out is tried for again by the next who asks", async () => {
    const kept = new Kept<number>(new FakeClock(), () => true);
    const failing = async (): Promise<never> => Promise.reject(new Error("no"));
    const failures = await Promise.allSettled([kept.get(never, failing), kept.get(never, failing)]);
    expect([failures.map(({ status }) => status), await kept.get(never, async () => 7)]).toEqual([
      ["rejected", "rejected"],
      7,
    ]);
  });

  it("is waited for by others when the one who began is given up", async () => {
    const kept = new Kept<number>(new FakeClock(), () => true);
    const [beginner, answer] = [new AbortController(), deferred<number>()];
    const signals: AbortSignal[] = [];
    const began = kept.get(beginner.signal, (signal) => {
      signals.push(signal);
      return answer.promise;
    });
    const other = kept.get(never, () => Promise.reject(new Error("begun twice")));
    beginner.abort(new Error("given up"));
    await expect(began).rejects.toThrow("given up");
    answer.resolve(7);
    expect([await other, signals.map(({ aborted }) => aborted)]).toEqual([7, [true]]);
  });

  it("is given up when nobody waits any more, and begun anew by the next who asks", async () => {
    const kept = new Kept<number>(new FakeClock(), () => true);
    const [one, two] = [new AbortController(), new AbortController()];
    let given: AbortSignal | undefined;
    const find = (signal: AbortSignal): Promise<number> => {
      given = signal;
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    };
    const asked = [one, two].map(({ signal }) => kept.get(signal, find).catch((error: unknown) => String(error)));
    one.abort("first");
    await asked[0];
    const afterOne = given?.aborted;
    two.abort("last");
    expect({
      asked: await Promise.all(asked),
      afterOne,
      reason: given?.reason as unknown,
      next: await kept.get(never, async () => 7),
    }).toEqual({ asked: ["first", "last"], afterOne: false, reason: "last", next: 7 });
  });

  it("is not asked for by who has been given up already", async () => {
    const kept = new Kept<number>(new FakeClock(), () => true);
    let searches = 0;
    await expect(kept.get(AbortSignal.abort("late"), async () => (searches += 1))).rejects.toBe("late");
    expect(searches).toBe(0);
  });
});

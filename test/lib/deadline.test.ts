import { describe, expect, it } from "@jest/globals";
import { withDeadline } from "../../src/lib/deadline.js";
import { FakeClock } from "../support/fake-clock.js";

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });

describe("withDeadline", () => {
  it("gives the work's result and leaves no timer behind", async () => {
    const clock = new FakeClock();
    const result = await withDeadline(
      clock,
      1_000,
      undefined,
      () => new Error("late"),
      async () => "done",
    );
    expect({ result, sleeping: clock.sleeping }).toEqual({ result: "done", sleeping: 0 });
  });

  it("aborts the work with the time-out's error once the time has passed", async () => {
    const clock = new FakeClock();
    const work = withDeadline(clock, 1_000, undefined, () => new Error("late"), untilAborted);
    await expect(clock.runUntil(work)).rejects.toThrow("late");
    expect({ elapsedMs: clock.monotonicMs(), sleeping: clock.sleeping }).toEqual({ elapsedMs: 1_000, sleeping: 0 });
  });

  it("aborts the work with the caller's reason when the caller gives up first", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const work = withDeadline(clock, 1_000, controller.signal, () => new Error("late"), untilAborted);
    controller.abort(new Error("stop"));
    await expect(work).rejects.toThrow("stop");
    expect(clock.sleeping).toBe(0);
  });

  it("does not start the work when the caller has given up before", async () => {
    const clock = new FakeClock();
    const started: string[] = [];
    const work = withDeadline(
      clock,
      1_000,
      AbortSignal.abort(new Error("stop")),
      () => new Error("late"),
      async () => {
        started.push("work");
      },
    );
    await expect(work).rejects.toThrow("stop");
    expect(started).toEqual([]);
  });
});

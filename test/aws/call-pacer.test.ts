import { beforeEach, describe, expect, it } from "@jest/globals";
import { CallPacer } from "../../src/aws/call-pacer.js";
import { FakeClock } from "../support/fake-clock.js";

const quiet = new AbortController().signal;
const throttled = (): Error => Object.assign(new Error("Request limit exceeded."), { name: "RequestLimitExceeded" });

let clock: FakeClock;
let pacer: CallPacer;
/** When calls went, in seconds. */
let sent: number[];
beforeEach(() => {
  clock = new FakeClock();
  pacer = new CallPacer({ clock, randomBytes: (length) => new Uint8Array(length).fill(255) });
  sent = [];
});

/** One call of an action; the first `refused` tries are throttled. */
function call(action: string, refused = 0, signal: AbortSignal = quiet): Promise<string> {
  let tries = 0;
  return pacer.run(action, signal, async () => {
    sent.push(clock.monotonicMs() / 1_000);
    tries += 1;
    if (tries <= refused) throw throttled();
    return `done at try ${tries}`;
  });
}

const several = (count: number, action: string): Promise<string>[] => Array.from({ length: count }, () => call(action));

describe("calls to EC2", () => {
  it.each([
    ["RunInstances", 4, 2],
    ["DescribeInstances", 50, 10],
    ["GetSpotPlacementScores", 50, 10],
    ["GetConsoleOutput", 5, 1],
    ["TerminateInstances", 50, 2.5],
    ["CreateTags", 50, 5],
    ["RequestSpotInstances", 25, 2.5],
  ])("of %s go %i at once, and %d a second after that", async (action, burst, perSecond) => {
    await clock.runUntil(Promise.all(several(burst + 5, action)));
    expect({ atOnce: sent.filter((s) => s === 0).length, lastS: sent.at(-1) }).toEqual({
      atOnce: burst,
      lastS: 5 / perSecond,
    });
  });

  it("wait for none of another action", async () => {
    await clock.runUntil(Promise.all([...several(4, "RunInstances"), ...several(5, "GetConsoleOutput")]));
    expect(clock.monotonicMs()).toBe(0);
  });

  it("fail with what they fail with, after one try", async () => {
    const broken = Object.assign(new Error("none left"), { name: "InsufficientInstanceCapacity" });
    let tries = 0;
    const failing = pacer.run("RunInstances", quiet, async () => {
      tries += 1;
      throw broken;
    });
    await expect(clock.runUntil(failing)).rejects.toBe(broken);
    expect(tries).toBe(1);
  });
});

describe("a throttled call", () => {
  it("is repeated after waits that double", async () => {
    expect(await clock.runUntil(call("DescribeInstances", 3))).toBe("done at try 4");
    expect(sent).toEqual([0, 0.5, 1.5, 3.5]);
  });

  it("waits half as long as the longest by the least of chances", async () => {
    pacer = new CallPacer({ clock, randomBytes: (length) => new Uint8Array(length) });
    await clock.runUntil(call("DescribeInstances", 1));
    expect(sent).toEqual([0, 0.25]);
  });

  it("is given up after six tries, with what EC2 said", async () => {
    await expect(clock.runUntil(call("DescribeInstances", 9))).rejects.toThrow("Request limit exceeded.");
    expect(sent).toHaveLength(6);
  });

  it("slows the others of its action down", async () => {
    await clock.runUntil(call("RunInstances", 1));
    sent = [];
    await clock.runUntil(Promise.all(several(3, "RunInstances")));
    // One a second instead of two.
    expect(sent).toEqual([2, 3, 4]);
  });

  it("ends with its signal, also while it waits", async () => {
    const controller = new AbortController();
    const waiting = call("DescribeInstances", 9, controller.signal);
    waiting.catch(() => undefined);
    await clock.advance(700);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
    expect([sent, clock.sleeping]).toEqual([[0, 0.5], 0]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { RefusalMemory } from "../../src/cluster/refusal-memory.js";
import { classify } from "../../src/cluster/refusals/classify.js";
import { FakeClock } from "../support/fake-clock.js";

const OFFERING = { instanceType: "c6a.large", zone: "us-west-2a", market: "on-demand" } as const;
const HOUR_MS = 3_600_000;

describe("the memory of refusals", () => {
  it.each([
    ["stands still", 0],
    ["is set back by an hour", -HOUR_MS],
    ["is set ahead by an hour", HOUR_MS],
  ])("keeps one for its time, and no longer, while the machine's clock %s", async (_how, stepMs) => {
    const clock = new FakeClock();
    const memory = new RefusalMemory(clock, 180_000);
    memory.refuse(OFFERING, classify("InsufficientInstanceCapacity"), []);
    clock.stepWall(stepMs);
    await clock.advance(179_999);
    expect(memory.refusals).toEqual([{ ...OFFERING, code: "InsufficientInstanceCapacity", atMs: 0, untilMs: 180_000 }]);
    await clock.advance(1);
    expect(memory.refusals).toEqual([]);
  });
});

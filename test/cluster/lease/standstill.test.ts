import { describe, expect, it } from "@jest/globals";
import { Standstill } from "../../../src/cluster/lease/standstill.js";
import { FakeClock } from "../../support/fake-clock.js";

describe("a standstill", () => {
  it.each<[string, (clock: FakeClock) => void, number]>([
    ["is none while time goes on", (clock) => clock.stall(22_000), 0],
    ["is seen after the process was stopped", (clock) => clock.stall(60_000), 60_000],
    ["is seen after the machine slept, though its durations stood", (clock) => clock.stepWall(3_600_000), 3_600_000],
    ["may be a clock that was set ahead", (clock) => clock.stepWall(6_000), 6_000],
    ["is none when the clock was set back", (clock) => clock.stepWall(-3_600_000), 0],
    ["is none when NTP moves the clock a little", (clock) => clock.stepWall(900), 0],
  ])("%s", (_title, happen, ms) => {
    const clock = new FakeClock();
    const standstill = new Standstill(clock);
    happen(clock);
    expect([standstill.look(), standstill.look()]).toEqual([ms, 0]);
  });
});

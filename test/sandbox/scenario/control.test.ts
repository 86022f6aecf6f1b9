import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { EndpointError } from "../../../src/errors.js";
import { controlScenario, type ScenarioTask } from "../../../src/sandbox/control.js";
import type { ScenarioState } from "../../../src/sandbox/control-protocol.js";
import { FakeClock } from "../../support/fake-clock.js";
import { openTestSandbox, type TestSandbox } from "../support.js";

let box: TestSandbox;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  box = await openTestSandbox({ clock, controlKey: "the key", scenario: { seed: 1 } });
});
afterEach(() => box.close());

const { signal } = new AbortController();

function control(task: ScenarioTask, controlKey = "the key"): Promise<ScenarioState> {
  return controlScenario({ endpoint: box.sandbox.endpoint, controlKey }, task, clock, signal);
}

describe("the sandbox's own path", () => {
  it("shows, sets and resets the scenario, which begins anew each time", async () => {
    await box.ec2.send(new DescribeVpcsCommand({}));
    const first = await control({ kind: "show" });
    expect(first).toEqual({ sinceMs: clock.nowMs(), seed: 1, scenario: { seed: 1 }, calls: { DescribeVpcs: 1 } });
    await clock.advance(5_000);
    const set = await control({ kind: "set", scenario: { seed: 7, throttle: "real" } });
    expect(set).toEqual({ sinceMs: clock.nowMs(), seed: 7, scenario: { seed: 7, throttle: "real" }, calls: {} });
    expect(await control({ kind: "reset" })).toEqual({ ...set, seed: expect.any(Number), scenario: {} });
  });

  it("is for nobody without the key, and changes nothing for them", async () => {
    const failure = await control({ kind: "reset" }, "another").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EndpointError);
    expect(failure).toMatchObject({ message: expect.stringContaining("403"), hint: expect.stringContaining("status") });
    const bare = await fetch(`${box.sandbox.endpoint}/_reflow-ec2/scenario`);
    expect([bare.status, await bare.text()]).toEqual([403, expect.not.stringContaining("seed")]);
    expect((await control({ kind: "show" })).scenario).toEqual({ seed: 1 });
  });

  it.each([["{"], ['{"seed": "x"}'], ['{"unknown": 1}']])("takes a scenario whole or not at all: %s", async (body) => {
    const headers = { authorization: "Bearer the key" };
    const reply = await fetch(`${box.sandbox.endpoint}/_reflow-ec2/scenario`, { method: "PUT", headers, body });
    expect(reply.status).toBe(400);
    expect((await control({ kind: "show" })).scenario).toEqual({ seed: 1 });
  });

  it("is not there in a sandbox without a key", async () => {
    const other = await openTestSandbox({ clock });
    const reply = await fetch(`${other.sandbox.endpoint}/_reflow-ec2/scenario`, {
      headers: { authorization: "Bearer " },
    });
    expect(reply.status).toBe(400);
    await other.close();
  });

  it("that cannot be reached is an error that says what to type", async () => {
    const failure = await controlScenario(
      { endpoint: "http://127.0.0.1:1", controlKey: "" },
      { kind: "show" },
      clock,
      signal,
    ).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EndpointError);
  });
});

import { describe, expect, it } from "@jest/globals";
import { FAKE_SANDBOX, FakeWorld, runIn, runProgram } from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";

describe("sandbox", () => {
  it("starts one, tells how to stop it, and how an AWS client reaches it", async () => {
    const world = new FakeWorld(["sandbox", "start"]);
    const { code, stdout, stderr } = await runIn(world);
    expect([code, stderr]).toEqual([0, "sandbox: started; 'reflow-ec2 sandbox stop' ends it\n"]);
    expectGolden("cli/sandbox-running.txt", stdout);
    expect(world.sandboxStatus).toEqual(FAKE_SANDBOX);
  });

  it("leaves one alone that runs already", async () => {
    const { stdout, stderr } = await runProgram(["sandbox", "start", "-o", "name"], { sandboxRuns: true });
    expect([stdout, stderr]).toEqual([`${FAKE_SANDBOX.endpoint}\n`, "sandbox: runs already\n"]);
  });

  it("gives one an account in which nothing of Reflow's is there yet", async () => {
    const world = new FakeWorld(["sandbox", "start", "--empty"]);
    const { code, stderr } = await runIn(world);
    expect({ code, stderr, scenario: world.scenario }).toEqual({
      code: 0,
      stderr:
        "sandbox: started; 'reflow-ec2 sandbox stop' ends it\naccount: empty; 'reflow-ec2 setup' makes it ready\n",
      scenario: { account: { empty: true } },
    });
  });

  it("stops one", async () => {
    const world = new FakeWorld(["sandbox", "stop"], { sandboxRuns: true });
    const { code, stdout, stderr } = await runIn(world);
    expect([code, stderr]).toEqual([0, "sandbox: stopped; its state is removed\n"]);
    expectGolden("cli/sandbox-stopped.txt", stdout);
    expect(world.sandboxStatus.running).toBe(false);
  });

  it("has nothing to stop when none runs, which is no failure", async () => {
    expect(await runProgram(["sandbox", "stop", "-o", "name"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "sandbox: none was running\n",
    });
  });

  it.each([
    [
      true,
      {
        schemaVersion: 1,
        running: true,
        endpoint: "http://127.0.0.1:4566",
        region: "us-west-2",
        pid: 4711,
        config: FAKE_SANDBOX.config,
        stateDirectory: FAKE_SANDBOX.stateDirectory,
      },
    ],
    [
      false,
      {
        schemaVersion: 1,
        running: false,
        endpoint: null,
        region: null,
        pid: null,
        config: null,
        stateDirectory: FAKE_SANDBOX.stateDirectory,
      },
    ],
  ])("tells programs whether it runs: %s", async (sandboxRuns, expected) => {
    const { code, stdout, stderr } = await runProgram(["sandbox", "status", "-o", "json"], { sandboxRuns });
    expect({ code, stderr, status: JSON.parse(stdout) as unknown }).toEqual({ code: 0, stderr: "", status: expected });
  });

  it("does not start one only to tell that none runs", async () => {
    const world = new FakeWorld(["sandbox", "status"]);
    await runIn(world);
    expect(world.sandboxStatus.running).toBe(false);
  });
});

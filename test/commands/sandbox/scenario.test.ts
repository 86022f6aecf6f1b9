import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { parseScenario } from "../../../src/sandbox/scenario/read-scenario.js";
import { FakeWorld, runIn, runProgram } from "../../support/fake-world.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reflow-ec2-scenario-"));
  file = join(folder, "chaos.yaml");
  writeFileSync(file, "seed: 7\ntimes: {pending: 5s}\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SCENARIO = { seed: 7, times: { pending: "5s" } };
const TEXT = `# in force since 2026-01-01T00:00:00.000Z, with the seed 7
seed: 7
times:
  pending: 5s
`;

describe("sandbox scenario", () => {
  it("sets a file's scenario, and starts the sandbox where none runs", async () => {
    const world = new FakeWorld(["sandbox", "scenario", file]);
    expect(await runIn(world)).toEqual({
      code: 0,
      stdout: TEXT,
      stderr: `sandbox: started; 'reflow-ec2 sandbox stop' ends it\nscenario: ${file} is in force\n`,
    });
    expect([world.sandboxStatus.running, world.scenario]).toEqual([true, SCENARIO]);
  });

  it("starts and changes nothing for a file with mistakes", async () => {
    writeFileSync(file, "seed: x\ntime: {}\n");
    const world = new FakeWorld(["sandbox", "scenario", file]);
    const { code, stdout, stderr } = await runIn(world);
    expect({ code, stdout, running: world.sandboxStatus.running }).toEqual({ code: 2, stdout: "", running: false });
    expect(stderr).toContain(`${file}:1`);
    expect(stderr).toContain('did you mean "times"?');
  });

  it("shows what is in force in a form that can be set again, and as JSON with the calls", async () => {
    const world = new FakeWorld(["sandbox", "scenario", "show"], { sandboxRuns: true });
    world.scenario = SCENARIO;
    const { code, stdout, stderr } = await runIn(world);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: TEXT, stderr: "" });
    expect(parseScenario(stdout, "shown")).toEqual(SCENARIO);

    const json = await runProgram(["sandbox", "scenario", "show", "-o", "json"], { sandboxRuns: true });
    expect(JSON.parse(json.stdout)).toEqual({
      schemaVersion: 1,
      since: "2026-01-01T00:00:00.000Z",
      seed: 7,
      scenario: {},
      calls: { RunInstances: 2 },
    });
  });

  it("returns to the default", async () => {
    const world = new FakeWorld(["sandbox", "scenario", "reset"], { sandboxRuns: true });
    world.scenario = SCENARIO;
    expect(await runIn(world)).toEqual({
      code: 0,
      stdout: "# in force since 2026-01-01T00:00:00.000Z, with the seed 7\n# the default\n",
      stderr: "scenario: the default is in force\n",
    });
    expect(world.scenario).toEqual({});
  });

  it.each(["show", "reset"])("has nothing to %s where no sandbox runs, and starts none for it", async (word) => {
    const world = new FakeWorld(["sandbox", "scenario", word]);
    const { code, stdout, stderr } = await runIn(world);
    expect({ code, stdout, running: world.sandboxStatus.running }).toEqual({ code: 2, stdout: "", running: false });
    expect(stderr).toContain("no sandbox runs, so no scenario is in force");
  });

  it("is set by start, too", async () => {
    const world = new FakeWorld(["sandbox", "start", "--scenario", file, "-o", "name"]);
    const { code, stderr } = await runIn(world);
    expect([code, stderr.split("\n").at(-2), world.scenario]).toEqual([0, `scenario: ${file} is in force`, SCENARIO]);
  });
});

import { afterEach, describe, expect, it } from "@jest/globals";
import { TrustError } from "../../../src/errors.js";
import type { MachineFaults } from "../../../src/sandbox/machine/faults.js";
import { machineFaults } from "../../../src/sandbox/scenario/machine-faults.js";
import { reflowStyleUserData } from "../machine/sample-user-data.js";
import { TestMachine } from "../machine/test-machine.js";

const STORED = { "reflow-cache/objects/reflowlet": "#!reflow-ec2-sandbox reflowlet\n" };
const INSTALL = JSON.stringify({
  path: "s3://reflow-cache/objects/reflowlet",
  name: "reflowlet",
  args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
});

let machine: TestMachine | undefined;
afterEach(async () => {
  await machine?.end();
  machine = undefined;
});

async function boot(faults: MachineFaults): Promise<TestMachine> {
  machine = await TestMachine.boot({ cloudConfig: reflowStyleUserData(2023), stored: STORED, faults });
  return machine;
}

/** Boots until the bootstrap runs and has been told to install; `reply` is what it says to that, if anything. */
async function install(faults: MachineFaults): Promise<{ test: TestMachine; reply: Promise<unknown> }> {
  const test = await boot(faults);
  await test.untilConsole("bootstrap server running");
  return { test, reply: test.request("POST", "/v1/execimage", INSTALL).catch((error: unknown) => error) };
}

describe("a machine with a fault", () => {
  it("of its operating system starts no unit", async () => {
    const test = await boot({ osHangs: true });
    await test.untilConsole("Kernel panic");
    await test.clock.advance(3_600_000);
    expect(test.console.length).toBe(2);
  });

  it("of the download gets no bootstrap, and powers off", async () => {
    const test = await boot({ downloadFails: true });
    await test.untilOff();
    expect(test.console.some((line) => line.includes("bootstrap server running"))).toBe(false);
  });

  it("of a bootstrap that crashes says so and powers off", async () => {
    const test = await boot({ bootstrap: "crashes" });
    await test.untilConsole("panic: runtime error");
    await test.untilOff();
  });

  it("of a bootstrap that hangs listens, answers nothing and does not expire", async () => {
    const test = await boot({ bootstrap: "hangs" });
    await test.untilConsole("bootstrap server running");
    let answered = false;
    test.request("GET", "/v1/status").then(
      () => (answered = true),
      () => undefined,
    );
    await test.settle();
    await test.clock.advance(1_200_000);
    expect({ answered, off: test.poweredOff }).toEqual({ answered: false, off: [] });
  });

  it.each([["bootstrap"], ["reflowlet"]] as const)("of a %s of another authority is not trusted", async (program) => {
    const faults: MachineFaults = { [program]: "wrong-authority" };
    const { test } = await install(faults);
    if (program === "reflowlet") await test.untilConsole("started (version");
    await test.settle();
    const look = await test
      .request("GET", program === "bootstrap" ? "/v1/status" : "/v1/offers")
      .catch((e: unknown) => e);
    expect(look).toBeInstanceOf(TrustError);
  });

  it("of the installation answers with the scenario's text", async () => {
    const { reply } = await install({ installFails: "no space left on device" });
    expect(await reply).toMatchObject({ status: 500, body: expect.stringContaining("no space left on device") });
  });

  it("of a reflowlet that crashes has no tag and powers off", async () => {
    const { test } = await install({ reflowlet: "crashes" });
    await test.untilOff();
    expect(test.tags).toEqual({});
  });

  it("of a reflowlet that never tags serves all the same", async () => {
    const { test } = await install({ neverTags: true });
    await test.untilConsole("started (version");
    expect([test.tags, (await test.request("GET", "/v1/offers")).status]).toEqual([{}, 200]);
  });

  it("of another version tags itself with that", async () => {
    const { test } = await install({ version: "reflow0.1" });
    await test.untilConsole("started (version reflow0.1)");
    expect(test.tags).toEqual({ "reflowlet:version": "reflow0.1" });
  });
});

describe("the rules of a scenario", () => {
  it("become one machine's faults; of two for the same thing the first counts", () => {
    expect(
      machineFaults([
        { phase: "os", kind: "hangs" },
        { phase: "download", kind: "fails" },
        { phase: "bootstrap", kind: "hangs" },
        { phase: "bootstrap", kind: "crashes" },
        { phase: "install", kind: "fails" },
        { phase: "reflowlet", kind: "wrong-authority" },
        { phase: "reflowlet", kind: "never-tags" },
        { phase: "reflowlet", kind: "wrong-version" },
        { phase: "reflowlet", kind: "less-memory", memoryPct: 80 },
        { phase: "reflowlet", kind: "silent", after: "5m", downFor: "20s" },
      ]),
    ).toEqual({
      osHangs: true,
      downloadFails: true,
      bootstrap: "hangs",
      installFails: "no space left on device",
      reflowlet: "wrong-authority",
      neverTags: true,
      version: "other",
      memoryPct: 80,
      silence: { afterMs: 300_000, forMs: 20_000 },
    });
    expect(machineFaults([])).toEqual({});
  });
});

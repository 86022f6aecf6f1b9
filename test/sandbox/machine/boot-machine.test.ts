import { afterEach, describe, expect, it } from "@jest/globals";
import { reflowStyleUserData } from "./sample-user-data.js";
import { TestMachine, type TestMachineOptions } from "./test-machine.js";

const REFLOWLET = { "reflow-cache/objects/reflowlet": "#!reflow-ec2-sandbox reflowlet\n" };
const INSTALL = JSON.stringify({
  path: "s3://reflow-cache/objects/reflowlet",
  name: "reflowlet",
  args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
});

let machine: TestMachine | undefined;

async function boot(options: TestMachineOptions): Promise<TestMachine> {
  machine = await TestMachine.boot(options);
  return machine;
}

afterEach(async () => {
  await machine?.end();
  machine = undefined;
});

describe("a machine with good user-data", () => {
  it("boots Reflow's own kind of user-data, installs, tags itself and offers what it has", async () => {
    const test = await boot({ cloudConfig: reflowStyleUserData(2023), stored: REFLOWLET });
    await test.untilConsole("bootstrap server running, waiting (10m0s) for image");
    expect(await test.request("GET", "/v1/status")).toMatchObject({ status: 200, body: "{}\n" });
    const install = test.request("POST", "/v1/execimage", INSTALL).catch((error: unknown) => error);
    await test.untilConsole("started (version c0ffee123456)");
    expect(await install).toMatchObject({ failure: "reset" });
    expect(test.tags).toEqual({ "reflowlet:version": "c0ffee123456" });
    const offers = await test.request("GET", "/v1/offers");
    expect(JSON.parse(offers.body)).toEqual([
      {
        ID: "1",
        Available: {
          cpu: 2,
          disk: 316_964_458_496,
          intel_avx: 2,
          intel_avx2: 2,
          intel_avx512: 2,
          mem: 7_638_301_081,
        },
      },
    ]);
  });
});

import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "@jest/globals";
import { TrustError } from "../../../src/errors.js";
import type { PoolResponse } from "../../../src/pool/transport.js";
import { createMutualTlsTransport } from "../../../src/tls/transport.js";
import { authority, impostor, issue } from "../../tls/material.js";
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

/** Boots as far as a reflowlet that answers. */
async function reflowlet(generation: 2020 | 2023, options: TestMachineOptions = {}): Promise<TestMachine> {
  const test = await boot({ cloudConfig: reflowStyleUserData(generation), stored: REFLOWLET, ...options });
  await test.untilConsole("bootstrap server running");
  test.request("POST", "/v1/execimage", INSTALL).catch(() => undefined);
  await test.untilConsole("started (version");
  return test;
}

const accept = (cpu: number): string => JSON.stringify({ Want: { cpu, mem: 1024 }, Owner: "ann", Labels: null });

describe("a booted machine", () => {
  it.each([
    { generation: 2020, minutes: 10, secondsAfter: 5 },
    { generation: 2023, minutes: 10, secondsAfter: 11 },
  ] as const)(
    "of $generation ends when it has been idle for its time",
    async ({ generation, minutes, secondsAfter }) => {
      const test = await reflowlet(generation);
      await test.clock.advance(minutes * 60_000 - 30_000);
      await test.settle();
      expect(test.poweredOff).toEqual([]);
      await test.untilOff();
      expect(test.console.slice(-5)).toEqual([
        "reflowlet.service: reflowlet idle for 10m0s; shutting down",
        "reflowlet.service: Main process exited, code=exited, status=1/FAILURE (/opt/bin/bootstrap)",
        "reflowlet.service: Failed with result 'exit-code'.",
        "reflowlet.service: Triggering OnFailure= dependencies.",
        "Powering off: reflowlet.service failed.",
      ]);
      expect(test.clock.monotonicMs()).toBeGreaterThanOrEqual(minutes * 60_000 + secondsAfter * 1_000);
      await expect(test.request("GET", "/v1/offers")).rejects.toMatchObject({ failure: "refused" });
    },
  );

  it("stays up while a lease is kept alive, and for its idle time after that", async () => {
    const test = await reflowlet(2023);
    const { body } = await test.request("POST", "/v1/offers/1", accept(1));
    const { ID: id } = JSON.parse(body) as { ID: string };
    for (let minute = 0; minute < 30; minute += 2) {
      await test.clock.advance(2 * 60_000);
      const kept = await test.request("POST", `/v1/allocs/${id}/keepalive`, '{"Interval":180000000000}');
      expect(kept).toMatchObject({ status: 200, body: '{"Interval":180000000000}\n' });
    }
    await test.clock.advance(12 * 60_000);
    await test.settle();
    expect(test.poweredOff).toEqual([]);
    await test.untilOff();
  });

  it("never gives more than it has to accepts that come at once", async () => {
    const test = await reflowlet(2023);
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => test.request("POST", "/v1/offers/1", accept(0.5))),
    );
    const byStatus = (status: number): readonly PoolResponse[] => replies.filter((reply) => reply.status === status);
    expect([byStatus(200).length, byStatus(404).length]).toEqual([4, 16]);
    expect(await test.request("GET", "/v1/offers")).toMatchObject({ body: "[]\n" });
  });

  it("tags itself with the version of the binary rather than that of its configuration", async () => {
    const stored = { "reflow-cache/objects/reflowlet": "#!reflow-ec2-sandbox reflowlet\nversion: abc\n" };
    const test = await reflowlet(2023, { stored });
    expect(test.tags).toEqual({ "reflowlet:version": "abc" });
    const { body } = await test.request("GET", "/v1/config");
    expect(JSON.parse(body)).toContain("reflow: reflowversion,version=abc\n");
  });

  it("tags itself before it answers", async () => {
    let listening: unknown;
    const createTags = async (): Promise<void> => {
      listening = await machine?.request("GET", "/v1/offers").catch((error: unknown) => error);
    };
    await reflowlet(2023, { createTags });
    expect(listening).toMatchObject({ failure: "refused" });
  });

  it("boots Xen types under the names of their mapping", async () => {
    const hardware = { instanceType: "m4.large", cpus: 2, memoryBytes: 8e9, features: [], ebsNvme: false };
    const test = await reflowlet(2023, { cloudConfig: reflowStyleUserData(2023, "xvdb"), hardware });
    expect(test.console).toContain("Mounted mnt-data.mount.");
  });

  it("powers off when a unit names a device that the type does not have", async () => {
    const test = await boot({ cloudConfig: reflowStyleUserData(2023, "xvdb") });
    await test.untilOff();
    expect(test.console.filter((line) => line.startsWith("Timed out") || line.startsWith("Powering"))).toEqual([
      "Timed out waiting for device /dev/xvdb.",
      "Timed out waiting for device /dev/data_group/data_vol.",
      "Powering off: mnt-data.mount failed.",
    ]);
  });

  it("gives up when nobody installs anything, the older after ten minutes whatever it is told", async () => {
    const test = await boot({ cloudConfig: reflowStyleUserData(2020) });
    await test.untilOff();
    expect(test.console).toContain(
      "reflowlet.service: no bootstrap image installed after 10m0s (> expiry 10m0s); shutting down",
    );
  });

  it("refuses clients of another authority, and is known as not theirs", async () => {
    const test = await boot({ cloudConfig: reflowStyleUserData(2023) });
    await test.untilConsole("bootstrap server running");
    const ask = async (theirs: typeof authority, certificateOf: typeof authority): Promise<unknown> => {
      const clientCertificate = await issue(certificateOf);
      const transport = createMutualTlsTransport({ authority: theirs, clientCertificate, clock: test.clock });
      const request = {
        host: "127.0.0.1",
        port: test.port,
        method: "GET",
        path: "/v1/status",
        timeoutMs: 1e9,
      } as const;
      return transport.request(request).catch((error: unknown) => error);
    };
    const refused = await ask(authority, impostor);
    const mistrusted = await ask(impostor, impostor);
    expect([refused, mistrusted].map((error) => error instanceof TrustError && error.problem)).toEqual([
      "refused-ours",
      "other-authority",
    ]);
  });

  it("writes secrets into files that their owner alone can read, and shows none on the console", async () => {
    const test = await reflowlet(2020);
    expect(test.console.join("\n")).not.toMatch(/PRIVATE KEY|AKIAEXAMPLE|secretaccesskey/);
    expect(test.read("/etc/reflowconfig")).toContain("RSA PRIVATE KEY");
  });
});

describe("switching a machine off", () => {
  it.each([
    "booting (reflow-ec2 sandbox",
    "waiting for the group",
    "Mounted mnt-data.mount.",
    "bootstrap server running",
    "started (version",
  ])("ends everything at once, after %s", async (line) => {
    const test = await boot({ cloudConfig: reflowStyleUserData(2023), stored: REFLOWLET });
    await test.untilConsole(line.startsWith("started") ? "bootstrap server running" : line);
    if (line.startsWith("started")) {
      test.request("POST", "/v1/execimage", INSTALL).catch(() => undefined);
      await test.untilConsole(line);
    }
    await Promise.all([test.destroy(), test.destroy()]);
    await test.destroy();
    const console = [...test.console];
    expect(test.clock.sleeping).toBe(0);
    await test.clock.advance(24 * 3_600_000);
    await test.settle();
    expect({ console: test.console, off: test.poweredOff }).toEqual({ console, off: [] });
    await expect(test.request("GET", "/v1/status")).rejects.toMatchObject({ failure: "refused" });
  });

  it("drops the connections of those who wait", async () => {
    const test = await boot({ cloudConfig: reflowStyleUserData(2023), stored: REFLOWLET });
    await test.untilConsole("bootstrap server running");
    const install = test.request("POST", "/v1/execimage", INSTALL).catch((error: unknown) => error);
    await test.until("the program's file", () => readdirSync(`${test.directory}/tmp`).length > 1);
    await test.destroy();
    expect(await install).toMatchObject({ failure: "reset" });
  });
});

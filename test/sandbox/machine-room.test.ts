import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AddressBook } from "../../src/sandbox/addresses.js";
import { Account } from "../../src/sandbox/ec2/account.js";
import type { Ec2 } from "../../src/sandbox/ec2/action.js";
import { actions } from "../../src/sandbox/ec2/actions.js";
import type { InstanceRecord } from "../../src/sandbox/ec2/records.js";
import { PORT_TAG as CLUSTERS_PORT_TAG } from "../../src/cluster/tags.js";
import { MachineRoom, PORT_TAG } from "../../src/sandbox/machine-room.js";
import type { BootMachine, MachineHost } from "../../src/sandbox/machine/host.js";
import { Parameters } from "../../src/sandbox/protocol/parameters.js";
import { ScenarioInForce } from "../../src/sandbox/scenario/scenario-run.js";
import { defaultTimings } from "../../src/sandbox/timings.js";
import { FakeClock } from "../support/fake-clock.js";
import { eventually, FakeMachines, GROUP_ID, IMAGE_ID, REGION, testTypes } from "./support.js";

/** Bytes that count up: every id is another one, the same in each run. */
function countingBytes(): (length: number) => Buffer {
  let next = 0;
  return (length) => Buffer.from(Array.from({ length }, () => (next = (next + 1) % 256)));
}

let clock: FakeClock;
let directory: string;
let machines: FakeMachines;
let room: MachineRoom;
let ec2: Ec2;
let problems: unknown[];

async function openRoom(bootMachine: BootMachine, probe = async () => "free" as const): Promise<void> {
  const randomBytes = countingBytes();
  const account = new Account(REGION);
  const types = await testTypes();
  room = new MachineRoom({
    account,
    clock,
    types,
    addresses: new AddressBook(randomBytes, probe),
    objects: { get: () => Promise.resolve(undefined) },
    bootMachine,
    randomBytes,
    directory,
    endpoint: () => "http://127.0.0.1:1",
    onInternalError: (error) => problems.push(error),
  });
  const scenario = new ScenarioInForce({ clock, randomBytes, timings: defaultTimings });
  ec2 = { account, clock, types, randomBytes, power: room, scenario };
}

beforeEach(async () => {
  clock = new FakeClock();
  directory = await mkdtemp(join(tmpdir(), "reflow-ec2-room-"));
  machines = new FakeMachines();
  problems = [];
  await openRoom(machines.boot);
});
afterEach(async () => {
  await room.close();
  await rm(directory, { recursive: true, force: true });
  expect(problems).toEqual([]);
});

function call(action: string, parameters: Record<string, string>): void {
  actions.get(action)?.plan(Parameters.parse(new URLSearchParams(parameters)), ec2)();
}

function launch(parameters: Record<string, string> = {}): InstanceRecord {
  const count = { MinCount: "1", MaxCount: "1" };
  call("RunInstances", {
    ImageId: IMAGE_ID,
    InstanceType: "m5.large",
    ...count,
    "SecurityGroupId.1": GROUP_ID,
    ...parameters,
  });
  const instance = [...ec2.account.instances.values()].at(-1);
  if (instance === undefined) throw new Error("nothing was launched");
  return instance;
}

/** Work on real files follows the clock's steps; it is waited for, not timed. */
async function until(state: InstanceRecord["state"], instance: InstanceRecord): Promise<void> {
  await eventually(() => (instance.state === state ? true : undefined));
}

async function bootedHost(): Promise<MachineHost> {
  return eventually(() => machines.hosts.at(-1));
}

describe("the way of an instance", () => {
  it("leads from pending to running when the time has come, and not before", async () => {
    const instance = launch();
    await clock.advance(399);
    expect([instance.state, instance.publicAddress, machines.hosts.length]).toEqual(["pending", "", 0]);
    await clock.advance(1);
    await until("running", instance);
    expect(instance.publicAddress).toMatch(/^127\.\d+\.\d+\.\d+$/);
  });

  it("leads by way of shutting-down to terminated, the machine gone at once", async () => {
    const instance = launch();
    await clock.advance(400);
    await bootedHost();
    call("TerminateInstances", { "InstanceId.1": instance.id });
    expect(instance.state).toBe("shutting-down");
    await eventually(() => (machines.destroyed.includes(instance.id) && clock.sleeping === 1) || undefined);
    await clock.advance(399);
    expect(instance.state).toBe("shutting-down");
    await clock.advance(1);
    await until("terminated", instance);
    expect([instance.publicAddress, instance.terminatedMs]).toEqual(["", clock.nowMs()]);
    expect(await readdir(directory)).toEqual([]);
  });

  it("ends when the machine powers itself off, and says that the instance did it", async () => {
    const instance = launch({ InstanceInitiatedShutdownBehavior: "terminate" });
    await clock.advance(400);
    (await bootedHost()).poweredOff("idle");
    expect([instance.state, instance.stateReason]).toEqual([
      "shutting-down",
      {
        code: "Client.InstanceInitiatedShutdown",
        message: "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
      },
    ]);
    await eventually(() => clock.sleeping === 1 || undefined);
    await clock.advance(400);
    await until("terminated", instance);
  });

  it("stops, and goes on being paid for, when powering off does not terminate", async () => {
    const instance = launch({ InstanceInitiatedShutdownBehavior: "stop" });
    await clock.advance(400);
    (await bootedHost()).poweredOff("idle");
    await eventually(() => clock.sleeping === 1 || undefined);
    await clock.advance(400);
    await until("stopped", instance);
    expect(ec2.account.volumes.size).toBe(1);
    call("TerminateInstances", { "InstanceId.1": instance.id });
    await eventually(() => clock.sleeping === 1 || undefined);
    await clock.advance(400);
    await until("terminated", instance);
    expect(ec2.account.volumes.size).toBe(0);
  });

  it("always terminates for one-time spot instances, which cannot be stopped", async () => {
    const instance = launch({
      InstanceInitiatedShutdownBehavior: "stop",
      "InstanceMarketOptions.MarketType": "spot",
    });
    await clock.advance(400);
    (await bootedHost()).poweredOff("idle");
    expect(instance.state).toBe("shutting-down");
  });

  it("takes a power-off after the end for nothing", async () => {
    const instance = launch();
    await clock.advance(400);
    const host = await bootedHost();
    call("TerminateInstances", { "InstanceId.1": instance.id });
    const { stateReason } = instance;
    host.poweredOff("too late");
    expect([instance.state, instance.stateReason]).toEqual(["shutting-down", stateReason]);
  });

  it("is forgotten an hour after its end, with its client token", async () => {
    const instance = launch({ ClientToken: "once" });
    call("TerminateInstances", { "InstanceId.1": instance.id });
    await eventually(() => clock.sleeping === 1 || undefined);
    await clock.advance(400);
    await until("terminated", instance);
    await clock.advance(3_599_999);
    ec2.account.prune(clock.nowMs());
    expect([...ec2.account.instances.keys()]).toEqual([instance.id]);
    await clock.advance(1);
    ec2.account.prune(clock.nowMs());
    const { instances, launches, tags } = ec2.account;
    expect([instances.size, launches.size, [...tags.resources()]]).toEqual([0, 0, []]);
  });

  it("ends with an internal error of the server when the machine cannot be switched on", async () => {
    await openRoom(() => {
      throw new Error("no such machine");
    });
    const instance = launch();
    await clock.advance(400);
    await until("shutting-down", instance);
    expect(instance.stateReason).toEqual({
      code: "Server.InternalError",
      message: "Server.InternalError: no such machine",
    });
  });
});

describe("what a machine is given", () => {
  it("is the instance's own data, an empty folder and an address", async () => {
    const instance = launch({
      UserData: "I2Nsb3VkLWNvbmZpZwo=",
      "IamInstanceProfile.Name": "reflowlet",
      "MetadataOptions.HttpTokens": "required",
      "Placement.AvailabilityZone": "us-west-2c",
      "InstanceMarketOptions.MarketType": "spot",
      "BlockDeviceMapping.1.DeviceName": "/dev/xvdb",
      "BlockDeviceMapping.1.Ebs.VolumeSize": "300",
    });
    await clock.advance(400);
    const host = await bootedHost();
    const facts = (await testTypes()).get("m5.large");
    const doors = ["clock", "randomBytes", "createTags", "objects", "console", "poweredOff", "reclaimMs"];
    expect(Object.fromEntries(Object.entries(host).filter(([name]) => !doors.includes(name)))).toEqual({
      instanceId: instance.id,
      region: REGION,
      zone: "us-west-2c",
      market: "spot",
      publicDnsName: instance.publicAddress,
      hardware: {
        instanceType: "m5.large",
        cpus: 2,
        memoryBytes: facts?.osMemoryBytes,
        features: facts?.features,
        ebsNvme: true,
      },
      volumes: [
        { volumeId: instance.volumeIds[0], deviceName: "/dev/xvda", sizeGiB: 8, root: true },
        { volumeId: instance.volumeIds[1], deviceName: "/dev/xvdb", sizeGiB: 300, root: false },
      ],
      instanceProfile: true,
      metadataTokens: "required",
      userData: "I2Nsb3VkLWNvbmZpZwo=",
      directory: join(directory, instance.id),
      listen: { host: instance.publicAddress, port: 9000 },
      timings: defaultTimings.machine,
      faults: {},
    });
    expect((await stat(host.directory)).isDirectory()).toBe(true);
    expect(await readdir(host.directory)).toEqual([]);
  });

  it("is a console whose lines the account keeps", async () => {
    const instance = launch();
    await clock.advance(400);
    const host = await bootedHost();
    await clock.advance(1_000);
    host.console("first");
    host.console("second");
    expect([instance.console, instance.consoleMs]).toEqual(["first\r\nsecond\r\n", clock.nowMs()]);
  });

  it("is a port of its own, told by a tag, where it can have no address of its own", async () => {
    await openRoom(
      machines.boot,
      async ({ host }: { host?: string } = {}) => (host === "127.0.0.1" ? "free" : "foreign") as "free",
    );
    const instance = launch();
    await clock.advance(400);
    const { listen } = await bootedHost();
    expect(listen.host).toBe("127.0.0.1");
    expect(instance.publicAddress).toBe("127.0.0.1");
    expect([...ec2.account.tags.of(instance.id)]).toEqual([[PORT_TAG, String(listen.port)]]);
    // The cluster reads it; neither module may import the other.
    expect(PORT_TAG).toBe(CLUSTERS_PORT_TAG);
  });

  it.each<[what: string, parameters: Record<string, string>, shown: "another" | "none"]>([
    ["no security group lets the caller in", { "SecurityGroupId.1": "sg-0d1e2f3a4b5c60718" }, "another"],
    [
      "it has no public address",
      {
        "SecurityGroupId.1": "",
        "NetworkInterface.1.DeviceIndex": "0",
        "NetworkInterface.1.SecurityGroupId.1": GROUP_ID,
        "NetworkInterface.1.AssociatePublicIpAddress": "false",
      },
      "none",
    ],
  ])("is an address that nobody is told when %s", async (_what, parameters, shown) => {
    const instance = launch(parameters);
    await clock.advance(400);
    const { listen } = await bootedHost();
    expect(instance.publicAddress).not.toBe(listen.host);
    expect(instance.publicAddress === "").toBe(shown === "none");
  });
});

describe("closing the room", () => {
  it("ends everything at once, whatever state it is in, and leaves no folder", async () => {
    const running = launch();
    await clock.advance(400);
    await bootedHost();
    const ending = launch();
    call("TerminateInstances", { "InstanceId.1": ending.id });
    launch();
    await room.close();
    expect(machines.destroyed).toEqual([running.id]);
    expect(clock.sleeping).toBe(0);
    await expect(stat(directory)).rejects.toThrow("ENOENT");
  });
});

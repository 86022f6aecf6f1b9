import { mkdtemp, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createEc2Clients } from "../../src/aws/clients.js";
import { Ec2Adapter } from "../../src/aws/ec2-adapter.js";
import type { Ec2Port, InstanceState, LaunchRequest } from "../../src/cluster/ports.js";
import { pollUntil } from "../../src/cluster/poll.js";
import { systemClock, type Clock } from "../../src/lib/clock.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/sandbox.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeEc2 } from "../support/fake-ec2.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const signal = new AbortController().signal;
const UNKNOWN = "i-0123456789abcdef0";

/** A port under test, with what moves its time on. */
interface Subject {
  readonly ec2: Ec2Port;
  readonly clock: Clock;
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly stop: () => Promise<void>;
}

const fake = async (): Promise<Subject> => {
  const clock = new FakeClock();
  return { ec2: new FakeEc2(clock), clock, run: (work) => clock.runUntil(work), stop: async () => undefined };
};

const adapter = async (): Promise<Subject> => {
  const stateDirectory = await mkdtemp(join(tmpdir(), "reflow-ec2-contract-"));
  const sandbox: Sandbox = await startSandbox({
    clock: systemClock,
    region: "us-west-2",
    stateDirectory,
    randomBytes,
    bootMachine: () => ({ destroy: async () => undefined }),
  });
  const clients = createEc2Clients({
    region: "us-west-2",
    endpointUrl: sandbox.endpoint,
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "test" }),
  });
  return {
    ec2: new Ec2Adapter(clients),
    clock: systemClock,
    run: (work) => work,
    stop: async () => {
      clients.launching.destroy();
      clients.other.destroy();
      await sandbox.stop();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
};

let tokens = 0;
const launch = (changes: Partial<LaunchRequest> = {}): LaunchRequest => ({
  clientToken: `contract-${(tokens += 1)}`,
  count: 1,
  instanceType: "c6a.large",
  market: "on-demand",
  imageId: "ami-0c3488073a14ab0af",
  userData: Buffer.from("#cloud-config\n").toString("base64"),
  securityGroupIds: [],
  volumes: [{ deviceName: "/dev/xvda", type: "gp3", sizeGiB: 200, encrypted: true }],
  tags: { cluster: `contract-${tokens}`, Name: "ann (reflow)" },
  metadataTokens: "required",
  metadataHopLimit: 2,
  detailedMonitoring: false,
  ...changes,
});

// One suite for both: what the core's tests play with behaves as what users get.
describe.each([
  ["the fake EC2 of the tests", fake],
  ["the AWS SDK against the sandbox", adapter],
] as const)("%s", (_title, make) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await make();
  });
  afterAll(() => subject.stop());

  const reach = (id: string, state: InstanceState): Promise<true> =>
    subject.run(
      pollUntil(subject.clock, { firstMs: 50, factor: 1.5, longestMs: 5_000 }, signal, async () => {
        const [instance] = await subject.ec2.describeInstances({ ids: [id] }, signal);
        return instance?.state === state ? true : undefined;
      }),
    );

  it("launches as many as are asked for, pending, with the tags of the call", async () => {
    const request = launch({ count: 2 });
    const instances = await subject.run(subject.ec2.runInstances(request, signal));
    expect(instances.map(({ state, type, market, tags }) => ({ state, type, market, tags }))).toEqual(
      [1, 2].map(() => ({ state: "pending", type: "c6a.large", market: "on-demand", tags: request.tags })),
    );
  });

  it("launches nothing twice for one token", async () => {
    const request = launch();
    const [first] = await subject.run(subject.ec2.runInstances(request, signal));
    const [second] = await subject.run(subject.ec2.runInstances(request, signal));
    expect(second?.id).toBe(first?.id);
  });

  it("knows a spot instance from an on-demand one", async () => {
    const [instance] = await subject.run(subject.ec2.runInstances(launch({ market: "spot" }), signal));
    expect(instance?.market).toBe("spot");
  });

  it("brings an instance up with a public name, and ends it when asked", async () => {
    const [launched] = await subject.run(subject.ec2.runInstances(launch(), signal));
    const id = launched?.id ?? "";
    await reach(id, "running");
    const [running] = await subject.run(subject.ec2.describeInstances({ ids: [id] }, signal));
    expect(running?.publicDnsName).not.toBe("");
    const changes = await subject.run(subject.ec2.terminateInstances([id], signal));
    expect(changes).toEqual([{ id, from: "running", to: "shutting-down" }]);
    await reach(id, "terminated");
  });

  it("finds instances by tags and states, literally", async () => {
    const request = launch({ tags: { cluster: "a*b?c", Name: "ann (reflow)" } });
    const [instance] = await subject.run(subject.ec2.runInstances(request, signal));
    const find = async (cluster: string, states: readonly InstanceState[]): Promise<string[]> =>
      (await subject.run(subject.ec2.describeInstances({ tags: { cluster }, states }, signal))).map(({ id }) => id);
    expect({
      exact: await find("a*b?c", ["pending", "running"]),
      other: await find("aXbYc", ["pending", "running"]),
      ended: await find("a*b?c", ["terminated"]),
    }).toEqual({ exact: [instance?.id], other: [], ended: [] });
  });

  it("leaves ids that EC2 does not know out of its answers", async () => {
    const [instance] = await subject.run(subject.ec2.runInstances(launch(), signal));
    const id = instance?.id ?? "";
    const described = await subject.run(subject.ec2.describeInstances({ ids: [UNKNOWN, id] }, signal));
    const ended = await subject.run(subject.ec2.terminateInstances([UNKNOWN, id], signal));
    expect({ described: described.map((one) => one.id), ended: ended.map((one) => one.id) }).toEqual({
      described: [id],
      ended: [id],
    });
  });

  it("shows images by id in whatever state, and leaves out what is not there", async () => {
    const ids = ["ami-0c3488073a14ab0af", "ami-0123456789abcdef0"];
    const images = await subject.run(subject.ec2.describeImages({ ids }, signal));
    expect(images.map(({ id, architecture, state }) => ({ id, architecture, state }))).toEqual([
      { id: "ami-0c3488073a14ab0af", architecture: "x86_64", state: "available" },
    ]);
  });

  it("shows the default subnet of each zone, and subnets by id", async () => {
    const all = await subject.run(subject.ec2.describeSubnets("default", signal));
    const [first] = all;
    const named = await subject.run(subject.ec2.describeSubnets({ ids: [first?.id ?? ""] }, signal));
    const unknown = subject.run(subject.ec2.describeSubnets({ ids: ["subnet-0123456789abcdef0"] }, signal));
    await expect(unknown).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/InvalidSubnetID/) });
    expect({ zones: all.map(({ zone }) => zone).sort(), named, roomy: (first?.freeAddresses ?? 0) > 100 }).toEqual({
      zones: ["us-west-2a", "us-west-2b", "us-west-2c"],
      named: [first],
      roomy: true,
    });
  });

  it("tells in which zones types are sold", async () => {
    const zones = await subject.run(subject.ec2.zonesSelling(["c6a.large", "m6a.large"], signal));
    const everywhere = ["us-west-2a", "us-west-2b", "us-west-2c"];
    expect([...zones]).toEqual([
      ["c6a.large", everywhere],
      ["m6a.large", everywhere],
    ]);
  });

  it("does nothing at all once the signal has aborted", async () => {
    const aborted = AbortSignal.abort(new Error("stop"));
    await expect(subject.run(subject.ec2.runInstances(launch(), aborted))).rejects.toThrow("stop");
    await expect(subject.run(subject.ec2.describeInstances({ ids: [UNKNOWN] }, aborted))).rejects.toThrow("stop");
  });
});

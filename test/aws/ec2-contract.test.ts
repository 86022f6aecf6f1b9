import { mkdtemp, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createEc2Clients } from "../../src/aws/clients.js";
import { Ec2Adapter } from "../../src/aws/ec2-adapter.js";
import type {
  Ec2Port,
  InstanceState,
  LaunchRequest,
  SpotLaunchRequest,
  SpotRequest,
  SpotRequestState,
} from "../../src/cluster/ports.js";
import { pollUntil } from "../../src/cluster/poll.js";
import { systemClock, type Clock } from "../../src/lib/clock.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/sandbox.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakeEc2 } from "../support/fake-ec2.js";
import { REAL_TIME } from "./real-time.js";

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
  const ec2 = new FakeEc2(clock);
  ec2.spot.behaviour = {
    ...ec2.spot.behaviour,
    prices: { "c6a.large": { "us-west-2a": 0.03, "us-west-2b": 0.04, "us-west-2c": 0.035 } },
    scores: { "us-west-2a": 3, "us-west-2b": 9, "us-west-2c": 5 },
  };
  return { ec2, clock, run: (work) => clock.runUntil(work), stop: async () => undefined };
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
    ec2: new Ec2Adapter(clients, REAL_TIME),
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

/** One suite for both: what the core's tests play with behaves as what users get. */
const SUBJECTS = [
  ["the fake EC2 of the tests", fake],
  ["the AWS SDK against the sandbox", adapter],
] as const;

describe.each(SUBJECTS)("%s", (_title, make) => {
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

  it("shows the spot request of a spot instance, with the tags of the launch", async () => {
    const request = launch({ market: "spot" });
    const [instance] = await subject.run(subject.ec2.runInstances(request, signal));
    const instanceId = instance?.id ?? "";
    const byInstance = await subject.run(subject.ec2.describeSpotRequests({ instanceIds: [instanceId] }, signal));
    const query = { tags: { cluster: request.tags["cluster"] ?? "" }, states: ["open", "active"] } as const;
    const byTags = await subject.run(subject.ec2.describeSpotRequests(query, signal));
    expect(byInstance).toEqual([
      {
        id: expect.stringMatching(/^sir-/),
        state: "active",
        status: "fulfilled",
        statusMessage: expect.any(String),
        statusMs: expect.any(Number),
        instanceId,
        tags: request.tags,
      },
    ]);
    const byId = await subject.run(subject.ec2.describeSpotRequests({ ids: [byInstance[0]?.id ?? ""] }, signal));
    expect([byTags, byId]).toEqual([byInstance, byInstance]);
  });

  it("tags instances that are there, and says of others that they are not visible yet", async () => {
    const [instance] = await subject.run(subject.ec2.runInstances(launch(), signal));
    const id = instance?.id ?? "";
    await subject.run(subject.ec2.tagInstances([id], { late: "yes" }, signal));
    const [tagged] = await subject.run(subject.ec2.describeInstances({ ids: [id] }, signal));
    expect(tagged?.tags).toEqual({ ...instance?.tags, late: "yes" });
    await expect(subject.run(subject.ec2.tagInstances([UNKNOWN], { late: "yes" }, signal))).rejects.toMatchObject({
      refusal: { kind: "not-yet-visible" },
    });
  });

  it("does nothing at all once the signal has aborted", async () => {
    const aborted = AbortSignal.abort(new Error("stop"));
    await expect(subject.run(subject.ec2.runInstances(launch(), aborted))).rejects.toThrow("stop");
    await expect(subject.run(subject.ec2.describeInstances({ ids: [UNKNOWN] }, aborted))).rejects.toThrow("stop");
  });
});

describe.each(SUBJECTS)("%s, of spot", (_title, make) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await make();
  });
  afterAll(() => subject.stop());

  it("tells prices of each zone, and none of what it does not sell", async () => {
    const prices = await subject.run(subject.ec2.spotPrices(["c6a.large", "no.such"], signal));
    const zones = [...(prices.get("c6a.large") ?? [])];
    expect([...prices.keys()]).toEqual(["c6a.large"]);
    expect(zones.map(([zone]) => zone).sort()).toEqual(["us-west-2a", "us-west-2b", "us-west-2c"]);
    expect(zones.filter(([, usd]) => !(usd > 0 && usd < 0.0765))).toEqual([]);
  });

  it("scores zones by name, from 1 to 10", async () => {
    const query = { instanceTypes: ["c6a.large", "m6a.large", "r6a.large"], count: 10 };
    const scores = await subject.run(subject.ec2.placementScores(query, signal));
    expect([...(scores?.keys() ?? [])].sort()).toEqual(["us-west-2a", "us-west-2b", "us-west-2c"]);
    expect([...(scores?.values() ?? [])].filter((score) => score < 1 || score > 10)).toEqual([]);
  });

  it("says in a dry run that there is capacity, and launches nothing", async () => {
    const { imageId, instanceType } = launch();
    const query = { imageId, instanceType, count: 5 };
    expect(await subject.run(subject.ec2.probeCapacity(query, signal))).toBe("capacity");
  });

  const request = (): SpotLaunchRequest => ({
    ...launch({ market: "spot" }),
    validUntilMs: subject.clock.nowMs() + 120_000,
  });
  const reach = (id: string, wanted: readonly SpotRequestState[]): Promise<SpotRequest> =>
    subject.run(
      pollUntil(subject.clock, { firstMs: 50, factor: 1.5, longestMs: 5_000 }, signal, async () => {
        const [found] = await subject.ec2.describeSpotRequests({ ids: [id] }, signal);
        return found !== undefined && wanted.includes(found.state) ? found : undefined;
      }),
    );

  it("fulfils a legacy request by an instance without tags, once for one token", async () => {
    const asked = request();
    const [first] = await subject.run(subject.ec2.requestSpot(asked, signal));
    const [second] = await subject.run(subject.ec2.requestSpot(asked, signal));
    expect([second?.id, first?.tags, first?.instanceId]).toEqual([first?.id, asked.tags, undefined]);
    const active = await reach(first?.id ?? "", ["active"]);
    const [instance] = await subject.run(subject.ec2.describeInstances({ ids: [active.instanceId ?? ""] }, signal));
    expect([active.status, instance?.market, instance?.tags]).toEqual(["fulfilled", "spot", {}]);
  });

  it("cancels a request, whose instance goes on if it is there, and leaves out what is unknown", async () => {
    const [asked] = await subject.run(subject.ec2.requestSpot(request(), signal));
    const id = asked?.id ?? "";
    const { instanceId = "" } = await reach(id, ["active"]);
    const cancelled = await subject.run(subject.ec2.cancelSpotRequests([id, "sir-unknown1"], signal));
    const found = await subject.run(subject.ec2.describeSpotRequests({ instanceIds: [instanceId] }, signal));
    const [instance] = await subject.run(subject.ec2.describeInstances({ ids: [instanceId] }, signal));
    expect([cancelled, found[0]?.status, ["pending", "running"].includes(instance?.state ?? "")]).toEqual([
      [{ id, state: "cancelled" }],
      "request-canceled-and-instance-running",
      true,
    ]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { AccessError, Ec2TroubleError, EndpointError, InterruptedError } from "../../../src/errors.js";
import type { ClusterEvent, LaunchPhase } from "../../../src/cluster/events.js";
import { clusterWorld, type ClusterWorld } from "../../support/cluster-world.js";
import { throttled } from "../../support/fake-ec2.js";

const ONE_CPU = { requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 } };

/** Allocates and presses Ctrl-C a little after the phase has begun; gives what the allocate threw. */
async function interruptIn(world: ClusterWorld, phase: LaunchPhase): Promise<unknown> {
  const controller = new AbortController();
  const outcome = world.cluster.allocate(ONE_CPU, { signal: controller.signal }).catch((thrown: unknown) => thrown);
  const begun = (): boolean => world.events.some((event) => event.kind === "phase-started" && event.phase === phase);
  while (!begun()) await world.clock.advance(5);
  await world.clock.advance(10);
  controller.abort(new InterruptedError("SIGINT", 2));
  return world.clock.runUntil(outcome);
}

const failure = (world: ClusterWorld): Promise<unknown> =>
  world.clock.runUntil(world.cluster.allocate(ONE_CPU)).catch((thrown: unknown) => thrown);

/** Throws `make()` at the first `times` calls whose name begins so. */
function firstTimes(times: number, call: string, make: () => Error): (name: string) => Error | undefined {
  let left = times;
  return (name) => (name.startsWith(call) && (left -= 1) >= 0 ? make() : undefined);
}

const alarms = (world: ClusterWorld): readonly string[] =>
  world.events.flatMap((event) => (event.kind === "cleanup-failed" ? [`${event.instanceId}: ${event.problem}`] : []));

describe("ending what did not become usable", () => {
  it("goes on until EC2 knows the new instance", async () => {
    const world = await clusterWorld({}, { invisibleMs: 12_000 });
    expect(await interruptIn(world, "launch")).toBeInstanceOf(InterruptedError);
    expect({ alive: world.ec2.alive, alarms: alarms(world) }).toEqual({ alive: [], alarms: [] });
  });

  it.each([
    ["asks too much of EC2 at the moment", throttled],
    ["does not reach EC2 for a while", () => new EndpointError("ECONNRESET")],
  ])("is tried again when it %s", async (_title, make) => {
    const world = await clusterWorld({}, { trouble: firstTimes(4, "TerminateInstances", make) });
    await interruptIn(world, "running");
    expect({ alive: world.ec2.alive, alarms: alarms(world) }).toEqual({ alive: [], alarms: [] });
  });

  it("that is not allowed is told at once, with the instance", async () => {
    const denied = (): Error => new AccessError("TerminateInstances: UnauthorizedOperation: no");
    const world = await clusterWorld({}, { trouble: firstTimes(9, "TerminateInstances", denied) });
    await interruptIn(world, "running");
    expect(alarms(world)).toEqual([`${world.ec2.alive[0]}: TerminateInstances: UnauthorizedOperation: no`]);
  });

  it("that never works is given up after half a minute and told, with the last reason", async () => {
    const world = await clusterWorld({}, { trouble: firstTimes(99, "TerminateInstances", throttled) });
    await interruptIn(world, "running");
    expect(alarms(world)).toEqual([
      `${world.ec2.alive[0]}: given up after 30 s (RequestLimitExceeded: Request limit exceeded.)`,
    ]);
  });

  it("happens although who listens to the events fails", async () => {
    const broken = await clusterWorld();
    Object.assign(broken.context, {
      onEvent: (event: ClusterEvent) => {
        broken.events.push(event);
        if (event.kind === "instance-launched" || event.kind === "instance-terminating") throw new Error("no disk");
      },
    });
    await interruptIn(broken, "running");
    expect(broken.ec2.alive).toEqual([]);
  });
});

describe("a launch whose outcome is not known", () => {
  const lost: readonly (readonly [string, () => Error])[] = [
    ["the connection broke", () => new EndpointError("RunInstances: ECONNRESET")],
    ["EC2 was in trouble itself", () => new Ec2TroubleError("RunInstances: InternalError: An internal error")],
    ["its answer could not be read", () => new TypeError("x is undefined")],
  ];
  it.each(lost)("since %s is looked for and ended", async (_title, lostAnswer) => {
    const world = await clusterWorld({}, { lostAnswer });
    expect(await failure(world)).toEqual(lostAnswer());
    expect({ alive: world.ec2.alive, launches: world.ec2.launches.length }).toEqual({ alive: [], launches: 1 });
  });

  it("is ended although EC2 shows it late", async () => {
    const lostAnswer = (): Error => new EndpointError("RunInstances: ECONNRESET");
    const world = await clusterWorld({}, { lostAnswer, invisibleMs: 20_000 });
    await failure(world);
    expect({ alive: world.ec2.alive, alarms: alarms(world) }).toEqual({ alive: [], alarms: [] });
  });

  it("is told when EC2 shows nothing for half a minute", async () => {
    const lostAnswer = (): Error => new EndpointError("RunInstances: ECONNRESET");
    const world = await clusterWorld({}, { lostAnswer, invisibleMs: 300_000 });
    await failure(world);
    const [launch] = world.ec2.launches;
    expect(alarms(world)).toEqual([
      `launch ${launch?.clientToken}: given up after 30 s (EC2 shows no instance of it yet)`,
    ]);
  });

  it("is asked for again by its token, and serves when that answer comes", async () => {
    let answers = 0;
    const lostAnswer = (): Error | undefined =>
      (answers += 1) === 1 ? new EndpointError("RunInstances: ECONNRESET") : undefined;
    const world = await clusterWorld({}, { lostAnswer });
    const { reused } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ reused, launches: world.ec2.launches.length, alive: world.ec2.alive.length }).toEqual({
      reused: false,
      launches: 1,
      alive: 1,
    });
  });

  it("is not looked for when EC2 has refused it", async () => {
    const refused = (): Error => new AccessError("RunInstances: UnauthorizedOperation: no");
    const world = await clusterWorld({}, { refusals: { "c6a.large": refused } });
    expect(await failure(world)).toEqual(refused());
    expect(world.ec2.calls).toEqual([
      "DescribeInstances",
      "DescribeImages",
      "DescribeSubnets",
      "DescribeInstanceTypeOfferings",
      "RunInstances c6a.large",
    ]);
  });
});

import { describe, expect, it } from "@jest/globals";
import type { CapacityAnswer, CapacityQuery } from "../../../src/cluster/ports.js";
import { SpotProbe } from "../../../src/cluster/spot/probe.js";
import { clusterWorld, SETTINGS } from "../../support/cluster-world.js";
import { notAllowed } from "../../support/fake-ec2.js";

const signal = new AbortController().signal;

/** A probe of a depth on an EC2 that says `answer`; `admit` asks for `count` launches of a type. */
async function probing(probeDepth: number, answer: (query: CapacityQuery) => CapacityAnswer = () => "capacity") {
  const world = await clusterWorld({ spot: { ...SETTINGS.spot, probeDepth } });
  world.ec2.spot.behaviour = { ...world.ec2.spot.behaviour, probe: answer };
  const probe = new SpotProbe(world.context);
  const admit = (count: number, instanceType = "c6a.large"): Promise<number> =>
    world.clock.runUntil(probe.admit({ imageId: "ami-1", instanceType, count }, signal));
  const asked = (): string[] => world.ec2.calls.map((call) => call.replace("RunInstances (dry run) ", ""));
  return { world, admit, asked };
}

/** There is capacity for so many at a time. */
const capacityFor =
  (count: number, otherwise: CapacityAnswer = "none") =>
  (query: CapacityQuery): CapacityAnswer =>
    query.count <= count ? "capacity" : otherwise;

describe("probing for spot capacity", () => {
  it("asks once for as many as the depth says, and lets so many launches through", async () => {
    const { admit, asked } = await probing(3);
    expect([await admit(1), await admit(1), await admit(1), asked()]).toEqual([1, 1, 1, ["c6a.large 3"]]);
    expect([await admit(1), asked()]).toEqual([1, ["c6a.large 3", "c6a.large 3"]]);
  });

  it.each(["none", "limit"] as const)("halves the depth where EC2 says %s", async (otherwise) => {
    const { admit, asked } = await probing(5, capacityFor(1, otherwise));
    expect([await admit(1), asked()]).toEqual([1, ["c6a.large 5", "c6a.large 2", "c6a.large 1"]]);
  });

  it("asks for all of a launch that is larger than the depth, and admits what there is", async () => {
    const { admit, asked } = await probing(5, capacityFor(60));
    expect([await admit(200), asked()]).toEqual([50, ["c6a.large 200", "c6a.large 100", "c6a.large 50"]]);
  });

  it("remembers for a minute that there is none, of each type by itself", async () => {
    const { world, admit, asked } = await probing(2, ({ instanceType }) =>
      instanceType === "c6a.large" ? "none" : "capacity",
    );
    expect([await admit(1), await admit(1), await admit(1, "m6a.large")]).toEqual([0, 0, 1]);
    expect(asked()).toEqual(["c6a.large 2", "c6a.large 1", "m6a.large 2"]);
    await world.clock.advance(60_000);
    await admit(1);
    expect(asked()).toHaveLength(5);
  });

  it("asks anew after a minute although some launches are left", async () => {
    const { world, admit, asked } = await probing(5);
    await admit(1);
    await world.clock.advance(60_000);
    await admit(1);
    expect(asked()).toEqual(["c6a.large 5", "c6a.large 5"]);
  });

  it("takes an EC2 that does not answer for a minute for one without capacity", async () => {
    const { world, admit, asked } = await probing(2);
    world.ec2.behaviour = { ...world.ec2.behaviour, latencyMs: 90_000 };
    expect([await admit(1), asked()]).toEqual([0, ["c6a.large 2", "c6a.large 1"]]);
  });

  it("fails with what a launch would fail with, and remembers nothing of it", async () => {
    const { world, admit, asked } = await probing(2);
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: notAllowed };
    await expect(admit(1)).rejects.toEqual(notAllowed());
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: () => undefined };
    expect([await admit(1), asked()]).toEqual([1, ["c6a.large 2", "c6a.large 2"]]);
  });

  it("is switched off by a depth of 0", async () => {
    const { admit, asked } = await probing(0, () => "none");
    expect([await admit(200), asked()]).toEqual([200, []]);
  });
});

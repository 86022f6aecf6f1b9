import { describe, expect, it } from "@jest/globals";
import { SpotMarket } from "../../../src/cluster/spot/market.js";
import { clusterWorld } from "../../support/cluster-world.js";
import { notAllowed } from "../../support/fake-ec2.js";

const signal = new AbortController().signal;
const MINUTE = 60_000;

async function market() {
  const world = await clusterWorld();
  world.ec2.spot.behaviour = {
    ...world.ec2.spot.behaviour,
    prices: { "c6a.large": { "us-west-2a": 0.03 }, "m6a.large": { "us-west-2b": 0.04 } },
    scores: { "us-west-2a": 9 },
  };
  return { world, market: new SpotMarket(world.context) };
}

describe("spot prices", () => {
  it("are asked for once in five minutes, and only for types that are not known", async () => {
    const { world, market: spot } = await market();
    const prices = (types: readonly string[]): Promise<unknown> => world.clock.runUntil(spot.pricesOf(types, signal));
    expect(await prices(["c6a.large", "no.such"])).toEqual(new Map([["c6a.large", new Map([["us-west-2a", 0.03]])]]));
    await prices(["c6a.large", "no.such"]);
    expect(world.ec2.calls).toHaveLength(1);
    expect(await prices(["m6a.large", "c6a.large"])).toEqual(
      new Map([
        ["m6a.large", new Map([["us-west-2b", 0.04]])],
        ["c6a.large", new Map([["us-west-2a", 0.03]])],
      ]),
    );
    await world.clock.advance(5 * MINUTE);
    await prices(["c6a.large", "m6a.large"]);
    expect(world.ec2.calls).toHaveLength(3);
  });

  it("are unknown where EC2 does not tell them, which is said once", async () => {
    const { world, market: spot } = await market();
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: notAllowed };
    const first = await world.clock.runUntil(spot.pricesOf(["c6a.large"], signal));
    await world.clock.advance(5 * MINUTE);
    const second = await world.clock.runUntil(spot.pricesOf(["c6a.large"], signal));
    expect([first, second]).toEqual([new Map(), new Map()]);
    expect(world.events.map(({ kind }) => kind)).toEqual(["warning"]);
  });

  it("end with the signal", async () => {
    const { world, market: spot } = await market();
    const aborted = AbortSignal.abort(new Error("stop"));
    await expect(world.clock.runUntil(spot.pricesOf(["c6a.large"], aborted))).rejects.toThrow("stop");
  });
});

describe("placement scores", () => {
  it("are asked for once in ten minutes, and alike for numbers that are nearly the same", async () => {
    const { world, market: spot } = await market();
    const scores = (count: number, ...instanceTypes: string[]): Promise<unknown> =>
      world.clock.runUntil(spot.scoresOf({ instanceTypes, count }, signal));
    expect(await scores(3, "c6a.large", "m6a.large")).toEqual(new Map([["us-west-2a", 9]]));
    await scores(5, "m6a.large", "c6a.large");
    expect(world.ec2.calls).toHaveLength(1);
    await scores(6, "c6a.large", "m6a.large");
    expect(world.ec2.calls).toHaveLength(2);
    await world.clock.advance(10 * MINUTE);
    await scores(3, "c6a.large", "m6a.large");
    expect(world.ec2.calls).toHaveLength(3);
  });
});

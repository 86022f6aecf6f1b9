import { expect, it } from "@jest/globals";
import { maxSpotUsd } from "../../../src/cluster/spot/max-price.js";
import { clusterWorld } from "../../support/cluster-world.js";

it.each([
  [undefined, "c6a.large", undefined],
  [0.05, "c6a.large", 0.05],
  ["on-demand", "c6a.large", 0.0765],
  ["on-demand", "no.such", undefined],
] as const)("the cap %p is for %s at most %p USD an hour", async (maxPrice, type, expected) => {
  const { context } = await clusterWorld({ spot: { api: "run", fallback: false, probeDepth: 0, maxPrice } });
  expect(maxSpotUsd(context, type)).toBe(expected);
});

import { describe, expect, it } from "@jest/globals";
import { orderZones } from "../../../src/cluster/spot/order-zones.js";

const PLACES = ["a", "b", "c", "d"].map((zone) => ({ zone }));
const order = (advice: Parameters<typeof orderZones>[1]): string =>
  orderZones(PLACES, advice)
    .map(({ zone }) => zone)
    .join("");

describe("zones for a spot launch", () => {
  it.each([
    ["as given where nothing is known", {}, "abcd"],
    ["by score", { scores: new Map(Object.entries({ a: 1, b: 9, c: 3, d: 5 })) }, "bdca"],
    ["by price where there are no scores", { prices: new Map(Object.entries({ a: 4, b: 2, c: 3, d: 1 })) }, "dbca"],
    [
      "by price among equal scores",
      {
        scores: new Map(Object.entries({ a: 3, b: 3, c: 9, d: 3 })),
        prices: new Map(Object.entries({ a: 4, b: 2, c: 3, d: 1 })),
      },
      "cdba",
    ],
    ["with those last of which nothing is known", { prices: new Map(Object.entries({ c: 2, d: 1 })) }, "dcab"],
  ])("are ordered %s", (_how, advice, expected) => {
    expect(order(advice)).toBe(expected);
  });

  it("may be one that EC2 is to choose", () => {
    expect(orderZones([{ zone: undefined }, { zone: "a" }], { scores: new Map([["a", 1]]) })).toEqual([
      { zone: "a" },
      { zone: undefined },
    ]);
  });
});

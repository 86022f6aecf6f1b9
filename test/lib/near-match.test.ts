import { describe, expect, it } from "@jest/globals";
import { didYouMean, nearMatch } from "../../src/lib/near-match.js";

const KEYS = ["securitygroup", "maxhourlycostusd", "subnet", "subnets", "spot", "ami"];

describe("a near match", () => {
  it.each([
    ["securitygroop", "securitygroup"],
    ["securty-group", "securitygroup"],
    ["maxHourlyCostUSD", "maxhourlycostusd"],
    ["max_hourly_cost_usd", "maxhourlycostusd"],
    ["subnetss", "subnets"],
    ["sub", undefined],
    ["am", "ami"],
    ["elephant", undefined],
    ["", undefined],
    ["s".repeat(1_000_000), undefined],
  ])("for %j is %j", (word, expected) => {
    const match = nearMatch(word, KEYS);
    expect(match).toBe(expected);
  });

  it("becomes a question, or nothing", () => {
    const questions = [didYouMean("spott", KEYS), didYouMean("elephant", KEYS)];
    expect(questions).toEqual(['; did you mean "spot"?', ""]);
  });
});

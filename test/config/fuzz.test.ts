import { describe, expect, it } from "@jest/globals";
import { validateMutants } from "./mutations.js";

describe("mutated configurations (10,000 with `npm run test:slow`)", () => {
  it("are good or wrong, every mistake with its line, and never a surprise", async () => {
    const { good, wrong, failures } = await validateMutants(300, 20200416);
    expect(failures).toEqual([]);
    // Both happen, so both are tested.
    expect([good > 20, wrong > 100, good + wrong]).toEqual([true, true, 300]);
  }, 30_000);
});

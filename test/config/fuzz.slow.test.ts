import { describe, expect, it } from "@jest/globals";
import { validateMutants } from "./mutations.js";

describe("10,000 mutated configurations", () => {
  it("are good or wrong, every mistake with its line, and never a surprise, in less than a minute", async () => {
    const before = process.cpuUsage();
    const { good, wrong, failures } = await validateMutants(10_000, 20231018);
    // The process's own minute: what else the machine does is not meant.
    const { user, system } = process.cpuUsage(before);
    expect(failures).toEqual([]);
    expect([good > 500, wrong > 5_000, good + wrong]).toEqual([true, true, 10_000]);
    expect((user + system) / 1e6).toBeLessThan(60);
  }, 600_000);
});

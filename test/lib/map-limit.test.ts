import { describe, expect, it } from "@jest/globals";
import { mapLimit } from "../../src/lib/map-limit.js";

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("mapLimit", () => {
  it("gives results in the order of the items, whatever finishes first", async () => {
    const results = await mapLimit([3, 1, 2], 3, async (n) => {
      for (let i = 0; i < n; i += 1) await later();
      return n * 10;
    });
    expect(results).toEqual([30, 10, 20]);
  });

  it("never has more than the limit under way", async () => {
    let now = 0;
    let most = 0;
    await mapLimit(Array.from({ length: 20 }), 4, async () => {
      most = Math.max(most, (now += 1));
      await later();
      now -= 1;
    });
    expect(most).toBe(4);
  });

  it("throws the first error, once what was started has settled, and starts nothing after it", async () => {
    const started: number[] = [];
    const work = mapLimit([1, 2, 3, 4, 5], 2, async (n) => {
      started.push(n);
      await later();
      if (n === 2) throw new Error("two");
    });
    await expect(work).rejects.toThrow("two");
    expect(started).toEqual([1, 2, 3]);
  });

  it("does nothing for no items", async () => {
    expect(await mapLimit([], 4, async () => 1)).toEqual([]);
  });
});

import { createHash } from "node:crypto";

/**
 * All chance of a scenario. Each draw is named by what it is for, and the seed and the name alone decide it: whatever
 * else goes on at the same time, the same launch or call draws the same.
 */
export class Chance {
  constructor(private readonly seed: number) {}

  /** A number from 0 up to 1, always the same for the same name. */
  draw(...name: readonly (string | number)[]): number {
    const digest = createHash("sha256")
      .update(`${this.seed}/${name.join("/")}`)
      .digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  /** The items in an order that the name decides. */
  shuffle<T>(items: readonly T[], ...name: readonly (string | number)[]): readonly T[] {
    return items
      .map((item, index) => ({ item, key: this.draw(...name, index) }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  }
}

/** The process is gone. */
export class Killed extends Error {}

/** Counts the changes that are made to the outside, and kills the process at one of them. */
export class Interruptions {
  count = 0;

  /**
   * @param at the number of the change, from 1, that the process does not survive; undefined for none
   * @param when whether the change has been made by then
   */
  constructor(
    private readonly at?: number,
    private readonly when: "before" | "after" = "before",
  ) {}

  async around<T>(change: () => T | Promise<T>): Promise<T> {
    this.count += 1;
    if (this.count === this.at && this.when === "before") throw new Killed("killed");
    const result = await change();
    if (this.count === this.at) throw new Killed("killed");
    return result;
  }
}

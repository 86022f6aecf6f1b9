/** So many commands of one file run at a time: they are independent of each other, the machine's cores are not many. */
const LANES = 4;

/** Runs whatever it is given, four at a time, in the order given. */
export class Lanes {
  private free = LANES;
  private readonly waiting: (() => void)[] = [];

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free -= 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }

  /** Starts one piece of work for each row; gives the promise of each row's result, to be awaited by its test. */
  startAll<R, T>(rows: readonly R[], work: (row: R) => Promise<T>): (row: R) => Promise<T> {
    const results = new Map(rows.map((row) => [row, this.run(() => work(row))]));
    // A failure belongs to the test that awaits it.
    for (const result of results.values()) result.catch(() => undefined);
    return (row) => results.get(row) ?? Promise.reject(new Error("this row was not started"));
  }
}

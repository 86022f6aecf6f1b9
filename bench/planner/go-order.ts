// Sorts as Go's sort.Slice does (pattern-defeating quicksort, Go 1.19 and later): which of equal elements comes first is
// Go's choice, and Reflow's fleets depend on it. Left out is only what happens when eight and more partitions in a row
// go badly, which needs an input made for it.

const INSERTION_AT_MOST = 12;
const NINTHER_FROM = 50;
const SHIFTS_AT_MOST = 5;

/** A sorted copy by `measure`, equal elements in Go's order. */
export function goSorted<T>(elements: readonly T[], measure: (element: T) => number): T[] {
  const sorter = new Sorter(elements.map((element) => ({ element, key: measure(element) })));
  sorter.sort(0, elements.length);
  return sorter.cells.map(({ element }) => element);
}

class Sorter<T> {
  constructor(readonly cells: { element: T; key: number }[]) {}

  /** Sorts the cells from `low` up to `high`, that one not included. */
  sort(low: number, high: number): void {
    let balanced = true;
    let partitioned = true;
    while (high - low > INSERTION_AT_MOST) {
      const length = high - low;
      if (!balanced) this.breakPatterns(low, length);
      let { pivot, swaps } = this.choosePivot(low, length);
      if (swaps === 12) {
        this.reverse(low, high);
        pivot = high - 1 - (pivot - low);
        swaps = 0;
      }
      if (balanced && partitioned && swaps === 0 && this.shiftFew(low, high)) return;
      if (low > 0 && !this.less(low - 1, pivot)) {
        low = this.splitEqual(low, high, pivot);
        continue;
      }
      const split = this.split(low, high, pivot);
      partitioned = split.already;
      const [left, right] = [split.middle - low, high - split.middle];
      balanced = Math.min(left, right) >= Math.floor(length / 8);
      if (left < right) {
        this.sort(low, split.middle);
        low = split.middle + 1;
      } else {
        this.sort(split.middle + 1, high);
        high = split.middle;
      }
    }
    for (let at = low + 1; at < high; at += 1) this.sinkLeft(at, low);
  }

  private less(a: number, b: number): boolean {
    return this.cells[a]!.key < this.cells[b]!.key;
  }

  private swap(a: number, b: number): void {
    [this.cells[a], this.cells[b]] = [this.cells[b]!, this.cells[a]!];
  }

  private reverse(low: number, high: number): void {
    for (let a = low, b = high - 1; a < b; a += 1, b -= 1) this.swap(a, b);
  }

  /** Moves a cell to the left while it is less than its neighbour. */
  private sinkLeft(from: number, end: number): void {
    for (let at = from; at > end && this.less(at, at - 1); at -= 1) this.swap(at, at - 1);
  }

  private choosePivot(low: number, length: number): { pivot: number; swaps: number } {
    let swaps = 0;
    const median = (...places: [number, number, number]): number => {
      for (const [a, b] of [
        [0, 1],
        [1, 2],
        [0, 1],
      ] as const) {
        if (!this.less(places[b], places[a])) continue;
        swaps += 1;
        [places[a], places[b]] = [places[b], places[a]];
      }
      return places[1];
    };
    const quarters = [1, 2, 3].map((quarter) => low + Math.floor(length / 4) * quarter) as [number, number, number];
    const near = quarters.map((at) => (length >= NINTHER_FROM ? median(at - 1, at, at + 1) : at)) as typeof quarters;
    return { pivot: median(...near), swaps };
  }

  /** Less than the pivot to the left, the others to the right of `middle`, where the pivot comes to stand. */
  private split(low: number, high: number, pivot: number): { middle: number; already: boolean } {
    this.swap(low, pivot);
    let [a, b] = [low + 1, high - 1];
    let already = true;
    for (;;) {
      while (a <= b && this.less(a, low)) a += 1;
      while (a <= b && !this.less(b, low)) b -= 1;
      if (a > b) break;
      already = false;
      this.swap(a, b);
      a += 1;
      b -= 1;
    }
    this.swap(b, low);
    return { middle: b, already };
  }

  /** For cells none of which is less than the pivot: its equals to the left; gives where the greater ones begin. */
  private splitEqual(low: number, high: number, pivot: number): number {
    this.swap(low, pivot);
    let [a, b] = [low + 1, high - 1];
    for (;;) {
      while (a <= b && !this.less(low, a)) a += 1;
      while (a <= b && this.less(low, b)) b -= 1;
      if (a > b) return a;
      this.swap(a, b);
      a += 1;
      b -= 1;
    }
  }

  /** Puts a few cells right that are out of order; tells whether all are in order then. */
  private shiftFew(low: number, high: number): boolean {
    let at = low + 1;
    for (let shifts = 0; shifts < SHIFTS_AT_MOST; shifts += 1) {
      while (at < high && !this.less(at, at - 1)) at += 1;
      if (at === high) return true;
      if (high - low < NINTHER_FROM) return false;
      this.swap(at, at - 1);
      if (at - low >= 2) this.sinkLeft(at - 1, 0);
      if (high - at >= 2) for (let k = at + 1; k < high && this.less(k, k - 1); k += 1) this.swap(k, k - 1);
    }
    return false;
  }

  /** Scatters three cells, after a bad partition. */
  private breakPatterns(low: number, length: number): void {
    let random = BigInt(length);
    const mask = 2 ** Math.ceil(Math.log2(length + 1)) - 1;
    const middle = Math.floor(length / 4) * 2;
    for (let at = middle - 1; at <= middle + 1; at += 1) {
      random ^= BigInt.asUintN(64, random << 13n);
      random ^= random >> 7n;
      random ^= BigInt.asUintN(64, random << 17n);
      const other = Number(random & BigInt(mask));
      this.swap(low + at, low + (other >= length ? other - length : other));
    }
  }
}

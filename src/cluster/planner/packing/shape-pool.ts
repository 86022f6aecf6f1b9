/**
 * Shapes that wait for an instance, with copies. Only a window of them is in sight at a time, and what is taken makes
 * room for others, so that a choice costs the same however many wait.
 */
export class ShapePool {
  /** Shapes with copies left stand in the first `size` places. */
  readonly waiting: Int32Array;
  /** Copies left of each shape. */
  readonly left: Int32Array;
  size = 0;
  private readonly places: Int32Array;

  /**
   * @param shapes how many shapes there are at all
   * @param window how many of them are in sight; all by default
   */
  constructor(
    shapes: number,
    private readonly window = shapes,
  ) {
    this.waiting = new Int32Array(shapes);
    this.left = new Int32Array(shapes);
    this.places = new Int32Array(shapes);
  }

  /** The shapes in sight are the first so many of `waiting`. */
  get inSight(): number {
    return this.size < this.window ? this.size : this.window;
  }

  add(shape: number, copies = 1): void {
    if (this.left[shape] === 0) {
      this.place(shape, this.size);
      this.size += 1;
    }
    this.left[shape]! += copies;
  }

  /** Takes one copy, which must be there. */
  take(shape: number): void {
    this.left[shape]! -= 1;
    if (this.left[shape]! > 0) return;
    this.size -= 1;
    this.place(this.waiting[this.size]!, this.places[shape]!, shape);
  }

  /** Undoes the last calls of `take`; the pool is exactly as before them. */
  putBack(taken: readonly number[]): void {
    for (let at = taken.length - 1; at >= 0; at -= 1) {
      const shape = taken[at]!;
      if (this.left[shape] === 0) {
        const place = this.places[shape]!;
        if (place !== this.size) this.place(this.waiting[place]!, this.size);
        this.place(shape, place);
        this.size += 1;
      }
      this.left[shape]! += 1;
    }
  }

  /** All copies of all shapes. */
  copies(): number[] {
    const all: number[] = [];
    for (let at = 0; at < this.size; at += 1) {
      const shape = this.waiting[at]!;
      for (let copy = this.left[shape]!; copy > 0; copy -= 1) all.push(shape);
    }
    return all;
  }

  clear(): void {
    for (let at = 0; at < this.size; at += 1) this.left[this.waiting[at]!] = 0;
    this.size = 0;
  }

  /** Puts a shape into a place; `gone`, whose place it was, remembers the place for `putBack`. */
  private place(shape: number, place: number, gone = shape): void {
    this.waiting[place] = shape;
    this.places[shape] = place;
    this.places[gone] = place;
  }
}

/** The shape in sight with the highest value; the first of equals. */
export function mostValuable(pool: ShapePool, values: Float64Array): number {
  const { waiting, inSight } = pool;
  let best = waiting[0]!;
  for (let at = 1; at < inSight; at += 1) {
    if (values[waiting[at]!]! > values[best]!) best = waiting[at]!;
  }
  return best;
}

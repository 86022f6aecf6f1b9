import * as z from "zod";

/*
 * The kinds of fields that a configuration has. Each one's error text says what is expected; the rest of a problem's
 * sentence (what was found, a near match) is added where problems are made.
 */

/** Text; where the value is none, it says what was expected. */
export const text = (expected: string) => z.string({ error: expected });
/** Text of a pattern, or empty: so Reflow's setup writes what is not set. */
export const textLike = (pattern: string, expected: string) =>
  text(expected).regex(new RegExp(`^(${pattern})?$`), { error: expected });
/** A whole number within bounds. */
export const whole = (min: number, max: number, unit: string) => {
  const expected = `a whole number of ${unit} from ${min} to ${max}`;
  return z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected });
};
/** A boolean. */
export const flag = () => z.boolean({ error: "true or false" });
/** A list of items. */
export const list = <Item extends z.ZodType>(item: Item, expected: string) => z.array(item, { error: expected });

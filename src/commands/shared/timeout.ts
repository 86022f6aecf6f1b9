import { UsageError } from "../../errors.js";
import { formatGoDuration, parseGoDuration } from "../../lib/go-duration.js";

/** Longer waits are typing errors: an instance lives for less. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/** How long a command that waits for EC2 waits when nothing is said. */
export const DEFAULT_TIMEOUT_MS = 15 * 60_000;

/**
 * Milliseconds of a time limit: a duration as Go writes it (`90s`, `15m`, `1h30m`), or a plain number of seconds.
 * @throws UsageError for anything else, for what is not positive, and for more than seven days.
 */
export function parseTimeout(text: string, flag: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : parseGoDuration(text);
  if (ms === undefined) {
    throw new UsageError(`${flag} '${text}' is not a duration`, { hint: `For example ${flag} 90s, 15m or 1h30m.` });
  }
  if (ms <= 0) {
    throw new UsageError(`${flag} '${text}' leaves no time`, { hint: `For example ${flag} 90s, 15m or 1h30m.` });
  }
  if (ms > LONGEST_MS) {
    throw new UsageError(`${flag} '${text}' is longer than ${formatGoDuration(LONGEST_MS)}`, {
      hint: "Choose a shorter limit.",
    });
  }
  return ms;
}

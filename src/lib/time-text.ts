const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** The two largest units of a duration, for people: `8s`, `3m12s`, `2h05m`, `4d03h`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < MINUTE_S) return `${seconds}s`;
  if (seconds < HOUR_S) return pair(seconds, MINUTE_S, "m", 1, "s");
  if (seconds < DAY_S) return pair(seconds, HOUR_S, "h", MINUTE_S, "m");
  return pair(seconds, DAY_S, "d", HOUR_S, "h");
}

/** A limit as it would be typed: `5m`, `90s`, `1h30m`. */
export function limitText(ms: number): string {
  return durationText(ms)
    .replace(/([a-z])0(?=\d)/, "$1")
    .replace(/([a-z])0[a-z]$/, "$1");
}

/** Seconds with one decimal: `0.4s`, `31.0s`. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)}s`;
}

function pair(seconds: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)}${bigUnit}${String(rest).padStart(2, "0")}${smallUnit}`;
}

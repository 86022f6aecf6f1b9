import type { Generation } from "./model.js";

/** How to do without: only Reflow of 2023 lets instances ask for credentials themselves. */
const ADVICE: Readonly<Record<Generation, string>> = {
  2020: "use credentials without a session token instead",
  2023: "give instances a profile (ec2cluster.instanceprofile) and `session: ec2metadata` instead",
};

/**
 * What to tell when credentials with a session token are sealed into instances: they end while the instances live on.
 * @param expiresMs milliseconds since 1970; absent when their end is not known.
 */
export function sealWarning(generation: Generation, expiresMs?: number): string {
  const end = expiresMs === undefined || !isDate(expiresMs) ? "when the token expires" : `at ${utcMinute(expiresMs)}`;
  return (
    `the AWS credentials are temporary: instances launched with them lose their access ${end}; ` + ADVICE[generation]
  );
}

/** The range of dates that JavaScript has. */
function isDate(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

/** `2026-11-23 14:05 UTC`. */
function utcMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The system's code of a failed call, e.g. `EADDRINUSE`; undefined for anything else that may be thrown. */
export function systemErrorCode(error: unknown): string | undefined {
  // Not `instanceof Error`: errors of Node's own modules belong to another realm under some test runners.
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

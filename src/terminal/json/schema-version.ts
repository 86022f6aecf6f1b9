/** Stands in every JSON result; it grows when a field goes away or changes its meaning, not when one is added. */
export const SCHEMA_VERSION = 1;

/** RFC 3339 in UTC with milliseconds, from milliseconds since 1970. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

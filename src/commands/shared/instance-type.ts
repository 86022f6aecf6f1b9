import { UsageError } from "../../errors.js";

/**
 * The value of `--type`. Types are checked against the catalogue later; here only what can be no type at all is
 * refused.
 * @throws UsageError
 */
export function parseInstanceType(text: string): string {
  if (/^[a-z0-9-]+\.[a-z0-9-]+$/.test(text)) return text;
  throw new UsageError(`--type '${text}' is not the name of an instance type`, {
    hint: "For example --type c6a.2xlarge.",
  });
}

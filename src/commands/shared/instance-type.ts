import { UsageError } from "../../errors.js";

/**
 * The name of an instance type. Types are checked against the catalogue later; here only what can be no type at all is
 * refused.
 * @param flag what the name is the value of; empty for an argument
 * @throws UsageError
 */
export function parseInstanceType(text: string, flag = "--type"): string {
  if (/^[a-z0-9-]+\.[a-z0-9-]+$/.test(text)) return text;
  throw new UsageError(`${flag} '${text}' is not the name of an instance type`.trimStart(), {
    hint: `For example ${`${flag} c6a.2xlarge`.trimStart()}.`,
  });
}

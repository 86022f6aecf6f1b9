import { isNativeError } from "node:util/types";

/** The code that Node gives a failure (`ENOENT`, `EPROTO`, …); empty when there is none. */
export function nodeErrorCode(error: unknown): string {
  return isNativeError(error) && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The text of a failure; where several addresses of one name failed, Node has only a code. */
export function nodeErrorText(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return error.message === "" ? nodeErrorCode(error) : error.message;
}

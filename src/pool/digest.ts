import { mismatch, text, type Decoder } from "./wire-json.js";

/** How Go prints a digest that is not set. */
const ZERO_DIGEST = "<zero>";

/** A digest `sha256:<64 hex digits>`; undefined for the zero digest, which is `<zero>` or empty on the wire. */
export const digest: Decoder<string | undefined> = (json, path) => {
  const value = text(json, path);
  if (value === "" || value === ZERO_DIGEST) return undefined;
  if (!/^sha256:[0-9a-f]{64}$/.test(value)) throw mismatch("a SHA-256 digest", json, path);
  return value;
};

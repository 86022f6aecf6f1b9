import { gunzipSync } from "node:zlib";
import { ConfigError, errorText } from "../errors.js";
import type { CloudFile } from "./cloud-config.js";

/** More than any file that fits into user-data; bounds what a hostile gzip can take. */
const LARGEST_FILE_BYTES = 16 * 1024 * 1024;

type Packing = "plain" | "base64" | "gzip" | "gzip+base64";

/** Every spelling that coreos-cloudinit knows (config/decode.go). */
const PACKINGS: ReadonlyMap<string, Packing> = new Map([
  ["", "plain"],
  ["b64", "base64"],
  ["base64", "base64"],
  ["gz", "gzip"],
  ["gzip", "gzip"],
  ["gz+b64", "gzip+base64"],
  ["gz+base64", "gzip+base64"],
  ["gzip+b64", "gzip+base64"],
  ["gzip+base64", "gzip+base64"],
]);

/** Whether a machine can decode content of this encoding. */
export function isKnownEncoding(encoding: string): boolean {
  return PACKINGS.has(encoding);
}

/**
 * The bytes that the machine writes.
 * @throws ConfigError when the encoding is unknown or the content is not of it; a machine drops the whole cloud-config
 * then.
 */
export function decodeFileContent(file: CloudFile): Buffer {
  switch (PACKINGS.get(file.encoding)) {
    case "plain":
      return Buffer.from(file.content, "utf8");
    case "base64":
      return fromBase64(file);
    case "gzip":
      // Binary content arrives as text of one character a byte.
      return unpack(file, Buffer.from(file.content, "latin1"));
    case "gzip+base64":
      return unpack(file, fromBase64(file));
    case undefined:
      throw new ConfigError(`${file.path}: the encoding ${JSON.stringify(file.encoding)} is unknown`, [], {
        hint: `Use one of ${[...PACKINGS.keys()].filter(Boolean).join(", ")}, or none for plain text.`,
      });
  }
}

function fromBase64(file: CloudFile): Buffer {
  const compact = file.content.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    throw new ConfigError(`${file.path}: the content is not base64, as its encoding says`);
  }
  return Buffer.from(compact, "base64");
}

function unpack(file: CloudFile, data: Buffer): Buffer {
  try {
    return gunzipSync(data, { maxOutputLength: LARGEST_FILE_BYTES });
  } catch (error) {
    throw new ConfigError(`${file.path}: the content is not gzip, as its encoding says: ${errorText(error)}`, [], {
      cause: error,
    });
  }
}

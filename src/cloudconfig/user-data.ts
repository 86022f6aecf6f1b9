import { gunzipSync, gzipSync } from "node:zlib";
import { ConfigError, errorText, ReflowEc2Error, type ErrorDetails } from "../errors.js";
import { CLOUD_CONFIG_HEADER } from "./cloud-config.js";

/** EC2 takes so many bytes of user-data, counted before base64. */
export const USER_DATA_LIMIT_BYTES = 16_384;

/** Nothing that fits the limit grows beyond 1032 times its size (the bound of deflate); real ones stay far below this. */
const LARGEST_TEXT_BYTES = 4 * 1024 * 1024;

/** Where in a gzip header the compressing system is named (RFC 1952), and the value for "unknown". */
const GZIP_SYSTEM_BYTE = 9;
const GZIP_SYSTEM_UNKNOWN = 255;

/** What is wrong with user-data that a machine was given. */
export type UserDataProblem =
  /** The API wants base64 and nothing else. */
  | "not-base64"
  /** It begins as gzip and does not end as such. */
  | "bad-gzip"
  /** Unpacked it is larger than any cloud-config. */
  | "too-large"
  /** Not UTF-8. */
  | "not-text"
  /** Its first line is another than `#cloud-config`; so is user-data that was encoded twice. */
  | "no-header";

/** User-data that no machine can apply. */
export class UserDataError extends ReflowEc2Error {
  readonly code = "user-data";
  readonly exitCode = 2;

  constructor(
    readonly problem: UserDataProblem,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** The size that EC2 counts: of the gzip of `text`, in bytes. */
export function userDataBytes(text: string): number {
  return compress(text).length;
}

/**
 * Cloud-config text as RunInstances takes it: gzip, then base64. The same text gives the same result everywhere.
 * @throws ConfigError naming the count when the gzip has more than 16384 bytes.
 */
export function encodeUserData(text: string): string {
  const compressed = compress(text);
  if (compressed.length > USER_DATA_LIMIT_BYTES) {
    throw new ConfigError(
      `the user-data is ${compressed.length} bytes after compression; EC2 takes at most ${USER_DATA_LIMIT_BYTES}`,
      [],
      { hint: "Shorten `cloudconfig` and `instancetypes` under `ec2cluster:`; both are sent to each instance." },
    );
  }
  return compressed.toString("base64");
}

function compress(text: string): Buffer {
  const compressed = gzipSync(text, { level: 9 });
  compressed[GZIP_SYSTEM_BYTE] = GZIP_SYSTEM_UNKNOWN;
  return compressed;
}

/**
 * The cloud-config text in user-data as the API received it. Does what a Flatcar machine does and no more: one layer
 * of base64 (the API's), one of gzip where there is one.
 * @throws UserDataError
 */
export function decodeUserData(base64: string): string {
  const text = decodeText(unpack(decodeBase64(base64)));
  if (!hasCloudConfigHeader(text)) {
    const start = JSON.stringify(text.slice(0, 40));
    throw new UserDataError("no-header", `the user-data begins with ${start}, not with ${CLOUD_CONFIG_HEADER}`);
  }
  return text;
}

/** Whether a machine takes the text for a cloud-config: by its first line, trailing blanks aside. */
export function hasCloudConfigHeader(text: string): boolean {
  const end = text.indexOf("\n");
  const firstLine = end < 0 ? text : text.slice(0, end);
  return firstLine.trimEnd() === CLOUD_CONFIG_HEADER;
}

function decodeBase64(base64: string): Buffer {
  const compact = base64.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    throw new UserDataError("not-base64", "the user-data is not base64");
  }
  return Buffer.from(compact, "base64");
}

function unpack(data: Buffer): Buffer {
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  if (!isGzip) return data;
  try {
    return gunzipSync(data, { maxOutputLength: LARGEST_TEXT_BYTES });
  } catch (error) {
    if (isTooLarge(error)) {
      throw new UserDataError("too-large", `the user-data unpacks to more than ${LARGEST_TEXT_BYTES} bytes`);
    }
    throw new UserDataError("bad-gzip", `the user-data is damaged gzip: ${errorText(error)}`, { cause: error });
  }
}

function isTooLarge(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function decodeText(data: Buffer): string {
  try {
    // A byte order mark is kept, as it hides the header from the machine.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch (error) {
    throw new UserDataError("not-text", "the user-data is not UTF-8 text", { cause: error });
  }
}

import { S3Error } from "./s3-error.js";

/** The longest line between chunks: a size, a signature, a checksum. */
const LONGEST_LINE = 1024;

/**
 * Takes the `aws-chunked` framing off a body: chunks of `<size in hex>[;chunk-signature=…]\r\n<data>\r\n`, the last of
 * size 0, then trailers such as `x-amz-checksum-crc32:…`. Signatures are not checked.
 * @param onTrailer told each trailer, its name in lower case
 * @throws S3Error IncompleteBody when the framing is broken
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let state: "size" | "data" | "data-end" | "trailers" = "size";
  let left = 0;
  for await (const piece of body) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length > 0) {
      if (state === "data") {
        const data = rest.subarray(0, left);
        rest = rest.subarray(data.length);
        left -= data.length;
        if (left === 0) state = "data-end";
        yield data;
        continue;
      }
      const end = rest.indexOf("\r\n");
      if (end < 0 && rest.length <= LONGEST_LINE) break;
      if (end < 0 || end > LONGEST_LINE) throw incomplete();
      const line = rest.toString("latin1", 0, end);
      rest = rest.subarray(end + 2);
      if (state === "size") {
        left = sizeOf(line);
        state = left === 0 ? "trailers" : "data";
      } else if (state === "data-end") {
        if (line !== "") throw incomplete();
        state = "size";
      } else if (line !== "") {
        const colon = line.indexOf(":");
        if (colon < 1) throw incomplete();
        onTrailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      }
    }
  }
  if (state !== "trailers") throw incomplete();
}

function sizeOf(line: string): number {
  const [, digits] = /^([0-9a-fA-F]{1,10})(?:;[^\r\n]*)?$/.exec(line) ?? [];
  if (digits === undefined) throw incomplete();
  return Number.parseInt(digits, 16);
}

/** The body is not as long as the request says it is. */
export function incomplete(): S3Error {
  const message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
  return new S3Error("IncompleteBody", 400, message);
}

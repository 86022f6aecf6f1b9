import { addAbortSignal, type Readable } from "node:stream";

/**
 * All bytes of a stream, or its first ones where it has more than `maxBytes`: at least one more than that.
 * @throws what the stream throws; the signal's reason
 */
export async function readAll(stream: Readable, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  signal.throwIfAborted();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      length += bytes.length;
      if (length > maxBytes) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return Buffer.concat(chunks);
}

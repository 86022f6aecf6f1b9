import type { Readable, Writable } from "node:stream";

/**
 * Asks on `output` and gives the line that `input` answers, empty at its end.
 * @throws the signal's reason when it aborts.
 */
export async function askLine(input: Readable, output: Writable, text: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline");
  signal.throwIfAborted();
  // Line mode: in raw mode Ctrl-C would be a key and never the signal that the rest of the program waits for.
  const lines = createInterface({ input, output, terminal: false });
  try {
    return await new Promise<string>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", onAbort, { once: true });
      lines.once("close", () => {
        signal.removeEventListener("abort", onAbort);
        resolve("");
      });
      lines.question(text, resolve);
    });
  } finally {
    lines.close();
  }
}

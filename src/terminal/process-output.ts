import { PartialError, errorText } from "../errors.js";
import type { TextOutput } from "./output.js";

/** What is used of a process's standard stream. */
export interface StandardStream {
  write(text: string, written?: (error?: Error | null) => void): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A standard stream that can be waited for. */
export interface ProcessOutput extends TextOutput {
  /**
   * Resolves when all that was written has been taken, or the reader has gone.
   * @throws PartialError when it could not be written for another reason, e.g. a full disk.
   */
  flush(): Promise<void>;
}

/**
 * Wraps a standard stream. A reader that has gone (`list | head`) is no error: `onClosed` is told once, and what is
 * written from then on is dropped.
 */
export function wrapStandardStream(stream: StandardStream, name: string, onClosed: () => void): ProcessOutput {
  let closed = false;
  let failure: Error | undefined;
  stream.on("error", (error) => {
    if (closed || failure !== undefined) return;
    if (isClosedPipe(error)) {
      closed = true;
      onClosed();
    } else {
      failure = error;
    }
  });
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
    write(text) {
      if (!closed && failure === undefined) stream.write(text);
    },
    async flush() {
      if (!closed && failure === undefined) {
        await new Promise<void>((resolve) => {
          stream.write("", () => resolve());
        });
      }
      if (failure !== undefined) {
        throw new PartialError(`cannot write to ${name}: ${errorText(failure)}`, {
          hint: "What the command did is done; only its output is lost.",
          cause: failure,
        });
      }
    },
  };
}

function isClosedPipe(error: Error): boolean {
  return "code" in error && (error.code === "EPIPE" || error.code === "ECONNRESET");
}

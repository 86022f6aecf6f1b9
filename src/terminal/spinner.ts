import { clearLine, cursorTo, moveCursor } from "node:readline";
import { Writable } from "node:stream";
import ora from "ora";
import type { ColorLevel } from "./colors.js";
import type { TextOutput } from "./output.js";
import type { StartSpinner } from "./progress.js";

/** Spinners on `output`, which must be a terminal. */
export function spinnersOn(output: TextOutput, colorLevel: ColorLevel): StartSpinner {
  return (text, suffix) => {
    const stream = terminalStream(output);
    const spinner = ora({
      text,
      suffixText: suffix,
      stream,
      isEnabled: true,
      color: colorLevel === 0 ? false : "cyan",
      // Discarding input means raw mode, in which Ctrl-C is a key and no signal.
      discardStdin: false,
    }).start();
    return {
      setText: (next) => {
        spinner.text = next;
      },
      // The spinner steps aside for whatever is written to its stream.
      write: (lines) => void stream.write(lines),
      stop: () => void spinner.stop(),
    };
  };
}

/** `output` with what ora asks of a terminal. */
function terminalStream(output: TextOutput): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      output.write(chunk);
      done();
    },
  });
  return Object.defineProperties(
    Object.assign(stream, {
      isTTY: true,
      cursorTo: (x: number) => cursorTo(stream, x),
      moveCursor: (dx: number, dy: number) => moveCursor(stream, dx, dy),
      clearLine: (direction: -1 | 0 | 1) => clearLine(stream, direction),
    }),
    { columns: { get: () => output.columns } },
  );
}

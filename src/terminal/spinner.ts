import ora from "ora";
import type { ColorLevel } from "./colors.js";
import type { StartSpinner } from "./progress.js";

/**
 * Spinners on `stream`, which must be a terminal, and the very stream that everything else is written to: the spinner
 * steps aside for whatever comes there, and would take a wrapper's writes for somebody else's.
 */
export function spinnersOn(stream: NodeJS.WritableStream, colorLevel: ColorLevel): StartSpinner {
  return (text, suffix) => {
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
      write: (lines) => void stream.write(lines),
      stop: () => void spinner.stop(),
    };
  };
}

import { describe, expect, it } from "@jest/globals";
import { PartialError } from "../../src/errors.js";
import { type StandardStream, wrapStandardStream } from "../../src/terminal/process-output.js";

/** A standard stream that fails with a code from some write on, as Node's do: later, as an event. */
function standardStream(failFrom = Infinity, code = "EPIPE") {
  let fail: (error: Error) => void = () => undefined;
  let writes = 0;
  const taken: string[] = [];
  const stream: StandardStream = {
    isTTY: true,
    columns: 132,
    on: (_event, listener) => {
      fail = listener;
    },
    write(text, written) {
      writes += 1;
      const error = writes >= failFrom ? Object.assign(new Error(`write ${code}`), { code }) : undefined;
      if (error === undefined && text !== "") taken.push(text);
      queueMicrotask(() => {
        if (error !== undefined) fail(error);
        written?.(error);
      });
      return true;
    },
  };
  return { stream, taken };
}

describe("standard output", () => {
  it("has what was written when it is flushed, and its terminal's width", async () => {
    const { stream, taken } = standardStream();
    const output = wrapStandardStream(stream, "standard output", () => undefined);
    output.write("a");
    output.write("b");
    await output.flush();
    expect({ taken, isTTY: output.isTTY, columns: output.columns }).toEqual({
      taken: ["a", "b"],
      isTTY: true,
      columns: 132,
    });
  });

  it.each(["EPIPE", "ECONNRESET"])("drops the rest when its reader has gone (%s), and tells it once", async (code) => {
    const { stream, taken } = standardStream(2, code);
    let closed = 0;
    const output = wrapStandardStream(stream, "standard output", () => (closed += 1));
    output.write("a");
    output.write("b");
    await output.flush();
    output.write("c");
    await output.flush();
    expect({ taken, closed }).toEqual({ taken: ["a"], closed: 1 });
  });

  it("says what is lost when it cannot be written", async () => {
    const { stream } = standardStream(1, "ENOSPC");
    const output = wrapStandardStream(stream, "standard output", () => undefined);
    output.write("a");
    const error = await output.flush().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PartialError);
    expect(error).toMatchObject({
      message: "cannot write to standard output: write ENOSPC",
      hint: "What the command did is done; only its output is lost.",
    });
  });
});

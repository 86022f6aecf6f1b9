import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "@jest/globals";
import { InterruptedError } from "../../src/errors.js";
import { askLine } from "../../src/terminal/prompt.js";

async function ask(input: string | undefined, signal = new AbortController().signal) {
  const keyboard = new PassThrough();
  const screen = new PassThrough();
  const answer = askLine(keyboard, screen, "Go? ", signal);
  if (input === undefined) keyboard.end();
  else keyboard.write(input);
  const line = await answer;
  screen.end();
  return { line, screen: await text(screen), listeners: keyboard.listenerCount("data") };
}

describe("a question", () => {
  it("is written to its output, and answered by a line", async () => {
    expect(await ask("yes\nmore\n")).toEqual({ line: "yes", screen: "Go? ", listeners: 0 });
  });

  it("is answered by nothing at the end of the input", async () => {
    expect((await ask(undefined)).line).toBe("");
  });

  it("ends with the reason of its signal, before it is asked and while it waits", async () => {
    const reason = new InterruptedError("SIGINT", 2);
    await expect(ask("yes\n", AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = ask("half an ans", controller.signal);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});

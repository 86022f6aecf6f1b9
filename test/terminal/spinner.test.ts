import { describe, expect, it } from "@jest/globals";
import { clearLine, cursorTo, moveCursor } from "node:readline";
import { Writable } from "node:stream";
import { spinnersOn } from "../../src/terminal/spinner.js";

function open() {
  const screen = { text: "" };
  return { screen, start: spinnersOn(terminal(screen), 0) };
}

/** A terminal of 80 columns that remembers everything. */
function terminal(screen: { text: string }): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      screen.text += chunk;
      done();
    },
  });
  return Object.assign(stream, {
    isTTY: true,
    columns: 80,
    cursorTo: (x: number) => cursorTo(stream, x),
    moveCursor: (dx: number, dy: number) => moveCursor(stream, dx, dy),
    clearLine: (direction: -1 | 0 | 1) => clearLine(stream, direction),
  });
}

/** What a terminal shows in the end of what was written to it: the last line, once cleared, starts anew. */
function shown(text: string): string {
  const lines = text
    .replace(/\u001b\[\?(25|2026)[hl]/g, "")
    .replace(/[^\n]*\u001b\[1G\u001b\[0K/g, "")
    .replace(/\u001b\[1G/g, "");
  return lines.replace(/[⠁-⣿-]/gu, "*");
}

describe("a spinner", () => {
  it("shows its text and suffix on the output that it was given", () => {
    const { screen, start } = open();
    const spinner = start("waiting", () => "(2s)");
    expect(shown(screen.text)).toBe("* waiting (2s)");
    spinner.stop();
  });

  it("steps aside for lines, and goes on below them", () => {
    const { screen, start } = open();
    const spinner = start("waiting", () => "");
    spinner.write("launched\n");
    expect(shown(screen.text)).toBe("launched\n* waiting");
    spinner.setText("still waiting");
    spinner.write("more\n");
    expect(shown(screen.text)).toBe("launched\nmore\n* still waiting");
    spinner.stop();
  });

  it("leaves nothing but those lines, and the cursor visible", () => {
    const { screen, start } = open();
    const spinner = start("waiting", () => "");
    spinner.write("launched\n");
    spinner.stop();
    expect(shown(screen.text)).toBe("launched\n");
    expect(screen.text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(screen.text.lastIndexOf("\u001b[?25l"));
  });
});

import { describe, expect, it } from "@jest/globals";
import { NO_COLORS, colorLevel, loadColors } from "../../src/terminal/colors.js";

describe("colors", () => {
  it.each<[Record<string, string>, boolean, number]>([
    [{}, true, 1],
    [{}, false, 0],
    [{ TERM: "dumb" }, true, 0],
    [{ NO_COLOR: "1" }, true, 0],
    [{ NO_COLOR: "" }, true, 1],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, 0],
    [{ FORCE_COLOR: "1" }, false, 1],
    [{ FORCE_COLOR: "" }, false, 1],
    [{ FORCE_COLOR: "true" }, false, 1],
    [{ FORCE_COLOR: "3" }, false, 3],
    [{ FORCE_COLOR: "0" }, true, 0],
    [{ FORCE_COLOR: "false" }, true, 0],
    [{ CI: "true" }, false, 0],
  ])("with %j, terminal %s, are at level %d", (env, isTTY, level) => {
    expect(colorLevel(env, isTTY)).toBe(level);
  });

  it("leave text alone at level 0 and mark it above", async () => {
    expect(await loadColors(0)).toBe(NO_COLORS);
    const { good, warning, bad, strong, faint } = await loadColors(1);
    expect([good, warning, bad, strong, faint].map((mark) => mark("x"))).toEqual([
      "\u001b[32mx\u001b[39m",
      "\u001b[33mx\u001b[39m",
      "\u001b[31mx\u001b[39m",
      "\u001b[1mx\u001b[22m",
      "\u001b[2mx\u001b[22m",
    ]);
  });
});

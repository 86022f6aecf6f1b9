import { describe, expect, it } from "@jest/globals";
import { bytesText } from "../../src/lib/bytes-text.js";

describe("bytesText", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [8_388_608, "8.4 MB"],
    [104_857_600, "104.9 MB"],
    [2e15, "2000.0 TB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

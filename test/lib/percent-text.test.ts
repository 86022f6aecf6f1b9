import { expect, it } from "@jest/globals";
import { percentText } from "../../src/lib/percent-text.js";

it("tells a share in percent, with a decimal where it has one", () => {
  expect([0.2, 0.9307, 1, 0, 1.5].map((share) => percentText(share))).toEqual([
    "20 %",
    "93.1 %",
    "100 %",
    "0 %",
    "150 %",
  ]);
  expect(percentText(0.125, "")).toBe("12.5%");
});

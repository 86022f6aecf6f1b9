import { describe, expect, it } from "@jest/globals";
import { ok, skipped, skippedFor, type Examined } from "../../src/doctor/finding.js";
import { loadColors, NO_COLORS } from "../../src/terminal/colors.js";
import { doctorText, FindingsText, type DoctorStyle } from "../../src/terminal/doctor-view.js";
import { expectGolden } from "../support/golden.js";
import { FINDINGS } from "../support/sample-findings.js";

const PIPE: DoctorStyle = { colors: NO_COLORS, columns: undefined, wide: false };

/** The whole text of findings. */
function textOf(findings: readonly Examined[], style: DoctorStyle): string {
  const text = new FindingsText(findings, style);
  return findings.map((finding) => text.next(finding)).join("") + doctorText(findings, style.colors);
}

describe("what doctor found", () => {
  it.each<[string, Partial<DoctorStyle>]>([
    ["pipe", {}],
    ["wide", { wide: true }],
    ["80-columns", { columns: 80 }],
  ])("is told as it was reviewed: %s", (name, style) => {
    expectGolden(`cli/doctor-${name}.txt`, textOf(FINDINGS, { ...PIPE, ...style }));
  });

  it("is marked by colors beside its words", async () => {
    const colors = await loadColors(1);
    const text = textOf(FINDINGS, { ...PIPE, colors });
    expect(text).toContain("\u001b[31mfailure\u001b[39m  quota");
    expect(text).toContain("\u001b[33mwarning\u001b[39m  configuration");
    expect(text).toContain("\u001b[32mok     \u001b[39m  credentials");
  });

  it("lets nothing through that moves the cursor", () => {
    expect(textOf(FINDINGS, PIPE)).toContain("no such provider: \\x1b[2Jcache");
  });

  it.each<[string, readonly Examined[], string]>([
    [
      "of permissions that are all there",
      ["a", "b"].map((name) => ({ name, group: "permissions", ...ok("allowed") })),
      "ok       permissions  2 actions allowed\n\nnothing stands in the way of a launch\n",
    ],
    [
      "of permissions that could not all be tried",
      [
        { name: "a", group: "permissions", ...ok("allowed") },
        { name: "b", group: "permissions", ...skipped("it cannot be tried") },
      ],
      "ok       permissions  1 action allowed, 1 not tried\n\nnothing stands in the way of a launch\n",
    ],
    [
      "of permissions that were not looked at",
      [{ name: "a", group: "permissions", ...skippedFor("credentials") }],
      "skipped  permissions  because of credentials\n\nnothing stands in the way of a launch\n",
    ],
  ])("has one line %s", (_title, findings, text) => {
    expect(textOf(findings, PIPE)).toBe(text);
  });
});

import { describe, it } from "@jest/globals";
import { probeCsv } from "../../src/report/csv.js";
import { probeHtml } from "../../src/report/html.js";
import { probeJunit } from "../../src/report/junit.js";
import { probeMarkdown } from "../../src/report/markdown.js";
import { expectGolden } from "../support/golden.js";
import { GOOD_PROBE, PROBE } from "../support/sample-probe.js";

describe("reports of a probe", () => {
  it.each([
    ["xml", probeJunit],
    ["md", probeMarkdown],
    ["html", probeHtml],
    ["csv", probeCsv],
  ] as const)("are as reviewed: %s", (extension, format) => {
    expectGolden(`report/probe.${extension}`, format(PROBE));
    expectGolden(`report/good.${extension}`, format(GOOD_PROBE));
  });
});

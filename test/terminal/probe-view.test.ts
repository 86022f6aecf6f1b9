import { describe, expect, it } from "@jest/globals";
import type { ProbeReport } from "../../src/cluster/probe/model.js";
import { NO_COLORS } from "../../src/terminal/colors.js";
import { probeText, verifiedTypes } from "../../src/terminal/probe-view.js";
import { expectGolden } from "../support/golden.js";
import { ENDED, PROBE, probeOf, verifiedSamples } from "../support/sample-probe.js";

const view = (report: ProbeReport, columns?: number, wide = false): Promise<string> =>
  probeText(report, { columns, wide, colors: NO_COLORS });

describe("the result of a probe", () => {
  it("is as reviewed: on a pipe, on a terminal, and in full", async () => {
    expectGolden("report/probe-pipe.txt", await view(PROBE));
    expectGolden("report/probe-80-columns.txt", await view(PROBE, 80));
    expectGolden("report/probe-wide.txt", await view(PROBE, 80, true));
  });

  it.each([60, 80, 100, 140])("has a table that fits %d columns", async (width) => {
    const [table = ""] = (await view(PROBE, width)).split("\n\n");
    expect(table.split("\n").filter((line) => line.length > width)).toEqual([]);
  });

  it("needs no percentile where there is one sample of each type", async () => {
    expect(await view(probeOf(verifiedSamples("m5.large", [48.3])))).toBe(
      "TYPE      OUTCOME   MARKET   BOOT            MEM  OFFERED     $/H  NOTE\n" +
        "m5.large  verified  spot    48.3s  7.4GiB/8.0GiB    92.5%  0.1073  -\n",
    );
  });

  it("is nothing where there is nothing, and the reason alone where nothing was begun", async () => {
    expect(await view(probeOf([]))).toBe("");
    const skipped = [
      { type: "m5.large", samples: 2, kind: "budget", reason: "would pass the budget of $0.01" },
    ] as const;
    expect(await view(probeOf([], { skipped }))).toBe(
      "m5.large: 2 samples not begun: would pass the budget of $0.01\n",
    );
  });

  it("says once what to do about what befell many", async () => {
    const samples = [1, 2, 3].map((sample) => ({
      ...ENDED.failed,
      sample,
      problem: "no bootstrap",
      hint: "Look at the image.",
    }));
    expect((await view(probeOf(samples), 80)).split("\n").slice(3)).toEqual([
      "r5.xlarge #1 failed: no bootstrap",
      "  Look at the image.",
      "r5.xlarge #2 failed: no bootstrap",
      "r5.xlarge #3 failed: no bootstrap",
      "",
    ]);
  });

  it("lets no text move the cursor", async () => {
    const nasty = "\u001b[2J\u202e\r";
    const text = await view(
      probeOf([{ ...ENDED.failed, type: nasty, problem: nasty, hint: nasty, zone: nasty }]),
      80,
      true,
    );
    expect(text).not.toMatch(/[\u001b\u202e\r]/);
  });
});

it("names the types that came up whenever EC2 had them", () => {
  expect(verifiedTypes(PROBE)).toEqual(["c6a.2xlarge", "m5.large"]);
});

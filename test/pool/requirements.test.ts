import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import {
  addParallel,
  addRequirements,
  addSerial,
  requirementsMax,
  requirementsText,
  type Requirements,
} from "../../src/pool/requirements.js";
import type { Resources } from "../../src/pool/resources.js";

interface Row {
  readonly steps: readonly { readonly serial?: Resources; readonly parallel?: Resources }[];
}

const rows = JSON.parse(
  readFileSync(new URL("../fixtures/tables/requirements.json", import.meta.url), "utf8"),
) as readonly Row[];

const NONE: Requirements = { min: {}, width: 0 };

describe("requirements", () => {
  it.each(rows.map((row, index) => [index, row] as const))("grow and print as Reflow's, recorded row %d", (_, row) => {
    let requirements = NONE;
    for (const { serial, parallel } of row.steps) {
      if (serial !== undefined) requirements = addSerial(requirements, serial);
      if (parallel !== undefined) requirements = addParallel(requirements, parallel, 2023);
    }
    expect({
      steps: row.steps,
      min: requirements.min,
      width: requirements.width,
      max: requirementsMax(requirements),
      text: requirementsText(requirements),
    }).toEqual(row);
  });

  it("have all thirty recorded rows", () => {
    expect(rows).toHaveLength(30);
  });

  it("of three parallel steps are three wide in 2020 and two in 2023", () => {
    const widths = ([2020, 2023] as const).map((generation) => {
      const one = addParallel(NONE, { cpu: 1 }, generation);
      return addParallel(addParallel(one, { cpu: 2 }, generation), { mem: 3 }, generation);
    });
    expect(widths).toEqual([
      { min: { cpu: 2, mem: 3 }, width: 3 },
      { min: { cpu: 2, mem: 3 }, width: 2 },
    ]);
  });

  it("of two have the greater minimum and both widths", () => {
    expect(addRequirements({ min: { cpu: 1, mem: 4 }, width: 1 }, { min: { cpu: 2 }, width: 2 })).toEqual({
      min: { cpu: 2, mem: 4 },
      width: 3,
    });
  });

  it.each([
    [0, "{mem:2.0GiB cpu:1 disk:10.0GiB}"],
    [1, "{mem:2.0GiB cpu:1 disk:10.0GiB}"],
    [3, "{mem:2.0GiB cpu:1 disk:10.0GiB}#3"],
  ])("of width %d print as %s", (width, text) => {
    expect(requirementsText({ min: { mem: 2 * 2 ** 30, cpu: 1, disk: 10 * 2 ** 30 }, width })).toBe(text);
  });
});

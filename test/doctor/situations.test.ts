import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Patient } from "./patient.js";
import { SITUATIONS } from "./situations.js";
import { expectNamed, troublesOf } from "./situation-table.js";

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.open();
});
afterAll(() => patient.close());

/** Every one is in every-situation.slow.test.ts. */
const SOME = ["there is no configuration", "launching is denied", "the quota of vCPUs is 0"];

describe("doctor", () => {
  it("finds nothing wrong where all is well", async () => {
    const { code, json } = await patient.findings({});
    expect({ code, troubles: troublesOf(json) }).toEqual({ code: 0, troubles: [] });
  });

  it.each(SITUATIONS.filter(({ title }) => SOME.includes(title)))("names it when $title", async (situation) => {
    expectNamed(situation, await patient.findings(situation));
  });
});

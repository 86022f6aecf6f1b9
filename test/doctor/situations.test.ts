import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Patient } from "./patient.js";
import { SITUATIONS } from "./situations.js";
import { expectNamed, troublesOf } from "./situation-table.js";

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.open();
});
afterAll(() => patient.close());

/** One of each kind; every-situation.slow.test.ts has all. */
const SOME = [
  "there is no configuration",
  "the credentials have expired",
  "the clock is ten minutes off",
  "launching is denied",
  "the quota of vCPUs is 0",
  "there is no default VPC",
  "the security group is in another VPC",
  "the image is gone",
  "the authority has expired",
  "a member does not answer",
];

describe("doctor", () => {
  it("finds nothing wrong where all is well", async () => {
    const { code, json } = await patient.findings({});
    expect({ code, troubles: troublesOf(json) }).toEqual({ code: 0, troubles: [] });
  });

  it.each(SITUATIONS.filter(({ title }) => SOME.includes(title)))("names it when $title", async (situation) => {
    expectNamed(situation, await patient.findings(situation));
  });
});

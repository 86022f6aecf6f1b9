import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { DoctorJson } from "../../src/terminal/json/doctor.js";
import { Patient } from "./patient.js";
import { expectNamed, situationTable } from "./situation-table.js";
import { SITUATIONS, type Situation } from "./situations.js";

const DOCUMENT = new URL("../../docs/doctor.md", import.meta.url);

/** What follows is made by this test. */
const MARK =
  "<!-- Made by test/doctor/every-situation.slow.test.ts from here on (UPDATE_GOLDEN=1 writes it anew). -->\n";

const SLOW_MS = 120_000;

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.open();
});
afterAll(() => patient.close());

const runs = new Map<string, Promise<{ readonly code: number; readonly json: DoctorJson }>>();

/** What doctor finds, asked once. */
function findings(situation: Situation): Promise<{ readonly code: number; readonly json: DoctorJson }> {
  const run = runs.get(situation.title) ?? patient.findings(situation);
  runs.set(situation.title, run);
  return run;
}

describe("doctor names what is wrong, its consequence and what mends it, when", () => {
  it.each(SITUATIONS)("$title", async (situation: Situation) => {
    expectNamed(situation, await findings(situation));
  });
});

describe("docs/doctor.md", () => {
  it(
    "says what doctor says in each of these situations",
    async () => {
      const told = new Map<string, DoctorJson>();
      for (const situation of SITUATIONS) told.set(situation.title, (await findings(situation)).json);
      const [written = ""] = readFileSync(DOCUMENT, "utf8").split(MARK);
      const document = `${written}${MARK}\n${situationTable(SITUATIONS, told)}`;
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(DOCUMENT, document);
      expect(readFileSync(DOCUMENT, "utf8")).toBe(document);
    },
    SLOW_MS,
  );
});

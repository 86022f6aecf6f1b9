import { expect } from "@jest/globals";
import type { DoctorJson } from "../../src/terminal/json/doctor.js";
import type { Situation } from "./situations.js";

type Check = DoctorJson["checks"][number];

/** What is not well, in the order in which it is told. */
export function troublesOf({ checks }: DoctorJson): readonly Check[] {
  return checks.filter(({ status }) => status === "failure" || status === "warning");
}

/** Doctor names the situation, and nothing else, with what comes of it, what to do, and the right exit code. */
export function expectNamed(
  { check, also = [], exitCode }: Situation,
  { code, json }: { readonly code: number; readonly json: DoctorJson },
): void {
  const status = exitCode === 0 ? "warning" : "failure";
  const troubles = troublesOf(json);
  expect({ code, json: json.exitCode, troubles: troubles.map((each) => [each.name, each.status]) }).toEqual({
    code: exitCode,
    json: exitCode,
    troubles: [check, ...also].map((name) => [name, status]),
  });
  for (const { summary, consequence, fix } of troubles) expect([summary, consequence, fix]).not.toContain("");
}

/** A table of what doctor says of each situation, in the situations' order. */
export function situationTable(situations: readonly Situation[], told: ReadonlyMap<string, DoctorJson>): string {
  const rows = situations.map(({ title, check, exitCode }) => {
    const said = told.get(title)?.checks.find(({ name }) => name === check);
    return [
      title,
      `\`${check}\``,
      exitCode === 0 ? "0 (warning)" : String(exitCode),
      said?.summary,
      said?.consequence,
      said?.fix,
    ].map(cell);
  });
  return [
    "| when | check | exit code | it says | what comes of it | what to do |",
    "| ---- | ----- | --------- | ------- | ---------------- | ---------- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n");
}

function cell(text = ""): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { prepareCatalogue, reflowLaunches, reflowType, type CatalogueRow } from "../../bench/planner/reflow-packing.js";
import { needsOf, type WorkloadRow } from "../../bench/planner/workloads.js";
import type { Resources } from "../../src/pool/resources.js";

interface Choice {
  readonly need: Resources;
  readonly maxUsdPerHour: number;
  readonly type?: string;
}

const table = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/tables/${name}`, import.meta.url), "utf8")) as T;
const catalogue = prepareCatalogue(table<readonly CatalogueRow[]>("catalogue.json"));

describe("Reflow's algorithm, which the planner is compared with", () => {
  it("chooses the type that the real driver chose for each of the recorded needs", () => {
    const choices = table<readonly Choice[]>("choices.json");
    const ours = choices.map(({ need, maxUsdPerHour }) => reflowType(catalogue, need, maxUsdPerHour)?.type);
    expect(ours).toEqual(choices.map(({ type }) => type));
  });

  it("launches the fleet that the real driver launched for each of the recorded workloads", () => {
    const workloads = table<readonly WorkloadRow[]>("packing.json");
    const ours = workloads.map((workload) => reflowLaunches(catalogue, needsOf(workload)));
    expect(ours).toEqual(workloads.map(({ launches }) => launches));
  });
});

import { expect } from "@jest/globals";
import { systemClock } from "../../../src/lib/clock.js";
import { controlScenario } from "../../../src/sandbox/control-client.js";
import type { Scenario } from "../../../src/sandbox/scenario/schema.js";
import { readRecord } from "../../../src/sandbox/state-directory.js";
import { slipsIn } from "./failure.js";
import type { E2eSandbox } from "./sandbox.js";

/** An `allocate` under a scenario, and what comes of it. */
export interface ScenarioRow {
  readonly title: string;
  readonly scenario: Scenario;
  /** What follows `allocate`. */
  readonly args: readonly string[];
  /** Path of the configuration; the sandbox's ready-made one when left out. */
  readonly config?: () => string;
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  /** Type and zone of each alloc; none when left out. */
  readonly allocs?: readonly string[];
  /** Parts of standard error in their order. */
  readonly says: readonly string[];
  /** Instances that EC2 launched for it. */
  readonly launched: number;
  /** Those of them that cost money when it has ended. */
  readonly left: number;
}

interface Printed {
  readonly instance: { readonly type: string; readonly zone: string };
}

/** What ends quickly, so that nobody waits for it. */
const QUICK_ENDS: Scenario["times"] = { shuttingDown: "100ms", powerOff: "100ms" };

/** Sets a scenario in a sandbox that runs. */
export async function setScenario({ status }: E2eSandbox, scenario: Scenario): Promise<void> {
  const record = await readRecord(status.stateDirectory);
  if (record === undefined) throw new Error("no sandbox runs");
  const task = {
    kind: "set",
    scenario: { seed: 1, ...scenario, times: { ...QUICK_ENDS, ...scenario.times } },
  } as const;
  await controlScenario(record, task, systemClock, new AbortController().signal);
}

/** The scenarios of rows whose rules name a type that no other row has: all of them hold at the same time. */
export function together(rows: readonly Pick<ScenarioRow, "scenario">[]): Scenario {
  const scenarios = rows.map(({ scenario }) => scenario);
  return {
    refusals: scenarios.flatMap(({ refusals = [] }) => refusals),
    failures: scenarios.flatMap(({ failures = [] }) => failures),
    bootFaults: scenarios.flatMap(({ bootFaults = [] }) => bootFaults),
  };
}

/** Runs a row's command alone, under its scenario. */
export async function runUnderScenario(sandbox: E2eSandbox, row: ScenarioRow): Promise<object> {
  await setScenario(sandbox, row.scenario);
  return runRow(sandbox, row, () => setScenario(sandbox, {}));
}

/**
 * Runs a row's command in a cluster of its own and gives what came of it.
 * @param ended called before EC2 is looked at
 */
export async function runRow(
  sandbox: E2eSandbox,
  row: ScenarioRow,
  ended: () => Promise<void> = async () => undefined,
): Promise<object> {
  const cluster = row.title.replace(/[^a-z0-9]+/gi, "-");
  const config = row.config === undefined ? [] : ["--config", row.config()];
  const args = ["--sandbox", ...config, "--cluster", cluster, "allocate", ...row.args, "-o", "json"];
  const { code, stdout, stderr } = await sandbox.user.run(args, row.env);
  await ended();
  const filters = { "tag:cluster": cluster };
  return {
    code,
    allocs: allocsIn(stdout),
    said: stderr,
    slips: slipsIn(stdout + stderr, [cluster]),
    launched: (await sandbox.launched(filters)).length,
    left: (await sandbox.alive(filters)).length,
  };
}

/** What must come of a row. */
export function rowExpected({ code, allocs = [], says, launched, left }: ScenarioRow): object {
  const inOrder = says.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*");
  return {
    code,
    allocs,
    said: expect.stringMatching(new RegExp(inOrder)) as unknown as string,
    slips: [],
    launched,
    left,
  };
}

function allocsIn(stdout: string): readonly string[] {
  if (stdout === "") return [];
  const printed = JSON.parse(stdout) as Printed | { readonly allocs: readonly Printed[] };
  const allocs = "allocs" in printed ? printed.allocs : [printed];
  return allocs.map(({ instance: { type, zone } }) => `${type} ${zone}`).sort();
}

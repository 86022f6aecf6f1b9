import { chmodSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Policy } from "../../src/doctor/policy/policy.js";
import { KNOWN_ACTIONS } from "../../src/sandbox/scenario/known-actions.js";
import type { DoctorJson } from "../../src/terminal/json/doctor.js";
import { policyActionOf } from "../doctor/policy-actions.js";
import { editConfig, writeHomeFile, type Change } from "./support/edit-config.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

const SLOW_MS = 120_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

/** Names of calls as scenarios have them, with the action of a policy that allows each. */
const CALLS = Object.entries(KNOWN_ACTIONS).flatMap(([service, calls]) =>
  calls.map((call) => ({
    name: service === "ec2" ? call : `${service}:${call}`,
    action: policyActionOf(service, call),
  })),
);
const isAllowed = (allowed: readonly string[], action: string): boolean =>
  allowed.includes(action) || action === "sts:GetCallerIdentity";

/** Has the sandbox deny all that the configuration's least policy does not allow; gives what it allows. */
async function denyTheRest(config: string): Promise<readonly string[]> {
  const { stdout } = await sandbox.user.run(["--sandbox", "doctor", "--policy", "--config", config]);
  const allowed = (JSON.parse(stdout) as Policy).Statement.flatMap(({ Action }) => Action);
  const denied = CALLS.filter(({ action }) => !isAllowed(allowed, action)).map(({ name }) => ({ action: name }));
  const file = writeHomeFile(sandbox, "least.json", JSON.stringify({ denied }));
  await sandbox.user.json(["sandbox", "scenario", file]);
  return allowed;
}

const MARKETS: readonly (readonly [market: string, changes: readonly Change[]])[] = [
  ["on-demand", []],
  ["spot", [["ec2cluster:\n", "ec2cluster:\n  spot: true\n"]]],
  [
    "spot by legacy requests",
    [
      ["ec2cluster:\n", "ec2cluster:\n  spot: true\n"],
      ["reflow-ec2:\n", "reflow-ec2:\n  spotapi: request\n"],
    ],
  ],
];

describe("what `doctor --policy` prints", () => {
  it.each(MARKETS)(
    "is enough for doctor to be content and for a day's work in the market %s, which calls nothing else",
    async (_market, changes) => {
      const config =
        changes.length === 0
          ? writeHomeFile(sandbox, "config.yaml", readFileSync(sandbox.status.config))
          : editConfig(sandbox, "config.yaml", ...changes);
      chmodSync(config, 0o600);
      const allowed = await denyTheRest(config);
      const run = (...words: readonly string[]) => sandbox.user.run(["--sandbox", "--config", config, ...words]);

      const doctor = JSON.parse((await run("doctor", "-o", "json")).stdout) as DoctorJson;
      const wrong = doctor.checks.filter(({ status }) => status === "failure" || status === "warning");
      // How old the prices are no policy changes.
      expect({ code: doctor.exitCode, wrong: wrong.filter(({ name }) => name !== "prices") }).toEqual({
        code: 0,
        wrong: [],
      });
      const work = [
        await run("allocate", "--type", "c6a.large"),
        await run("list"),
        await run("terminate", "--all", "--yes", "--force"),
      ];
      expect(work.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0]);

      const { calls } = await sandbox.user.json<{ calls: Readonly<Record<string, number>> }>([
        "sandbox",
        "scenario",
        "show",
      ]);
      const called = Object.keys(calls).map((name) => CALLS.find((each) => each.name === name)?.action ?? name);
      expect(called.filter((action) => !isAllowed(allowed, action))).toEqual([]);
    },
    SLOW_MS,
  );
});

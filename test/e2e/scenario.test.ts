import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CliUser } from "./support/cli.js";

/** A sandbox starts and stops. */
const SLOW_MS = 60_000;

let user: CliUser;
beforeEach(async () => {
  user = await CliUser.create();
}, SLOW_MS);
afterEach(() => user.leave(), SLOW_MS);

interface InForce {
  readonly seed: number;
  readonly scenario: object;
  readonly calls: Readonly<Record<string, number>>;
}

describe("a scenario", () => {
  it(
    "is set in a sandbox that it starts, holds for every command, and is gone after a reset",
    async () => {
      const scenario = { seed: 7, refusals: [{ code: "InsufficientInstanceCapacity" }] };
      const file = join(user.home, "chaos.json");
      writeFileSync(file, JSON.stringify(scenario));
      expect(await user.json<InForce>(["sandbox", "scenario", file])).toMatchObject({ seed: 7, scenario, calls: {} });

      expect((await user.run(["--sandbox", "allocate", "--type", "c6a.large"])).code).toBe(4);
      const shown = await user.json<InForce>(["sandbox", "scenario", "show"]);
      expect(shown.calls["RunInstances"]).toBeGreaterThan(0);
      expect(await user.json<InForce>(["sandbox", "scenario", "reset"])).toMatchObject({ scenario: {}, calls: {} });

      const record = join(user.home, "state", "reflow-ec2", "sandbox", "sandbox.json");
      const { controlKey } = JSON.parse(readFileSync(record, "utf8")) as { controlKey: string };
      expect([controlKey, statSync(record).mode & 0o777]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 0o600]);
      expect(JSON.stringify(shown)).not.toContain(controlKey);
    },
    SLOW_MS,
  );
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** The command line waits for machines that boot. */
const SLOW_MS = 60_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

/** What the real set-up wrote, with what it cannot know: the sandbox's group and image, and a profile for 2023. */
async function recordedConfig(year: 2020 | 2023): Promise<string> {
  const recorded = await readFile(new URL(`../fixtures/config/setup-ec2-${year}.yaml`, import.meta.url), "utf8");
  const readyMade = await readFile(sandbox.status.config, "utf8");
  const valueOf = (key: string): string => new RegExp(`^ *${key}: (.*)$`, "m").exec(readyMade)?.[1] ?? "";
  const profile = year === 2023 ? "\n  instanceprofile: reflowlet" : "";
  const text = recorded
    .replace(/^ {2}securitygroup: .*$/m, `  securitygroup: ${valueOf("securitygroup")}`)
    .replace(/^ec2cluster:$/m, `ec2cluster:${profile}`);
  const path = join(sandbox.user.home, `recorded-${year}.yaml`);
  await writeFile(path, `${text}reflow-ec2:\n  image: ${valueOf("image")}\n`, { mode: 0o600 });
  return path;
}

interface Allocated {
  readonly alloc: { readonly id: string; readonly expires: string };
  readonly instance: { readonly id: string };
}

interface Listed {
  readonly instances: readonly { readonly id: string; readonly version: string; readonly health: string }[];
}

describe("a configuration that Reflow's own set-up wrote", () => {
  it.each([
    [2020, "c0ffee202004", 60_000, { Name: "ann (reflow)", cluster: "y2020", managedby: "reflow", user: "ann" }],
    [2023, "c0ffee123456", 120_000, { Name: "ann (reflow)", cluster: "y2023", managedby: "reflow", user: "ann" }],
  ] as const)(
    "in %s launches members of its version, with its tags and its leases",
    async (year, version, leaseMs, tags) => {
      const { user } = sandbox;
      const flags = ["--sandbox", "--cluster", `y${year}`, "--config", await recordedConfig(year)];
      const { alloc, instance } = await user.json<Allocated>([...flags, "allocate", "--cpu", "1", "--mem", "1GiB"]);
      const { instances } = await user.json<Listed>([...flags, "list"]);
      expect(instances.map(({ id, version: carried, health }) => ({ id, carried, health }))).toEqual([
        { id: instance.id, carried: version, health: "ready" },
      ]);
      const leftMs = Date.parse(alloc.expires) - Date.now();
      expect(leftMs).toBeGreaterThan(leaseMs - 30_000);
      expect(leftMs).toBeLessThanOrEqual(leaseMs);
      const [seen] = await sandbox.alive({ "instance-id": instance.id });
      const set = Object.fromEntries((seen?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
      expect(set).toEqual({
        ...tags,
        "reflowlet:version": version,
        "reflow-ec2:deadline": expect.stringMatching(/^20\d\d-.*Z$/),
        "reflow-ec2:launch": expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    },
    SLOW_MS,
  );
});

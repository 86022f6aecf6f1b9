import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { editConfig, writeHomeFile } from "./support/edit-config.js";
import { failureOf } from "./support/failure.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** The command line waits for machines that boot. */
const SLOW_MS = 90_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

const allocate = (config: string, cluster: string): readonly string[] => [
  "--sandbox",
  "--config",
  config,
  "--cluster",
  cluster,
  "allocate",
  "--cpu",
  "1",
];

describe("a reflowlet on this machine", () => {
  it(
    "is uploaded before the first launch, and not for the next cluster",
    async () => {
      const program = Buffer.concat([Buffer.from("#!reflow-ec2-sandbox reflowlet\n"), randomBytes(10_000_000)]);
      const path = writeHomeFile(sandbox, "reflow", program);
      const config = editConfig(sandbox, "binary.yaml", [/image: .*/, "binary: ~/reflow"]);
      const first = await sandbox.user.run(allocate(config, "first"));
      expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining(`uploading ${path} to s3://`) });
      expect(first.stderr).toContain("uploaded 10.0 MB of 10.0 MB (100 %)");
      const second = await sandbox.user.run(allocate(config, "second"));
      expect(second).toMatchObject({ code: 0, stderr: expect.not.stringContaining("uploading") });
      expect(await sandbox.alive()).toHaveLength(2);
    },
    SLOW_MS,
  );

  it.each<[what: string, changes: readonly (readonly [RegExp, string])[], says: string]>([
    ["is not there", [[/image: .*/, "binary: ~/none"]], "there is no such file"],
    ["is a directory", [[/image: .*/, "binary: ~/state"]], "it is a directory"],
    ["is no program", [[/image: .*/, "binary: ~/no-program.yaml"]], "expected a Linux program (ELF) for x86_64"],
    [
      "has no repository to go to",
      [
        [/image: .*/, "binary: ~/reflow"],
        [/repository: .*\n/, ""],
      ],
      "expected a bucket to upload the binary to",
    ],
    [
      "has a repository that does not exist",
      [
        [/image: .*/, "binary: ~/small"],
        [/bucket=.*/, "bucket=no-such-bucket"],
      ],
      "there is no bucket no-such-bucket",
    ],
  ])(
    "that %s ends the command with 2, and nothing is launched",
    async (what, changes, says) => {
      writeHomeFile(sandbox, "small", "#!reflow-ec2-sandbox reflowlet\n-- small");
      writeHomeFile(sandbox, "no-program.yaml", "a: b\n");
      const config = editConfig(sandbox, `${what.replaceAll(" ", "-")}.yaml`, ...changes);
      const failure = failureOf(await sandbox.user.run(allocate(config, "wrong")), [config]);
      expect(failure).toMatchObject({ code: 2, stdout: "", error: expect.stringContaining(says), slips: [] });
      expect(await sandbox.launched({ "tag:cluster": "wrong" })).toEqual([]);
    },
    SLOW_MS,
  );
});

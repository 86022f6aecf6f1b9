import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

const SLOW_MS = 120_000;
const PROGRAM = fileURLToPath(new URL("../../bin/reflow-ec2.js", import.meta.url));
const page = await readFile(new URL("../../docs/ci.md", import.meta.url), "utf8");
const [github = "", gitlab = ""] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);

interface GithubWorkflow {
  readonly jobs: { readonly probe: { readonly steps: readonly { readonly run?: string }[] } };
}

interface GitlabPipeline {
  readonly probe: { readonly before_script: readonly string[]; readonly script: readonly string[] };
}

/** What the pages' jobs run, in a shell that stops at the first failure, as both systems do. */
const SCRIPTS: readonly (readonly [system: string, script: readonly string[]])[] = [
  ["GitHub Actions", (parse(github) as GithubWorkflow).jobs.probe.steps.flatMap(({ run }) => run ?? [])],
  ["GitLab", ((pipeline) => [...pipeline.before_script, ...pipeline.script])((parse(gitlab) as GitlabPipeline).probe)],
];

describe.each(SCRIPTS)("the example for %s in docs/ci.md", (_system, script) => {
  let sandbox: E2eSandbox;
  let folder: string;

  beforeAll(async () => {
    sandbox = await startE2eSandbox();
    folder = await mkdtemp(join(tmpdir(), "reflow-ec2-ci-"));
    // Installing is the only thing that is not done: the program is this one.
    await program("reflow-ec2", `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(PROGRAM)} "$@"`);
    await program("npm", '[ "$*" = "install --global reflow-ec2" ]');
  }, SLOW_MS);
  afterAll(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function program(name: string, line: string): Promise<void> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${line}\n`);
    await chmod(path, 0o755);
  }

  async function run(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const { status } = sandbox;
    const config = await readFile(status.config, "utf8");
    const files = { REFLOW_CONFIG_FILE: join(folder, "c"), REFLOW_AUTHORITY_FILE: join(folder, "a") };
    const text = config.replace(/tls,file=[^"]*/, `tls,file=${folder}/.reflow/reflow.pem`);
    const authority = await readFile(join(status.stateDirectory, "reflow.pem"), "utf8");
    await Promise.all([writeFile(files.REFLOW_CONFIG_FILE, text), writeFile(files.REFLOW_AUTHORITY_FILE, authority)]);
    const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script.join("\n")], {
      cwd: folder,
      env: {
        PATH: `${folder}:${process.env["PATH"] ?? ""}`,
        HOME: folder,
        CI: "true",
        AWS_REGION: status.region,
        AWS_ENDPOINT_URL: status.endpoint,
        GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
        REFLOW_CONFIG: text,
        REFLOW_AUTHORITY: authority,
        ...files,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, stderr };
  }

  it(
    "probes, writes its reports, and leaves nothing",
    async () => {
      const { code, stderr } = await run();
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      const [junit, html, json, summary] = await Promise.all(
        ["probe.xml", "probe.html", "probe.json", "summary.md"].map((name) => readFile(join(folder, name), "utf8")),
      );
      expect([
        junit?.match(/<testcase /g)?.length,
        html?.startsWith("<!DOCTYPE html>"),
        summary?.startsWith("#"),
      ]).toEqual([
        // Four samples, and a case for each of the gates.
        6,
        true,
        true,
      ]);
      const { types } = JSON.parse(json ?? "") as { types: readonly { type: string }[] };
      expect(types.map(({ type }) => type)).toEqual(["c6a.large", "m6a.large"]);
      expect(await sandbox.alive()).toEqual([]);
    },
    SLOW_MS,
  );
});

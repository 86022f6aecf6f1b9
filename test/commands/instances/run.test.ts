import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "@jest/globals";
import { formatMeasured, mergeMeasured, NOTHING_MEASURED } from "../../../src/catalog/measured.js";
import { FAILED_RESULT, VERIFIED_RESULT } from "../../catalog/sample-measured.js";
import { ConfigDirectory } from "../../support/config-directory.js";
import {
  FAKE_SANDBOX,
  FakeWorld,
  type FakeWorldOptions,
  type Outcome,
  runIn,
  runProgram,
} from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";

const directory = new ConfigDirectory();
afterAll(() => directory.remove());

const CONFIG = `ec2cluster:
  disktype: gp3
  diskspace: 100
  spot: true
  instancetypes: [m6a.large, c6a.xlarge, c6a.large, r6a.large, t3.micro, m6g.large]
reflow-ec2: {generation: 2023, rootsizegib: 20}
`;
const DATES =
  "prices of 2026-02-17, offerings of 2026-08-01, spot advice of 2025-06-28, Reflow's probes of 2023-10-18\n";

let path = "";
beforeEach(() => {
  path = directory.write(CONFIG);
  measured("");
});

/** Own measurements of the configuration; none for an empty text. */
function measured(text: string): void {
  const nothing = formatMeasured(NOTHING_MEASURED);
  writeFileSync(join(dirname(path), "reflow-ec2-measured.json"), text || nothing);
}

async function instances(flags: readonly string[], options: FakeWorldOptions = {}): Promise<Outcome> {
  const outcome = await runProgram(
    ["instances", "--region", "us-west-2", "--config", path, "--no-color", ...flags],
    options,
  );
  return { ...outcome, stdout: directory.normal(outcome.stdout), stderr: directory.normal(outcome.stderr) };
}

const names = async (...flags: readonly string[]): Promise<readonly string[]> =>
  (await instances(["-o", "name", ...flags])).stdout.split("\n").slice(0, -1);

const SHOWN = ["c6a.*large", "m6?.large", "t3.micro", "a1.metal", "p5.48xlarge"];

describe("instances", () => {
  it.each<[name: string, flags: readonly string[], options: FakeWorldOptions]>([
    ["a pipe", SHOWN, {}],
    ["80 columns", SHOWN, { terminal: true }],
    ["wide", [...SHOWN, "-o", "wide"], { terminal: true }],
    ["fits", [...SHOWN, "--fits", "--cpu", "2", "--mem", "7GiB", "--max-price", "0.15"], {}],
    ["yaml", ["m6a.large", "--fits", "--disk", "50GiB", "-o", "yaml"], {}],
  ])("shows the types as reviewed for %s", async (name, flags, options) => {
    const { code, stdout } = await instances(flags, options);
    expect(code).toBe(0);
    expectGolden(`cli/instances-${name.replace(" ", "-")}.txt`, stdout);
  });

  it("tells people how old the data is, and leaves it in the data for programs", async () => {
    expect((await instances(["c6a.large"])).stderr).toBe(`1 type in us-west-2; ${DATES}`);
    expect(await instances(["c6a.large", "-o", "name"])).toEqual({ code: 0, stdout: "c6a.large\n", stderr: "" });
  });

  it("works without a configuration, and says so", async () => {
    const outcome = await runProgram(["instances", "c6a.large", "-o", "name"], { env: { AWS_REGION: "eu-west-1" } });
    expect(outcome).toEqual({
      code: 0,
      stdout: "c6a.large\n",
      stderr: "there is no /home/ada/.reflow/config.yaml: default volumes and types stand for the configuration\n",
    });
  });

  it.each([
    ["by --config", ["--config", "/nowhere/r.yaml"], {}],
    ["by the environment", [], { REFLOW_EC2_CONFIG: "/nowhere/r.yaml" }],
  ])("fails where a configuration that is named %s is missing", async (_how, flags, env) => {
    const { code, stderr } = await runProgram(["instances", "--region", "us-west-2", ...flags], { env });
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      "error: configuration file /nowhere/r.yaml: there is no such file",
    ]);
  });

  it("asks nothing of AWS, and opens no cluster", async () => {
    const world = new FakeWorld(["instances", "--config", path, "--region", "us-west-2", "-o", "name"]);
    expect((await runIn(world)).code).toBe(0);
    expect(world.cluster.opened).toEqual([]);
  });

  it.each([
    ["price", ["c6a.large", "m6a.large", "t3.micro", "r6a.large", "c6a.xlarge"]],
    ["cpu", ["c6a.large", "m6a.large", "t3.micro", "r6a.large", "c6a.xlarge"]],
    ["mem", ["t3.micro", "c6a.large", "c6a.xlarge", "m6a.large", "r6a.large"]],
    ["name", ["c6a.large", "c6a.xlarge", "m6a.large", "r6a.large", "t3.micro"]],
    ["price-per-cpu", ["c6a.xlarge", "c6a.large", "m6a.large", "t3.micro", "r6a.large"]],
    ["price-per-gib", ["r6a.large", "m6a.large", "c6a.xlarge", "c6a.large", "t3.micro"]],
  ])("sorts by %s", async (key, sorted) => {
    expect(await names("c6a.large", "c6a.xlarge", "?6a.large", "t3.micro", "--sort", key)).toEqual(sorted);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["vCPUs", ["--cpu", "3"], ["c6a.xlarge"]],
    ["usable memory, not what is advertised", ["--mem", "8GiB"], ["r6a.large"]],
    ["usable disk", ["--disk", "100GiB"], []],
    ["true price", ["--max-price", "0.15"], ["c6a.large", "m6g.large", "m6a.large", "r6a.large"]],
    ["architecture", ["--arch", "arm64"], ["m6g.large"]],
    ["verified", ["--verified"], ["c6a.large", "m6a.large", "r6a.large", "c6a.xlarge"]],
    ["unverified", ["--unverified"], ["m6g.large"]],
  ])("leaves out by %s what is not asked for", async (_what, flags, expected) => {
    expect(await names("c6a.large", "c6a.xlarge", "?6a.large", "m6g.large", ...flags)).toEqual(expected);
  });

  it("shows what the region does not offer only where it is named", async () => {
    expect([
      await names("p5.48*", "--region", "eu-west-1"),
      await names("p5.48xlarge", "--region", "eu-west-1"),
    ]).toEqual([[], ["p5.48xlarge"]]);
    expect(await instances(["p5.48*", "--region", "eu-west-1", "-o", "name"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "no type in eu-west-1 is like that\n",
    });
  });

  it("refuses a name that no type has, with a near one", async () => {
    expect(await instances(["c6a.larg", "zz*"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: no instance type is called 'c6a.larg'; did you mean \"c6a.large\"?, 'zz*'\n" +
        "hint: `*` stands for any letters and `?` for one, as in 'c6a.*'; `reflow-ec2 instances` shows the types.\n",
    });
  });

  it("shows what own probes measured, and their date", async () => {
    const there = { region: "us-west-2" };
    const results = [
      { ...VERIFIED_RESULT, ...there },
      { ...FAILED_RESULT, ...there, type: "m6a.large" },
    ];
    measured(formatMeasured(mergeMeasured(NOTHING_MEASURED, results)));
    const { stdout, stderr } = await instances(["c6a.large", "m6a.large", "-o", "json"]);
    const { asOf, types } = JSON.parse(stdout) as {
      asOf: object;
      types: Record<
        "usableMemoryBytes" | "memorySource" | "verified" | "probeFailed" | "bootSeconds" | "measuredOn",
        unknown
      >[];
    };
    expect([stderr, asOf, types]).toEqual([
      "",
      expect.objectContaining({ measured: "2026-11-25" }),
      [
        expect.objectContaining({
          usableMemoryBytes: 3_626_000_000,
          memorySource: "measured",
          verified: true,
          probeFailed: false,
          bootSeconds: 41.5,
          measuredOn: "2026-11-25",
        }),
        expect.objectContaining({ verified: false, probeFailed: true, bootSeconds: null, measuredOn: "2026-11-25" }),
      ],
    ]);
    expect((await instances(["c6a.large"])).stderr).toBe(
      `1 type in us-west-2; ${DATES.trimEnd()}, own measurements of 2026-11-25\n`,
    );
  });

  it("leaves own measurements alone in a rehearsal, which has its own", async () => {
    measured("{ damaged");
    const flags = ["instances", "c6a.large", "--config", path, "-o", "name"];
    const real = await runProgram([...flags, "--region", "us-west-2"]);
    const rehearsal = await runProgram([...flags, "--sandbox"], { sandboxRuns: true });
    expect([real.code, directory.normal(real.stderr).split("\n")[0]]).toEqual([
      2,
      "error: the measured data in DIR/reflow-ec2-measured.json is damaged",
    ]);
    expect(rehearsal).toEqual({
      code: 0,
      stdout: "c6a.large\n",
      stderr: `sandbox: EC2 on this machine at ${FAKE_SANDBOX.endpoint}; nothing here is real\n`,
    });
  });
});

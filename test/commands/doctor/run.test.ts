import { describe, expect, it } from "@jest/globals";
import type { Doctor } from "../../../src/doctor/doctor.js";
import type { Examined } from "../../../src/doctor/finding.js";
import { FakeWorld, runIn, type FakeWorldOptions, type Outcome } from "../../support/fake-world.js";
import { FINDINGS } from "../../support/sample-findings.js";

const POLICY = { Version: "2012-10-17", Statement: [] } as const;

/** A world with a doctor that finds what it is told to. */
class ClinicWorld extends FakeWorld {
  closed = 0;
  readonly asked: object[] = [];

  constructor(
    argv: readonly string[],
    private readonly findings: readonly Examined[],
    options: FakeWorldOptions = {},
  ) {
    super(argv, options);
  }

  override async openDoctor(...[target]: Parameters<FakeWorld["openDoctor"]>): Promise<Doctor> {
    this.asked.push({ config: target.config, endpointUrl: target.endpointUrl });
    return {
      checks: this.findings,
      examine: async ({ signal, onFinding }) => {
        signal.throwIfAborted();
        for (const finding of this.findings) onFinding?.(finding);
        return this.findings;
      },
      policy: async ({ setup }) => {
        this.asked.push({ setup });
        return POLICY;
      },
      close: () => void (this.closed += 1),
    };
  }
}

async function doctor(
  words: string,
  findings = FINDINGS,
  options?: FakeWorldOptions,
): Promise<Outcome & { readonly world: ClinicWorld }> {
  const world = new ClinicWorld(["doctor", ...words.split(" ").filter((word) => word !== "")], findings, options);
  return { ...(await runIn(world)), world };
}

const noFailure = FINDINGS.filter(({ status }) => status !== "failure");

describe("doctor", () => {
  it("ends with the exit code of the first failure in the printed order, and says so on standard output", async () => {
    const { code, stdout, stderr, world } = await doctor("");
    expect({ code, stderr, closed: world.closed }).toEqual({ code: 6, stderr: "", closed: 1 });
    expect(stdout.split("\n").at(-2)).toBe("2 failures, 1 warning; commands would end with exit code 6");
  });

  it("ends with 0 where there are warnings alone", async () => {
    const { code, stdout } = await doctor("", noFailure);
    expect({ code, last: stdout.split("\n").at(-2) }).toEqual({
      code: 0,
      last: "nothing stands in the way of a launch, 1 warning",
    });
  });

  it("writes each finding when it is known, above the spinner", async () => {
    const { stdout, stderr } = await doctor("", noFailure, { terminal: true });
    expect(stdout).toContain("credentials");
    expect(stderr).toMatch(/^(\[looking .*\]\n)+$/);
  });

  it("names what failed with -o name, and nothing where nothing did", async () => {
    expect(await doctor("-o name")).toMatchObject({ code: 6, stdout: "ec2:RunInstances\nquota\n" });
    expect(await doctor("-o name", noFailure)).toMatchObject({ code: 0, stdout: "" });
  });

  it("has one line for each check with -o wide", async () => {
    const { stdout } = await doctor("-o wide");
    expect(stdout).toContain("ok       ec2:DescribeInstances  allowed\n");
  });

  it("prints the policy alone with --policy, of the configuration or of setup", async () => {
    for (const [words, setup] of [
      ["--policy", false],
      ["--policy -o json", false],
      ["--policy --setup", true],
    ] as const) {
      const { code, stdout, world } = await doctor(words);
      expect({ code, policy: JSON.parse(stdout) as object, setup: world.asked.at(-1), closed: world.closed }).toEqual({
        code: 0,
        policy: POLICY,
        setup: { setup },
        closed: 1,
      });
    }
  });

  it.each([
    ["--setup", "--setup is about --policy"],
    ["--policy -o yaml", "--policy and --output yaml exclude each other"],
  ])("refuses %s", async (words, message) => {
    const { code, stdout, stderr } = await doctor(words);
    expect({ code, stdout, first: stderr.split("\n")[0] }).toEqual({ code: 2, stdout: "", first: `error: ${message}` });
  });

  it("looks at the sandbox with --sandbox", async () => {
    const { world } = await doctor("--sandbox --config c.yaml", noFailure);
    expect(world.asked).toEqual([{ config: "c.yaml", endpointUrl: "http://127.0.0.1:4566" }]);
  });
});

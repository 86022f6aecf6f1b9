import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse as parseCsv } from "csv-parse/sync";
import { SaxesParser } from "saxes";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import type { ProbeJson } from "../../src/terminal/json/probe.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";
import { setScenario } from "./support/scenario-row.js";

const SLOW_MS = 240_000;

/** Times that nobody waits long for. */
const QUICK: Scenario["times"] = { pending: "200ms", osBoot: "300ms", install: "200ms", reflowletStart: "200ms" };

interface Fate {
  readonly types: readonly string[];
  readonly scenario: Scenario;
  /** Outcome and market of each, and what the report says of why. */
  readonly expected: readonly [outcome: string, market: string, problem: string];
}

/** What becomes of forty types; all hold at the same time, as each names types of its own. */
const FATES: Readonly<Record<string, Fate>> = {
  "come up on spot": {
    types: sizesOf("c6a", "m6a", "r6a", "c5a", "m5a").slice(0, 22),
    scenario: {},
    expected: ["verified", "spot", ""],
  },
  "are had on demand alone": {
    types: ["c5.large", "c5.xlarge", "c5.2xlarge"],
    scenario: { refusals: [{ type: "c5.*", market: "spot", code: "InsufficientInstanceCapacity" }] },
    expected: ["verified", "on-demand", ""],
  },
  "are had in one zone alone": {
    types: ["m5.large", "m5.xlarge"],
    scenario: {
      refusals: ["a", "b"].map((zone) => ({
        type: "m5.*",
        zone: `us-west-2${zone}`,
        code: "InsufficientInstanceCapacity",
      })),
    },
    expected: ["verified", "spot", ""],
  },
  "are to be had nowhere": {
    types: ["r5.large", "r5.xlarge", "r5.2xlarge"],
    scenario: { refusals: [{ type: "r5.*", code: "InsufficientInstanceCapacity" }] },
    expected: ["unavailable", "on-demand", "InsufficientInstanceCapacity"],
  },
  "are refused for a parameter": {
    types: ["i3.large"],
    scenario: { refusals: [{ type: "i3.*", code: "InvalidParameterValue" }] },
    expected: ["unavailable", "spot", "InvalidParameterValue"],
  },
  "are accepted and end at once": {
    types: ["i3en.large"],
    scenario: { failures: [{ type: "i3en.*", reason: "Server.InternalError" }] },
    expected: ["failed", "spot", "Server.InternalError"],
  },
  "never answer": {
    types: ["m5n.large"],
    scenario: { bootFaults: [{ phase: "bootstrap", kind: "hangs", type: "m5n.*" }] },
    expected: ["timed-out", "spot", "waiting for the bootstrap"],
  },
  "never start": {
    types: ["c5n.large"],
    scenario: { bootFaults: [{ phase: "os", kind: "hangs", type: "c5n.*" }] },
    expected: ["timed-out", "spot", "waiting for the bootstrap"],
  },
  "answer as somebody else": {
    types: ["r5n.large"],
    scenario: { bootFaults: [{ phase: "bootstrap", kind: "wrong-authority", type: "r5n.*" }] },
    expected: ["failed", "spot", "authority"],
  },
  "cannot install": {
    types: ["m5d.large", "m5d.xlarge"],
    scenario: { bootFaults: [{ phase: "install", kind: "fails", type: "m5d.*", text: "NoSuchKey: not there" }] },
    expected: ["failed", "spot", "NoSuchKey"],
  },
  "have a reflowlet that crashes": {
    types: ["c5d.large"],
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "crashes", type: "c5d.*" }] },
    expected: ["failed", "spot", "c5d.large"],
  },
  "tag themselves with another version": {
    types: ["r5d.large"],
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "wrong-version", type: "r5d.*", version: "other" }] },
    expected: ["failed", "spot", "version other"],
  },
  "are never tagged": {
    types: ["z1d.large"],
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "never-tags", type: "z1d.*" }] },
    expected: ["timed-out", "spot", "reflowlet:version"],
  },
};

function sizesOf(...families: readonly string[]): readonly string[] {
  return families.flatMap((family) =>
    ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"].map((size) => `${family}.${size}`),
  );
}

const TYPES = Object.values(FATES).flatMap(({ types }) => types);

function together(scenarios: readonly Scenario[]): Scenario {
  return {
    times: QUICK,
    refusals: scenarios.flatMap(({ refusals = [] }) => refusals),
    failures: scenarios.flatMap(({ failures = [] }) => failures),
    bootFaults: scenarios.flatMap(({ bootFaults = [] }) => bootFaults),
  };
}

describe("a probe of forty types, ten at a time, of which some fail in each way", () => {
  let sandbox: E2eSandbox;
  let report: ProbeJson;
  let code: number | null;
  const fileIn = (name: string): string => join(sandbox.user.home, name);

  beforeAll(async () => {
    sandbox = await startE2eSandbox();
    await setScenario(sandbox, together(Object.values(FATES).map(({ scenario }) => scenario)));
    const files = ["junit", "markdown", "html", "csv"].flatMap((format) => [`--${format}`, fileIn(format)]);
    const ended = await sandbox.user.run([
      ...["--sandbox", "probe", ...TYPES, "--concurrency", "10", "--market", "fallback", "--timeout", "45s"],
      ...["--yes", "--save", ...files, "-o", "json"],
    ]);
    code = ended.code;
    report = JSON.parse(ended.stdout) as ProbeJson;
  }, SLOW_MS);
  afterAll(() => sandbox.stop());

  it("is of forty types", () => {
    expect(new Set(TYPES).size).toBe(40);
    expect(report.samples.map(({ type }) => type)).toEqual([...TYPES].sort());
  });

  it.each(Object.entries(FATES))(
    "tells of those that %s",
    (_title, { types, expected: [outcome, market, problem] }) => {
      const told = report.samples.filter(({ type }) => types.includes(type));
      expect(told.map((sample) => [sample.type, sample.outcome, sample.market])).toEqual(
        [...types].sort().map((type) => [type, outcome, market]),
      );
      for (const sample of told) expect(`${sample.problem}\n${sample.console}`).toContain(problem);
    },
  );

  it("ends with 9, as some are verified", () => {
    expect(code).toBe(9);
  });

  it("has seen the end of every instance, and none is left", async () => {
    const ends = report.samples.flatMap(({ ends: own }) => own);
    const launched = await sandbox.launched({ "tag:cluster": "default/probe" });
    expect(ends.map(({ instance }) => instance).sort()).toEqual(launched.map(({ InstanceId }) => InstanceId).sort());
    expect(ends.filter(({ seen }) => !seen)).toEqual([]);
    expect(await sandbox.alive()).toEqual([]);
  });

  it("has shown the console of what came as far as a console", () => {
    const withConsole = report.samples.filter(({ console }) => console !== "").map(({ type }) => type);
    expect(withConsole).toEqual(expect.arrayContaining(["m5n.large", "m5d.large", "c5d.large"]));
  });

  it("has written reports of all of them, each well-formed", async () => {
    const [junit = "", markdown = "", html = "", csv = ""] = await Promise.all(
      ["junit", "markdown", "html", "csv"].map((format) => readFile(fileIn(format), "utf8")),
    );
    const cases: string[] = [];
    const parser = new SaxesParser();
    parser.on("opentag", ({ name }) => name === "testcase" && cases.push(name));
    parser.write(junit).close();
    const rows: { type: string }[] = parseCsv(csv, { columns: true, record_delimiter: "\r\n" });
    expect({
      cases: cases.length,
      rows: rows.map(({ type }) => type),
      missing: TYPES.filter((type) => !markdown.includes(type) || !html.includes(type)),
    }).toEqual({ cases: 40, rows: [...TYPES].sort(), missing: [] });
  });

  it("has taught the catalogue which types are verified, in the sandbox's own file", async () => {
    const types = await sandbox.user.json<{ types: { type: string; verified: boolean }[] }>([
      ...["--sandbox", "instances", "c5d.large", "c6a.large"],
    ]);
    expect(types.types.map(({ type, verified }) => [type, verified])).toEqual([
      ["c6a.large", true],
      ["c5d.large", false],
    ]);
  });
});

describe("the gates of a probe", () => {
  let sandbox: E2eSandbox;
  beforeAll(async () => {
    sandbox = await startE2eSandbox();
  });
  afterAll(() => sandbox.stop());

  it(
    "pass when nothing has changed, and trip when a type has become slower or smaller",
    async () => {
      const baseline = join(sandbox.user.home, "baseline.json");
      const probe = ["--sandbox", "probe", "c6a.large", "--samples", "2", "--yes"];
      const times = { ...QUICK, install: "2s" };
      await setScenario(sandbox, { times });
      const first = await sandbox.user.run([...probe, "-o", "json"]);
      await writeFile(baseline, first.stdout);
      const gates = ["--baseline", baseline, "--max-regression", "25%", "--min-mem-ratio", "0.8", "--fail-over", "60s"];
      const same = await sandbox.user.run([...probe, ...gates]);
      await setScenario(sandbox, {
        times: { ...times, install: "6s" },
        bootFaults: [{ phase: "reflowlet", kind: "less-memory", memoryPct: 50 }],
      });
      const changed = await sandbox.user.run([...probe, ...gates]);
      expect([first.code, same.code, changed.code]).toEqual([0, 0, 9]);
      expect(changed.stderr).toMatch(
        /error: 1 type fell short of what was asked for:\n.*c6a\.large: took .*\(p50\), .* more \(--baseline/,
      );
      expect(changed.stderr).toMatch(
        /c6a\.large: offers 4\d\.?\d? % of the 4\.0GiB that AWS advertises \(--min-mem-ratio 0\.8\)/,
      );
    },
    SLOW_MS,
  );
});

describe("the times that a probe tells", () => {
  let sandbox: E2eSandbox;
  beforeAll(async () => {
    sandbox = await startE2eSandbox();
  });
  afterAll(() => sandbox.stop());

  it(
    "are those of the scenario, within the larger of 5 % and the poll interval that the report states",
    async () => {
      // Phases of 5 to 30 s; the user-data itself pauses for a second before it formats.
      const times = {
        pending: "8s",
        osBoot: "29s",
        download: "0s",
        format: "0s",
        install: "6s",
        reflowletStart: "10s",
      };
      await setScenario(sandbox, { times });
      const { code, stdout } = await sandbox.user.run([
        ...["--sandbox", "probe", "c6a.large", "m6a.large", "--samples", "4", "--yes", "-o", "json"],
      ]);
      expect(code).toBe(0);
      const { samples, resolution } = JSON.parse(stdout) as ProbeJson;
      expect(resolution).toEqual({ machine: 0.25, ec2: 1 });
      const phases = { running: 8, bootstrap: 30, installed: 6, reflowlet: 10 } as const;
      const wrong = samples.flatMap(({ type, sample, reached }) => {
        const { accepted: _accepted, address, running = 0, bootstrap = 0, installed = 0, reflowlet = 0 } = reached;
        const took = {
          running,
          bootstrap: bootstrap - (address ?? running),
          installed: installed - bootstrap,
          reflowlet: reflowlet - installed,
        };
        return Object.entries(phases).flatMap(([phase, seconds]) => {
          const told = took[phase as keyof typeof phases];
          const allowed = Math.max(0.05 * seconds, phase === "running" ? resolution.ec2 : 1);
          return Math.abs(told - seconds) <= allowed
            ? []
            : [`${type} ${sample}: ${phase} ${told} instead of ${seconds}`];
        });
      });
      expect(samples).toHaveLength(8);
      expect(wrong).toEqual([]);
    },
    SLOW_MS,
  );
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import type { GlobalOptions } from "../src/commands/shared/global-options.js";
import type { Invocation } from "../src/commands/shared/invocation.js";
import { isHelpOrVersion } from "../src/commands/shared/subcommand.js";
import { UsageError } from "../src/errors.js";
import { createProgram } from "../src/program.js";
import { VERSION } from "../src/version.js";
import { expectGolden } from "./support/golden.js";

const GIB = 1024 ** 3;

const globals: GlobalOptions = {
  config: undefined,
  cluster: undefined,
  region: undefined,
  profile: undefined,
  endpointUrl: undefined,
  sandbox: false,
  output: "table",
  verbosity: 0,
  quiet: false,
  color: true,
  timeoutMs: undefined,
};
const allocation = {
  requirements: { min: { cpu: 1 }, width: 0 },
  count: 1,
  constraints: { type: undefined, zone: undefined, market: undefined, maxUsd: undefined },
  labels: {},
  dryRun: false,
  explain: false,
  afterwards: { kind: "print" },
} as const;
const shown = {
  globs: [],
  sort: "price",
  need: {},
  fits: false,
  maxUsd: undefined,
  architecture: undefined,
  verified: undefined,
} as const;
const id = "i-0123456789abcdef0";
const uri = "h.example:9000/4640204a5fd6ce42";
const runs = (command: readonly [string, ...string[]], graceMs = 10_000): Invocation => ({
  command: "allocate",
  globals,
  options: { ...allocation, afterwards: { kind: "run", command, graceMs, statusFile: undefined } },
});

describe("a command line", () => {
  const lines: [line: string, invocation: Invocation][] = [
    ["list", { command: "list", globals, options: { orphans: false } }],
    ["list --orphans", { command: "list", globals, options: { orphans: true } }],
    ["-o json list", { command: "list", globals: { ...globals, output: "json" }, options: { orphans: false } }],
    ["list -o json", { command: "list", globals: { ...globals, output: "json" }, options: { orphans: false } }],
    ["list --output=wide", { command: "list", globals: { ...globals, output: "wide" }, options: { orphans: false } }],
    ["-v list -vv", { command: "list", globals: { ...globals, verbosity: 3 }, options: { orphans: false } }],
    [
      "list -q --no-color",
      { command: "list", globals: { ...globals, quiet: true, color: false }, options: { orphans: false } },
    ],
    [
      "-c reflow.yaml --cluster big list --region eu-west-1 --profile lab --endpoint-url http://[::1]:5000 --timeout 90s",
      {
        command: "list",
        options: { orphans: false },
        globals: {
          ...globals,
          config: "reflow.yaml",
          cluster: "big",
          region: "eu-west-1",
          profile: "lab",
          endpointUrl: "http://[::1]:5000",
          timeoutMs: 90_000,
        },
      },
    ],
    ["config", { command: "config", globals, task: { kind: "show", keys: [] } }],
    ["config cache tls", { command: "config", globals, task: { kind: "show", keys: ["cache", "tls"] } }],
    ["config show cache", { command: "config", globals, task: { kind: "show", keys: ["cache"] } }],
    ["config validate", { command: "config", globals, task: { kind: "validate", files: [] } }],
    [
      "config validate a b -o json",
      { command: "config", globals: { ...globals, output: "json" }, task: { kind: "validate", files: ["a", "b"] } },
    ],
    ["config schema", { command: "config", globals, task: { kind: "schema" } }],
    ["config set a.b c", { command: "config", globals, task: { kind: "set", key: "a.b", value: "c" } }],
    ["config set a.b --unset", { command: "config", globals, task: { kind: "set", key: "a.b", value: undefined } }],
    ["allocate", { command: "allocate", globals, options: allocation }],
    [
      "allocate --sandbox --cpu 2.5 --mem 4GiB --disk 1TiB --type c6a.2xlarge --label a=b --label=c=d=e --dry-run",
      {
        command: "allocate",
        globals: { ...globals, sandbox: true },
        options: {
          ...allocation,
          requirements: { min: { cpu: 2.5, mem: 4 * GIB, disk: 1024 * GIB }, width: 0 },
          constraints: { ...allocation.constraints, type: "c6a.2xlarge" },
          labels: { a: "b", c: "d=e" },
          dryRun: true,
        },
      },
    ],
    [
      "allocate --cpu 4 --feature intel_avx2 --feature intel_avx512 --width 3 --count 200 --zone us-west-2b --spot --max-price 0.25",
      {
        command: "allocate",
        globals,
        options: {
          ...allocation,
          requirements: { min: { cpu: 4, intel_avx2: 4, intel_avx512: 4 }, width: 3 },
          count: 200,
          constraints: { type: undefined, zone: "us-west-2b", market: "spot", maxUsd: 0.25 },
        },
      },
    ],
    [
      "allocate --on-demand --explain",
      {
        command: "allocate",
        globals,
        options: {
          ...allocation,
          constraints: { ...allocation.constraints, market: "on-demand" },
          dryRun: true,
          explain: true,
        },
      },
    ],
    [
      "allocate --timeout 15m --cpu 1",
      { command: "allocate", globals: { ...globals, timeoutMs: 900_000 }, options: allocation },
    ],
    [
      "allocate --hold --status-file s.json",
      {
        command: "allocate",
        globals,
        options: { ...allocation, afterwards: { kind: "hold", statusFile: "s.json" } },
      },
    ],
    ["allocate -- ./run.sh --cpu 9 -v --help", runs(["./run.sh", "--cpu", "9", "-v", "--help"])],
    ["allocate --cpu 1 --grace 1m -- list -- -o json", runs(["list", "--", "-o", "json"], 60_000)],
    [`free ${uri} ${uri}`, { command: "free", globals, options: { uris: [uri] } }],
    [`keepalive ${uri}`, { command: "keepalive", globals, options: { uris: [uri], intervalMs: 120_000 } }],
    [
      `keepalive --interval 5m ${uri}`,
      { command: "keepalive", globals, options: { uris: [uri], intervalMs: 300_000 } },
    ],
    ["doctor", { command: "doctor", globals, options: { show: "findings" } }],
    ["doctor --policy --setup", { command: "doctor", globals, options: { show: "setup-policy" } }],
    [
      "terminate --orphans",
      { command: "terminate", globals, options: { selection: { kind: "orphans" }, yes: false, force: false } },
    ],
    [
      `terminate ${id} i-01234567 ${id}`,
      {
        command: "terminate",
        globals,
        options: { selection: { kind: "ids", ids: [id, "i-01234567"] }, yes: false, force: false },
      },
    ],
    [
      "terminate --all -y --force",
      { command: "terminate", globals, options: { selection: { kind: "all" }, yes: true, force: true } },
    ],
    ["instances", { command: "instances", globals, options: shown }],
    [
      "instances c6a.* m?a.large --sort mem --cpu 2 --mem 4GiB --disk 1TiB --max-price 0.5 --arch arm64 --unverified",
      {
        command: "instances",
        globals,
        options: {
          globs: ["c6a.*", "m?a.large"],
          sort: "mem",
          need: { cpu: 2, mem: 4 * GIB, disk: 1024 * GIB },
          fits: false,
          maxUsd: 0.5,
          architecture: "arm64",
          verified: false,
        },
      },
    ],
    [
      "instances --fits --mem 4GiB --verified",
      {
        command: "instances",
        globals,
        options: { ...shown, need: { cpu: 1, mem: 4 * GIB }, fits: true, verified: true },
      },
    ],
    ["render", { command: "render", globals, options: { type: undefined, show: "text" } }],
    [
      "render --check --type c6a.2xlarge",
      { command: "render", globals, options: { type: "c6a.2xlarge", show: "check" } },
    ],
    ["render --raw", { command: "render", globals, options: { type: undefined, show: "raw" } }],
    [
      "setup --cidr 203.0.113.7 --cidr 2001:db8::1/64 --types c6a.large,m6a.large --create-profile --generation 2020 -y",
      {
        command: "setup",
        globals,
        options: {
          wishes: {
            cidrs: ["203.0.113.7/32", "2001:db8::/64"],
            instanceTypes: ["c6a.large", "m6a.large"],
            createProfile: true,
            generation: 2020,
          },
          undo: false,
          dryRun: false,
          yes: true,
        },
      },
    ],
    [
      "setup --undo --dry-run",
      { command: "setup", globals, options: { wishes: {}, undo: true, dryRun: true, yes: false } },
    ],
    ["sandbox start", { command: "sandbox", action: "start", scenarioPath: undefined, globals }],
    ["sandbox start --scenario a.yaml", { command: "sandbox", action: "start", scenarioPath: "a.yaml", globals }],
    ["sandbox start --empty", { command: "sandbox", action: "start", scenarioPath: undefined, empty: true, globals }],
    ["sandbox scenario a.yaml", { command: "sandbox scenario", task: { kind: "set", path: "a.yaml" }, globals }],
    ["sandbox scenario ./show", { command: "sandbox scenario", task: { kind: "set", path: "./show" }, globals }],
    ["sandbox scenario show", { command: "sandbox scenario", task: { kind: "show" }, globals }],
    ["sandbox scenario reset", { command: "sandbox scenario", task: { kind: "reset" }, globals }],
    ["sandbox stop", { command: "sandbox", action: "stop", globals }],
    ["sandbox status -o json", { command: "sandbox", action: "status", globals: { ...globals, output: "json" } }],
  ];
  it.each(lines)("%s is understood whole", async (line, invocation) => {
    expect(await parse(line.split(" "))).toEqual({ invocation, output: "" });
  });
});

describe("a mistake", () => {
  const help = (command: string): string => `'reflow-ec2${command} --help' tells what it takes.`;
  const mistakes: [argv: string[], message: string, hint: string][] = [
    [["alocate"], "unknown command 'alocate'", `Did you mean allocate? ${help("")}`],
    [["list", "--regoin", "x"], "unknown option '--regoin'", `Did you mean --region? ${help(" list")}`],
    [["allocate", "--cup", "1"], "unknown option '--cup'", `Did you mean --cpu? ${help(" allocate")}`],
    [["sandbox", "destroy"], "unknown command 'destroy'", help(" sandbox")],
    [["allocate", "--mem"], "option '--mem <size>' argument missing", help(" allocate")],
    [["list", "extra"], "too many arguments for 'list'. Expected 0 arguments but got 1.", help(" list")],
    [
      ["list", "-o", "xml"],
      "option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, wide, json, yaml, name.",
      help(""),
    ],
    [["list", "-q", "-v"], "--quiet and --verbose exclude each other", "Leave one of them out."],
    [
      ["list", "--sandbox", "--endpoint-url", "http://localhost"],
      "--sandbox and --endpoint-url exclude each other",
      "Leave one of them out.",
    ],
    [["list", "--sandbox", "--profile", "lab"], "--sandbox and --profile exclude each other", "Leave one of them out."],
    [["list", "--config", ""], "--config is empty", "Give --config a value, or leave it out."],
    [["list", "--region", " "], "--region is empty", "Give --region a value, or leave it out."],
    [
      ["list", "--endpoint-url", "localhost:80"],
      "--endpoint-url 'localhost:80' is not an http or https address",
      "For example --endpoint-url http://127.0.0.1:5000.",
    ],
    [
      ["allocate", "--type", "c6a"],
      "--type 'c6a' is not the name of an instance type",
      "For example --type c6a.2xlarge.",
    ],
    [
      ["instances", "--verified", "--unverified"],
      "--verified and --unverified exclude each other",
      "Leave one of them out.",
    ],
    [["instances", ""], "a pattern is empty", "For example 'c6a.*', in quotes."],
    [["instances", "--max-price", "0"], "--max-price '0' is not a price in USD", "For example --max-price 0.25."],
    [["render", "--raw", "--check"], "--raw and --check exclude each other", "Leave one of them out."],
    [["render", "--raw", "-o", "json"], "--raw and --output json exclude each other", "Leave one of them out."],
    [
      ["render", "--type", "large"],
      "--type 'large' is not the name of an instance type",
      "For example --type c6a.2xlarge.",
    ],
    [
      ["allocate", "--cpu", "2", "./run.sh", "--", "x"],
      "'./run.sh' is not an option of allocate",
      "To run it with the alloc, put -- before it: reflow-ec2 allocate -- ./run.sh",
    ],
    [["allocate", "--"], "there is no command after --", "For example reflow-ec2 allocate --cpu 2 -- ./run.sh --fast."],
    [
      ["free"],
      "no alloc is named",
      "Give URIs as 'reflow-ec2 allocate' prints them and 'reflow-ec2 list -o json' has them.",
    ],
    [["sandbox", "scenario", ""], "no scenario file is named", "Name a file, or say show or reset."],
    [
      ["terminate"],
      "no instance is named",
      "Give instance ids, as 'reflow-ec2 list' shows them, or --all, or --orphans.",
    ],
    [["terminate", id, "--all"], "instance ids and --all exclude each other", "Leave one of them out."],
    [
      ["terminate", "web-1"],
      "'web-1' is not an instance id",
      "An id looks like i-0123456789abcdef0; 'reflow-ec2 list -o name' shows those of the cluster.",
    ],
  ];
  it.each(mistakes)("%j is a usage error that says what to type", async (argv, message, hint) => {
    const error = await parse(argv).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message, hint });
  });

  const sizes: [flag: string, value: string][] = [
    ["--cpu", "-1"],
    ["--cpu", "0"],
    ["--cpu", "NaN"],
    ["--cpu", "1e999"],
    ["--cpu", ""],
    ["--mem", "-4GiB"],
    ["--mem", "0GiB"],
    ["--mem", "lots"],
    ["--mem", "9e99EiB"],
    ["--disk", "0x10"],
    ["--disk", "9999999999999EiB"],
  ];
  it.each(sizes)("%s %j is refused with the flag's name", async (flag, value) => {
    const error = await parse(["allocate", flag, value]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message.startsWith(flag)).toBe(true);
  });
});

describe("help", () => {
  const pages = [
    "",
    "allocate",
    "free",
    "keepalive",
    "list",
    "terminate",
    "probe",
    "instances",
    "render",
    "doctor",
    "setup",
    "sandbox",
    "sandbox start",
    "sandbox stop",
    "sandbox status",
    "sandbox scenario",
    "config",
    "config show",
    "config validate",
    "config schema",
    "config set",
  ];
  it.each(pages)("of reflow-ec2 %s is as it was reviewed", async (page) => {
    const words = page.split(" ").filter((word) => word !== "");
    const { output } = await parse([...words, "--help"]);
    expectGolden(`cli/help${words.map((word) => `-${word}`).join("")}.txt`, output);
  });

  it("fits 80 columns, with nothing at the ends of lines", async () => {
    for (const page of pages) {
      const { output } = await parse([...page.split(" ").filter((word) => word !== ""), "--help"]);
      expect(output.split("\n").filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([]);
    }
  });

  it.each([[[]], [["sandbox"]], [["--sandbox"]], [["help"]]])(
    "comes up for %j, which names no command",
    async (argv) => {
      const { invocation, output } = await parse(argv);
      expect(invocation).toBeUndefined();
      expect(output.startsWith("Usage: reflow-ec2")).toBe(true);
    },
  );

  it.each([["--version"], ["-V"]])("is not needed for %s, which prints the package's version", async (flag) => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(manifest.version).toBe(VERSION);
    expect(await parse([flag])).toEqual({ invocation: undefined, output: `${manifest.version}\n` });
  });
});

describe("importing the program", () => {
  it("loads commander and light files of ours, and nothing else", () => {
    const { packages, files } = staticImports(new URL("../src/program.ts", import.meta.url));
    expect(packages.filter((name) => !name.startsWith("node:"))).toEqual(["commander"]);
    expect(files.filter((file) => /\/(aws|sandbox|catalog|config|tls|cluster|terminal)\//.test(file))).toEqual([
      "src/commands/config/command.ts",
      "src/commands/config/options.ts",
      "src/commands/sandbox/command.ts",
      "src/commands/sandbox/options.ts",
    ]);
  });

  it("stays light in main, which loads what a command needs when it is known", () => {
    const { packages } = staticImports(new URL("../src/main.ts", import.meta.url));
    expect(packages.filter((name) => !name.startsWith("node:"))).toEqual(["commander"]);
  });

  it("stays light in the world, which only has Node's own modules beside", () => {
    const { packages } = staticImports(new URL("../src/world.ts", import.meta.url));
    expect(packages.filter((name) => !name.startsWith("node:"))).toEqual([]);
  });
});

async function parse(argv: readonly string[]): Promise<{ invocation: Invocation | undefined; output: string }> {
  let output = "";
  let invocation: Invocation | undefined;
  const program = createProgram({ write: (text) => void (output += text), columns: 80 }, async (understood) => {
    invocation = understood;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!isHelpOrVersion(error)) throw error;
  }
  return { invocation, output };
}

/** What is loaded with a file: packages, and our files from the root, without what is imported for its types or later. */
function staticImports(entry: URL): { readonly packages: readonly string[]; readonly files: readonly string[] } {
  const packages = new Set<string>();
  const files = new Set<string>();
  const visit = (file: URL): void => {
    const name = file.pathname.slice(file.pathname.lastIndexOf("/src/") + 1);
    if (files.has(name)) return;
    files.add(name);
    const source = readFileSync(file, "utf8");
    for (const [, clause = "", from = ""] of source.matchAll(/^(?:import|export)\s([^;]*?)\bfrom "([^"]+)";/gm)) {
      const names = clause
        .match(/\{([^}]*)\}/)?.[1]
        ?.split(",")
        .filter((each) => each.trim() !== "") ?? ["*"];
      if (/^type\b/.test(clause) || names.every((each) => /^\s*type\s/.test(each))) continue;
      if (from.startsWith(".")) visit(new URL(from.replace(/\.js$/, ".ts"), file));
      else packages.add(from);
    }
    for (const [, from = ""] of source.matchAll(/^import "([^"]+)";/gm)) packages.add(from);
  };
  visit(entry);
  return { packages: [...packages].sort(), files: [...files].sort() };
}

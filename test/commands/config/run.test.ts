import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { configJsonSchema } from "../../../src/config/schema.js";
import { withChangeLock } from "../../../src/lib/change-lock.js";
import { systemClock } from "../../../src/lib/clock.js";
import { replaceFile } from "../../../src/lib/replace-file.js";
import { fixture, SAMPLE_2020, SAMPLE_2023 } from "../../config/samples.js";
import { ConfigDirectory } from "../../support/config-directory.js";
import { type FakeWorldOptions, type Outcome, FAKE_SANDBOX, FakeWorld, runIn } from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";

const directory = new ConfigDirectory();
afterAll(() => directory.remove());

let nonces = 0;

/** A world whose files are real. */
class WorldWithFiles extends FakeWorld {
  /** What happens when the file has been looked at, and is going to be changed. */
  beforeChange = (): void => undefined;

  override async replaceFile(path: string, text: string, mode?: "private" | "keep"): Promise<void> {
    await replaceFile(path, text, ".draft", mode === "keep" ? "keep" : undefined);
  }

  override whileChanging<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.beforeChange();
    const nonce = `${(nonces += 1)}`;
    const unwritable = (cause: unknown): Error => cause as Error;
    return withChangeLock({ path, clock: systemClock, nonce, unwritable }, signal, work);
  }
}

interface Ran extends Outcome {
  /** The configuration afterwards. */
  readonly file: string;
}

async function run(config: string, flags: readonly string[], options: FakeWorldOptions = {}): Promise<Ran> {
  const path = directory.write(config);
  const outcome = await runIn(new WorldWithFiles(["config", ...flags, "--config", path], options));
  const { code, stdout, stderr } = outcome;
  return { code, stdout: directory.normal(stdout), stderr: directory.normal(stderr), file: readFileSync(path, "utf8") };
}

describe("config", () => {
  it("shows what is in force and where it comes from: a pipe", async () => {
    const { code, stdout, stderr } = await run(SAMPLE_2020, [], { env: { AWS_REGION: "eu-west-1" } });
    expect([code, stderr]).toEqual([0, ""]);
    expectGolden("cli/config-a-pipe.txt", stdout.replace(/(DIR\S*) +/, "$1  "));
  });

  it("shortens values in a narrow terminal, and shows them whole with -o wide", async () => {
    const terminal = { terminal: true, columns: 80 };
    const narrow = await run(SAMPLE_2023, ["show", "ec2cluster", "authority"], terminal);
    expectGolden("cli/config-terminal.txt", narrow.stdout.replaceAll("\x1b", "^"));
    const wide = await run(SAMPLE_2023, ["ec2cluster.instanceprofile", "-o", "wide"]);
    expect(wide.stdout.replace(/ +/g, " ")).toBe(
      "KEY FROM VALUE\n" +
        "ec2cluster.instanceprofile DIR/config.yaml:6 arn:aws:iam::123456789012:instance-profile/reflowlet\n",
    );
  });

  it("shows what the flags of the command line make of it", async () => {
    const { stdout } = await run(SAMPLE_2023, ["cluster", "region", "--cluster", "day", "--region", "us-east-1"]);
    expect(stdout).toBe(`FACT    VALUE      FROM
region  us-east-1  --region

KEY      VALUE  FROM
cluster  -      -
`);
  });

  it("asks the AWS profile for a region that nothing else names", async () => {
    const { stdout } = await run(SAMPLE_2023, ["region"], { profileRegion: "sa-east-1" });
    expect(stdout).toBe("FACT    VALUE      FROM\nregion  sa-east-1  the AWS profile\n");
  });

  it("prints names for a shell, and data for a program", async () => {
    const names = await run(SAMPLE_2023, ["reflow-ec2.helpers.xray", "tls", "-o", "name"]);
    expect(names.stdout).toBe("tls\nreflow-ec2.helpers.xray.enabled\nreflow-ec2.helpers.xray.url\n");
    const data = await run(SAMPLE_2023, ["generation", "tls", "-o", "yaml"]);
    expect(data.stdout).toBe(`schemaVersion: 1
file: DIR/config.yaml
facts:
  - key: generation
    value: 2023
    origin:
      kind: keys
      file: DIR/config.yaml
      keys:
        - key: ec2cluster.subnets
          line: 8
        - key: ec2cluster.maxpendinginstances
          line: 9
        - key: ec2cluster.maxhourlycostusd
          line: 10
        - key: ec2cluster.instancesizetodiskspace
          line: 12
        - key: ec2cluster.sshkeys
          line: 15
    masked: false
values:
  - key: tls
    value: tls,file=~/.reflow/reflow.pem
    origin:
      kind: file
      file: DIR/config.yaml
      line: 3
    masked: false
`);
  });

  it("shows no secret in any form", async () => {
    const secrets = /PRIVATE KEY|secretaccesskey|AKIA/;
    for (const output of ["table", "wide", "json", "yaml"]) {
      const { code, stdout } = await run(fixture("setup-ec2-2023.yaml"), ["-o", output]);
      expect([code, secrets.test(stdout)]).toEqual([0, false]);
    }
  });

  it("shows the sandbox's configuration with --sandbox", async () => {
    const path = directory.write(SAMPLE_2023);
    const world = new FakeWorld(["config", "configuration", "region", "endpoint", "--sandbox"]);
    world.sandboxStatus = { ...FAKE_SANDBOX, config: path };
    const { stdout } = await runIn(world);
    expect(directory.normal(stdout).replace(/ +/g, " ")).toBe(`FACT VALUE FROM
configuration DIR/config.yaml the sandbox
region us-west-2 the sandbox
endpoint http://127.0.0.1:4566 the sandbox
`);
  });

  it("says of a key that there is not which one was meant, and of a wrong file all its mistakes", async () => {
    expect(await run(SAMPLE_2023, ["spotmaxprice"])).toMatchObject({
      code: 2,
      stderr: `error: there is no key 'spotmaxprice'; did you mean "reflow-ec2.spotmaxprice"?
hint: 'reflow-ec2 config -o name' lists the keys, 'reflow-ec2 config --help' the commands.
`,
    });
    expect((await run(SAMPLE_2023, ["vlaidate", "x.yaml"])).stderr).toMatch(/'vlaidate'; did you mean "validate"\?/);
    expect(await run("cache: of\ntls: 1\n", [])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: 2 mistakes .*\n {2}DIR\/config.yaml:1: cache: .*\n {2}DIR\/config.yaml:2: tls/,
      ),
    });
  });
});

describe("config validate", () => {
  it("tells all that is wrong with all files, and what is good", async () => {
    const path = directory.write("cache: of\nec2cluster:\n  disktyp: gp3\nzebra: 1\n");
    const fixtures = "test/fixtures/config";
    const argv = [
      "config",
      "validate",
      path,
      "config.example.yaml",
      `${fixtures}/setup-ec2-2020.yaml`,
      "/no/such/file",
    ];
    const { code, stdout, stderr } = await runIn(new FakeWorld(argv));
    expect([code, stderr]).toEqual([2, ""]);
    expect(directory.normal(stdout)).toBe(`DIR/config.yaml: 2 mistakes
  DIR/config.yaml:1: cache: expected off, read, write or readwrite, found "of"; did you mean "off"?
  DIR/config.yaml:3: ec2cluster.disktyp: no such key under \`ec2cluster:\`; did you mean "disktype"?
config.example.yaml: good
test/fixtures/config/setup-ec2-2020.yaml: good, 1 warning
  test/fixtures/config/setup-ec2-2020.yaml: instance types that the catalogue does not know are left out: p3.2xlarge, g3.16xlarge, p3.16xlarge, p2.16xlarge, p2.8xlarge and 13 more
/no/such/file: 1 mistake
  /no/such/file: there is no such file
`);
  });

  it("checks the configuration in force where no file is named, whatever the flags say of region and cluster", async () => {
    const good = await run(SAMPLE_2023, ["validate", "--region", "no region"]);
    const wrong = await run("cache: of\n", ["validate", "-o", "name"]);
    expect([good.code, good.stdout, wrong.code, wrong.stdout]).toEqual([
      0,
      "DIR/config.yaml: good\n",
      2,
      "DIR/config.yaml\n",
    ]);
  });
});

describe("config validate -", () => {
  const validate = (input: string | Uint8Array): Promise<Outcome> =>
    runIn(new FakeWorld(["config", "validate", "-"], { input }));

  it("checks what comes through standard input", async () => {
    expect(await validate(SAMPLE_2023)).toEqual({ code: 0, stdout: "standard input: good\n", stderr: "" });
    expect(await validate("cache: of\n")).toEqual({
      code: 2,
      stdout: `standard input: 1 mistake
  standard input:1: cache: expected off, read, write or readwrite, found "of"; did you mean "off"?
`,
      stderr: "",
    });
  });

  it.each<[string, string | Uint8Array, string]>([
    ["nothing", "", "standard input:1: expected a mapping with keys such as ec2cluster, found nothing"],
    ["no text", Uint8Array.of(0x61, 0x0a, 0xff), "standard input:2: expected UTF-8 text, found other bytes"],
    ["too much", "#".repeat(2_000_000), "standard input:1: expected at most 1048576 bytes, found 1048577"],
  ])("refuses %s", async (_what, input, problem) => {
    expect(await validate(input)).toEqual({
      code: 2,
      stdout: `standard input: 1 mistake\n  ${problem}\n`,
      stderr: "",
    });
  });
});

describe("config schema", () => {
  it("writes the JSON Schema", async () => {
    const { code, stdout } = await run("", ["schema"]);
    expect([code, JSON.parse(stdout)]).toEqual([0, configJsonSchema()]);
  });
});

describe("config set", () => {
  it("changes a value and nothing else", async () => {
    const ran = await run(`# ours\r\n${SAMPLE_2023}`, ["set", "ec2cluster.subnets", "[subnet-3]"]);
    expect(ran).toEqual({
      code: 0,
      stdout: "DIR/config.yaml:9: ec2cluster.subnets: subnet-3 (was subnet-1, subnet-2)\n",
      stderr: "",
      file: `# ours\r\n${SAMPLE_2023}`.replace("subnets: [subnet-1, subnet-2]\n", "subnets:\r\n    - subnet-3\n"),
    });
  });

  it.each<[string, readonly string[], string, string]>([
    [
      "a value that is there",
      ["ec2cluster.disktype", "gp3"],
      "DIR/config.yaml:11: ec2cluster.disktype: gp3 already\n",
      SAMPLE_2023,
    ],
    ["a new value", ["cache", "off"], "DIR/config.yaml:19: cache: off\n", `${SAMPLE_2023}cache: "off"\n`],
    [
      "one that is to go",
      ["ec2cluster.disktype", "--unset"],
      "DIR/config.yaml: ec2cluster.disktype: removed (was gp3)\n",
      SAMPLE_2023.replace("  disktype: gp3\n", ""),
    ],
    ["one that is not there", ["cache", "--unset"], "DIR/config.yaml: cache: nothing to change\n", SAMPLE_2023],
    [
      "what may be a secret",
      ["bootstrap", "bootstrapimage,uri=https://h/b?sig=1"],
      "DIR/config.yaml:19: bootstrap: changed\n",
      `${SAMPLE_2023}bootstrap: bootstrapimage,uri=https://h/b?sig=1\n`,
    ],
  ])("tells of %s", async (_what, args, stdout, file) => {
    expect(await run(SAMPLE_2023, ["set", ...args])).toEqual({ code: 0, stdout, stderr: "", file });
  });

  it("refuses what would be a mistake, and leaves the file alone", async () => {
    expect(await run(SAMPLE_2023, ["set", "ec2cluster.maxinstances", "3"])).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: nothing is written: DIR/config.yaml would have 1 mistake
  DIR/config.yaml:19: ec2cluster.maxinstances: expected under \`reflow-ec2:\`, found under \`ec2cluster:\`
hint: The lines are those of the changed file. Give another value; docs/config.md tells what each key takes.
`,
      file: SAMPLE_2023,
    });
    const usage = await Promise.all(
      [["cache"], ["cache", "off", "--unset"], ["chache", "off"], ["cache", "off", "--sandbox"]].map((args) =>
        run(SAMPLE_2023, ["set", ...args]),
      ),
    );
    expect(usage.map(({ code, stderr }) => [code, stderr.split("\n")[0]])).toEqual([
      [2, "error: there is no value for cache"],
      [2, "error: --unset and the value 'off' exclude each other"],
      [2, 'error: there is no key "chache"; did you mean "cache"?'],
      [2, "error: the sandbox's configuration is made anew at each start"],
    ]);
  });

  it("mends one mistake where there are two, and tells of the other", async () => {
    expect(await run("cache: of\ntls: 1\n", ["set", "cache", "off"])).toEqual({
      code: 0,
      stdout: "DIR/config.yaml:1: cache: off (was of)\n",
      stderr: "warning: still wrong: DIR/config.yaml:2: tls: expected a provider: tls, found 1\n",
      file: 'cache: "off"\ntls: 1\n',
    });
  });

  it("keeps the file's mode and its byte-order mark", async () => {
    const path = directory.write(`\uFEFF${SAMPLE_2023}`);
    chmodSync(path, 0o664);
    await runIn(new WorldWithFiles(["config", "set", "cache", "off", "-c", path]));
    expect([statSync(path).mode & 0o777, readFileSync(path, "utf8")]).toEqual([
      0o664,
      `\uFEFF${SAMPLE_2023}cache: "off"\n`,
    ]);
  });

  it("lets nobody but its owner read a file that holds secrets", async () => {
    const path = directory.write(fixture("setup-ec2-2023.yaml"));
    chmodSync(path, 0o644);
    await runIn(new WorldWithFiles(["config", "set", "cache", "read", "-c", path]));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("takes a value from standard input, where no list of processes shows it: a line, or several", async () => {
    const line = await run(SAMPLE_2023, ["set", "ec2cluster.ami", "-"], { input: "ami-1\n" });
    expect(line.file).toBe(SAMPLE_2023.replace('ami: ""', "ami: ami-1"));
    const pem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
    const secret = await run(SAMPLE_2023, ["set", "instances.tls", "-"], { input: pem });
    expect([secret.stdout, secret.stderr, secret.file]).toEqual([
      "DIR/config.yaml:20: instances.tls: changed\n",
      "",
      `${SAMPLE_2023}instances:\n  tls: |\n${pem.replace(/^(?=.)/gm, "    ")}`,
    ]);
  });

  it("changes an item of a list, adds one and takes one away", async () => {
    const items = async (key: string, ...value: readonly string[]) => {
      const { code, stdout, file } = await run(SAMPLE_2023, ["set", key, ...value]);
      return [code, stdout, file.split("\n")[7]];
    };
    expect(await items("ec2cluster.subnets[0]", "subnet-3")).toEqual([
      0,
      "DIR/config.yaml:8: ec2cluster.subnets[0]: subnet-3 (was subnet-1)\n",
      "  subnets: [subnet-3, subnet-2]",
    ]);
    expect(await items("ec2cluster.subnets[2]", "subnet-3")).toEqual([
      0,
      "DIR/config.yaml:8: ec2cluster.subnets[2]: subnet-3\n",
      "  subnets: [subnet-1, subnet-2, subnet-3]",
    ]);
    expect(await items("ec2cluster.subnets[0]", "--unset")).toEqual([
      0,
      "DIR/config.yaml: ec2cluster.subnets[0]: removed (was subnet-1)\n",
      "  subnets: [subnet-2]",
    ]);
  });

  it("loses nothing that others change at the same time, and leaves no lock", async () => {
    const path = directory.write(SAMPLE_2023);
    const set = (key: string, value: string) => runIn(new WorldWithFiles(["config", "set", key, value, "-c", path]));
    const changes = [
      ["cache", "off"],
      ["reflow-ec2.sweep", "false"],
      ["reflow-ec2.maxinstances", "7"],
      ["ec2cluster.disktype", "st1"],
      ["ec2cluster.name", "night"],
    ] as const;
    const outcomes = await Promise.all(changes.map(([key, value]) => set(key, value)));
    expect(outcomes.map(({ code }) => code)).toEqual(changes.map(() => 0));
    const file = readFileSync(path, "utf8");
    for (const line of ['cache: "off"', "sweep: false", "maxinstances: 7", "disktype: st1", "name: night"]) {
      expect(file).toContain(line);
    }
    expect(readdirSync(dirname(path))).toEqual(["config.yaml"]);
  });

  it("finds what an editor saves while it changes the file", async () => {
    const path = directory.write(SAMPLE_2023);
    const world = new WorldWithFiles(["config", "set", "cache", "off", "-c", path]);
    world.beforeChange = () => writeFileSync(path, `# saved\n${SAMPLE_2023}`);
    await runIn(world);
    expect(readFileSync(path, "utf8")).toBe(`# saved\n${SAMPLE_2023}cache: "off"\n`);
  });

  it("says when the file cannot be written", async () => {
    const path = directory.write(SAMPLE_2023);
    const world = new WorldWithFiles(["config", "set", "cache", "off", "-c", path]);
    world.replaceFile = () => Promise.reject(new Error("EROFS: read-only file system"));
    const { code, stderr } = await runIn(world);
    expect([code, directory.normal(stderr)]).toEqual([
      2,
      `error: configuration file DIR/config.yaml: it cannot be written: EROFS: read-only file system
hint: See that you may write to the file and to its directory.
`,
    ]);
  });
});

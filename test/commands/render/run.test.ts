import { afterAll, describe, expect, it } from "@jest/globals";
import { decodeUserData, userDataBytes } from "../../../src/cloudconfig/user-data.js";
import { ConfigDirectory } from "../../support/config-directory.js";
import { recordedAuthorityPem } from "../../tls/material.js";
import {
  type FakeWorldOptions,
  type Outcome,
  FAKE_SANDBOX,
  FakeWorld,
  runIn,
  runProgram,
} from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const directory = new ConfigDirectory();
afterAll(() => directory.remove());

/** Nothing in it needs AWS. */
const PLAIN = `reflow: reflowversion,version=0123456789ab
repository: s3,bucket=my-reflow-cache
session: ec2metadata
ec2cluster:
  instanceprofile: arn:aws:iam::123456789012:instance-profile/reflowlet
  securitygroup: sg-0a1b2c3d
  disktype: gp3
  instancetypes: [m6a.large, c6a.xlarge]
reflow-ec2: {image: "s3://my-reflow-cache/reflowlet", ecr: false}
instances:
  tls: |
${recordedAuthorityPem(2023).replace(/^(?=.)/gm, "    ")}`;

/** Everything that may be there, of 2020: a login for ECR and credentials are sealed. */
const SEALED = PLAIN.replace("ec2metadata", "awssession")
  .replace("  instanceprofile: arn:aws:iam::123456789012:instance-profile/reflowlet\n", "")
  .replace(", ecr: false", ", generation: 2020");

async function render(config: string, flags: readonly string[], options: FakeWorldOptions = {}): Promise<Outcome> {
  const path = directory.write(config);
  const outcome = await runProgram(["render", "--region", "us-west-2", "--config", path, ...flags], options);
  return { ...outcome, stdout: directory.normal(outcome.stdout), stderr: directory.normal(outcome.stderr) };
}

describe("render", () => {
  it.each([
    ["2023", PLAIN],
    ["2020", SEALED],
  ])("shows the user-data with its secrets masked: %s", async (name, config) => {
    const { code, stdout, stderr } = await render(config, []);
    expect([code, stderr]).toEqual([0, ""]);
    expectGolden(`cli/render-${name}.yaml`, stdout);
  });

  it("marks on a terminal what begins a file or a unit, and what is masked", async () => {
    const { code, stdout } = await render(SEALED, [], { terminal: { stdin: true, stdout: true, stderr: false } });
    expect(code).toBe(0);
    expectGolden("cli/render-terminal.txt", stdout.replaceAll("\x1b", "^"));
  });

  it.each([
    ["check", ["--check"]],
    ["json", ["-o", "json"]],
  ])("tells what is in it, as reviewed: %s", async (name, flags) => {
    const { code, stdout, stderr } = await render(SEALED, flags);
    expect([code, stderr]).toEqual([0, ""]);
    // How far a text can be compressed is for Node's zlib to say.
    const sizes = /(?<=m6a\.large: )[\d,]+|[\d,]+(?= left)|(?<=^ {2}"(bytes|left)": )\d+/gm;
    expectGolden(`cli/render-${name}.txt`, stdout.replace(sizes, "N"));
  });

  it("prints nothing but the type for -o name", async () => {
    expect(await render(PLAIN, ["-o", "name"])).toEqual({ code: 0, stdout: "m6a.large\n", stderr: "" });
  });

  it("is for the type that is asked for, whatever it costs", async () => {
    const dear = PLAIN.replace("disktype: gp3", "disktype: gp3\n  maxhourlycostusd: 0.001");
    expect(await render(dear, ["-o", "name", "--type", "c6a.xlarge"])).toEqual({
      code: 0,
      stdout: "c6a.xlarge\n",
      stderr: "",
    });
  });

  it.each([
    ["c6a.tiny", "error: there is no instance type c6a.tiny\nhint: give one of EC2's types, e.g. c6a.large\n"],
    [
      "c6a.2xlarge",
      "error: instance type c6a.2xlarge is not allowed\nhint: add it to `ec2cluster: instancetypes` in the configuration\n",
    ],
  ])("refuses the type %s", async (type, stderr) => {
    expect(await render(PLAIN, ["--type", type])).toEqual({ code: 2, stdout: "", stderr });
  });

  it("writes with --raw what a launch would send, and nothing else", async () => {
    const first = await render(PLAIN, ["--raw"]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(decodeUserData(first.stdout)).toContain("-----BEGIN RSA PRIVATE KEY-----");
    expect(await render(PLAIN, ["--raw"])).toEqual(first);
    const terminal = await render(PLAIN, ["--raw"], { terminal: { stdin: true, stdout: true, stderr: false } });
    expect(terminal.stdout).toBe(`${first.stdout}\n`);
  });

  it("counts exactly what --raw writes where nothing must be asked for", async () => {
    const raw = decodeUserData((await render(PLAIN, ["--raw"])).stdout);
    const { bytes, estimated } = JSON.parse((await render(PLAIN, ["-o", "json"])).stdout) as Record<string, unknown>;
    expect([bytes, estimated]).toEqual([userDataBytes(raw), false]);
  });

  it("shows the same twice", async () => {
    for (const flags of [[], ["--check"], ["-o", "json"]]) {
      expect(await render(SEALED, flags)).toEqual(await render(SEALED, flags));
    }
  });
});

describe("render of a configuration that cannot launch yet", () => {
  const bare = "ec2cluster: {instancetypes: [m6a.large]}\nreflow-ec2: {ecr: false}\n";

  it("shows the user-data all the same, and warns with --check", async () => {
    const shown = await render(bare, []);
    expect([shown.code, shown.stderr]).toEqual([0, ""]);
    expect(shown.stdout).toContain("tls: MASKED\n");
    const { code, stdout, stderr } = await render(bare, ["--check"]);
    expect(code).toBe(0);
    expect(stdout).toContain("counted with stand-ins of usual length: TLS authority");
    expect(stderr.split("\n").map((line) => line.split(": ").slice(0, 4).join(": "))).toEqual([
      "warning: no launch as it is: DIR/config.yaml: ec2cluster.securitygroup",
      "warning: no launch as it is: DIR/config.yaml: reflow",
      "warning: no launch as it is: DIR/config.yaml: reflow-ec2.image",
      "warning: no launch as it is: DIR/config.yaml: ec2cluster.instanceprofile",
      "warning: no launch as it is: DIR/config.yaml: tls",
      "",
    ]);
  });

  it("has nothing to write with --raw without an authority", async () => {
    const { code, stdout, stderr } = await render(bare, ["--raw"]);
    expect([code, stdout, stderr.split("\n")[0]]).toEqual([2, "", "error: DIR/config.yaml names no TLS authority"]);
  });
});

describe("render --check of user-data that is wrong", () => {
  const withUser = (cloudConfig: object): string =>
    PLAIN.replace("disktype: gp3", `disktype: gp3\n  cloudconfig: ${JSON.stringify(cloudConfig)}`);

  it("shows it, and ends with 2 and all problems", async () => {
    const config = withUser({
      write_files: [
        { path: "/etc/reflowconfig", content: "mine", permissions: "0644" },
        { path: "/opt/bin/team", content: "#!/bin/sh\n" },
      ],
      coreos: {
        units: [{ name: "team.service", content: "[Service]\nExecStart=/opt/bin/team\n" }],
      },
    });
    const { code, stdout, stderr } = await render(config, ["--check"]);
    expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([2, "9 files, 10 units: 2 problems"]);
    expect(stderr).toBe(
      [
        "error: the user-data for m6a.large has 2 problems",
        "  /etc/reflowconfig: its mode is 0644; with secrets in it, it must be 0600",
        "  team.service: runs /opt/bin/team, whose mode 0644 lets nobody run it",
        "hint: What is not of your own `ec2cluster: cloudconfig` is a bug of reflow-ec2: please report it.",
        "",
      ].join("\n"),
    );
    expect((await render(config, [])).code).toBe(0);
  });

  it("ends with 2 where none can be made", async () => {
    const { code, stdout, stderr } = await render(withUser({ unit: [], coreos: { units: [{}] } }), ["--check"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.split("\n").slice(0, 3)).toEqual([
      "error: 2 mistakes in the configuration DIR/config.yaml",
      expect.stringContaining("ec2cluster.cloudconfig.coreos.units[0].name: "),
      expect.stringContaining("ec2cluster.cloudconfig.unit: "),
    ]);
  });
});

describe("secrets", () => {
  const marks = ["AKIAMARKED", "mark-of-key", "mark-of-token", "mark-of-url", "mark-of-file", "mark-of-entry"];
  const marked = SEALED.replace(
    "  disktype: gp3",
    '  disktype: gp3\n  cloudconfig: {write_files: [{path: /etc/team, permissions: "0600", content: mark-of-file}]}',
  )
    .replace("generation:", "ecr: false, generation:")
    .replace(
      "instances:\n",
      `bootstrap: "bootstrapimage,uri=https://host/bootstrap?mark-of-url"
vault: mark-of-entry
instances:
  vault: mark-of-entry
  awssession:
    credentials: {accesskeyid: AKIAMARKED, secretaccesskey: mark-of-key, sessiontoken: mark-of-token}
`,
    );
  const looks = [[], ["--check"], ["-vv"], ["-o", "wide"], ["-o", "json"], ["-o", "yaml"], ["-o", "name"]];
  /** Every line of the authority's text. */
  const pem = recordedAuthorityPem(2023).trimEnd().split("\n");

  it.each(looks.map((flags) => [flags]))("are in nothing that render %j says", async (flags) => {
    for (const terminal of [true, false]) {
      const { code, stdout, stderr } = await render(marked, flags, { terminal });
      expect(code).toBe(0);
      expect([...marks, ...pem].filter((mark) => `${stdout}${stderr}`.includes(mark))).toEqual([]);
    }
  });

  it("are not told with a problem either", async () => {
    const config = marked.replace("path: /etc/team", "path: /etc/reflowconfig").replace('"0600"', '"0640"');
    const { code, stdout, stderr } = await render(config, ["--check", "-vv"]);
    expect(code).toBe(2);
    expect([...marks, ...pem].filter((mark) => `${stdout}${stderr}`.includes(mark))).toEqual([]);
  });

  it("are in what --raw writes, with the credentials of the command", async () => {
    const { code, stdout, stderr } = await render(marked, ["--raw", "--sandbox"], { sandboxRuns: true });
    expect([code, stderr]).toEqual([
      0,
      `sandbox: EC2 on this machine at ${FAKE_SANDBOX.endpoint}; nothing here is real\n` +
        `warning: DIR/config.yaml:11: "vault" is not a key that Reflow knows; instances get it as it is\n`,
    ]);
    const text = decodeUserData(stdout);
    const { accessKeyId, secretAccessKey } = FAKE_SANDBOX.credentials;
    const sealed = [accessKeyId, secretAccessKey, "mark-of-url", "mark-of-file", "mark-of-entry", ...pem];
    expect(sealed.filter((secret) => !text.includes(secret))).toEqual([]);
  });
});

describe("render without AWS", () => {
  /** Where nothing listens. */
  const nowhere = "http://127.0.0.1:1";

  async function renderNowhere(flags: readonly string[]): Promise<Outcome> {
    const argv = ["render", "--sandbox", "--config", directory.write(SEALED), ...flags];
    const world = new FakeWorld(argv, { sandboxRuns: true });
    world.sandboxStatus = { ...FAKE_SANDBOX, endpoint: nowhere };
    return runIn(world);
  }

  it.each([[[]], [["--check"]], [["-o", "json"]]])("shows with %j what needs no login", async (flags) => {
    expect((await renderNowhere(flags)).code).toBe(0);
  });

  it("says with --raw that there are no credentials to seal", async () => {
    const config = SEALED.replace("generation:", "ecr: false, generation:");
    const { code, stdout, stderr } = await render(config, ["--raw", "--profile", "no-such-profile"]);
    expect([code, stdout]).toEqual([6, ""]);
    expect(stderr).toContain("error: no AWS credentials were found: ");
    expect((await render(config, ["--profile", "no-such-profile"])).code).toBe(0);
  });
});

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { editConfig, writeHomeFile, type Change } from "./support/edit-config.js";
import type { Failure } from "./support/failure.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";
import { failureExpected, runWrong, type Wrong } from "./support/wrong.js";

/** Commands wait for each other and for the sandbox. */
const SLOW_MS = 60_000;

const list = (...flags: readonly string[]): readonly string[] => ["list", ...flags];
const listWith = (config: string): readonly string[] => list("--config", config);
const inHome = (name: string, content: string | Uint8Array): string => writeHomeFile(sandbox, name, content);
const edited = (name: string, ...changes: readonly Change[]): string => editConfig(sandbox, name, ...changes);

const files: readonly Wrong[] = [
  {
    title: "that is not there",
    args: () => list(),
    says: [".reflow/config.yaml: there is no such file"],
    hint: "--sandbox",
  },
  {
    title: "that the environment names and that is not there",
    args: () => list("--sandbox"),
    env: () => ({ REFLOW_EC2_CONFIG: "/nowhere/reflow.yaml" }),
    says: ["/nowhere/reflow.yaml: there is no such file"],
    hint: "--config",
  },
  { title: "that is a folder", args: () => listWith(folder()), says: ["/folder", "directory"], hint: "--config" },
  {
    title: "that cannot be read",
    args: () => listWith(unreadable()),
    says: ["read"],
    hint: process.getuid?.() === 0 ? "--config" : "chmod",
  },
  {
    title: "that is empty",
    args: () => listWith(inHome("empty.yaml", "")),
    says: ["empty.yaml:1: ", "ec2cluster", "nothing"],
    hint: "config.example.yaml",
  },
  {
    title: "that is prose",
    args: () => listWith(inHome("prose.yaml", "Dear Reflow,\n")),
    says: ["prose.yaml:1: ", "ec2cluster", '"Dear Reflow,"'],
    hint: "config.example.yaml",
  },
  {
    title: "that is not YAML",
    args: () => listWith(inHome("broken.yaml", "ec2cluster: [c6a.large\nuser: me\n")),
    says: ["broken.yaml:2: ", "YAML"],
    hint: "config.example.yaml",
  },
  {
    title: "that is a program",
    args: () => listWith(inHome("program.yaml", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00))),
    says: ["program.yaml: ", "UTF-8"],
    hint: "UTF-8",
  },
  {
    title: "that is too large",
    args: () => listWith(inHome("large.yaml", "#".repeat(2 ** 20 + 1))),
    says: ["large.yaml: ", "1048577"],
    hint: "--config",
  },
];

const values: readonly Wrong[] = [
  {
    title: "a cluster's provider that is none",
    args: () => listWith(edited("provider.yaml", ["cluster: ec2cluster", "cluster: kubernetes"])),
    says: ["provider.yaml:2: cluster: ", "ec2cluster", '"kubernetes"'],
    hint: "config.example.yaml",
  },
  {
    title: "a certificates' provider that is none",
    args: () => listWith(edited("vault.yaml", [/^tls: .*/m, "tls: vault,addr=x"])),
    says: [": tls: ", '"vault'],
    hint: "config.example.yaml",
  },
  {
    title: "no version of Reflow",
    args: () => listWith(edited("version.yaml", [/^reflow: .*\n/m, ""])),
    says: ["version.yaml", "version"],
    hint: "reflowversion,version=",
  },
  {
    title: "no authority",
    args: () => listWith(edited("authority.yaml", [/^tls: .*\n/m, ""])),
    says: ["authority.yaml", "authority"],
    hint: "tls,file=",
  },
  {
    title: "an authority that is not there",
    args: () => listWith(edited("lost.yaml", [/reflow\.pem/, "lost.pem"])),
    says: ["lost.pem: there is no such file"],
    hint: "setup",
  },
  {
    title: "an authority that is none",
    args: () => listWith(edited("fake.yaml", [/^tls: .*/m, `tls: tls,file=${inHome("fake.pem", "no key\n")}`])),
    says: ["fake.pem: ", "CERTIFICATE", "RSA PRIVATE KEY"],
    hint: "setup",
  },
  {
    title: "a region that AWS has not",
    args: () => list("--config", sandbox.status.config, "--region", "us-wset-2"),
    says: ['"us-wset-2"'],
    hint: "us-west-2",
  },
  {
    title: "a region in the environment that can be none",
    args: () => listWith(sandbox.status.config),
    env: () => ({ AWS_REGION: "Oregon" }),
    says: ["AWS_REGION: ", "us-west-2", '"Oregon"'],
    hint: "Mend",
  },
  {
    title: "a name that no cluster may have",
    args: () => list("--config", sandbox.status.config, "--cluster", "big/probe"),
    says: ["--cluster: ", '"big/probe"'],
    hint: "Mend",
  },
];

const NO_OBJECT = "https://reflow-ec2-sandbox.s3.amazonaws.com/no-bootstrap";
const NO_PROFILE: Change = [/ *instanceprofile: .*\n/, ""];
const NO_IMAGE: Change = [/ *image: .*\n/, ""];
const allocateWith = (config: string): readonly string[] => ["allocate", "--sandbox", "--config", config];

const launches: readonly Wrong[] = [
  {
    title: "no instance profile, which 2023 needs",
    args: () => allocateWith(edited("no-profile.yaml", NO_PROFILE)),
    says: ["no-profile.yaml: ec2cluster.instanceprofile: "],
    hint: "config.example.yaml",
  },
  {
    title: "no image of the reflowlet",
    args: () => allocateWith(edited("no-image.yaml", NO_IMAGE)),
    says: ["no-image.yaml: reflow-ec2.image: ", "s3://", "binary: "],
    hint: "config.example.yaml",
  },
  {
    title: "neither profile nor image",
    args: () => allocateWith(edited("neither.yaml", NO_PROFILE, NO_IMAGE)),
    says: ["reflow-ec2.image: ", "ec2cluster.instanceprofile: "],
    hint: "config.example.yaml",
  },
  {
    title: "no version of Reflow",
    args: () => allocateWith(edited("no-version.yaml", [/^reflow: .*\n/m, ""])),
    says: ["no-version.yaml", "version"],
    hint: "reflowversion,version=",
  },
  {
    title: "a bootstrap that is not there",
    args: () =>
      allocateWith(
        edited("no-bootstrap.yaml", [/^session: /m, `bootstrap: bootstrapimage,uri=${NO_OBJECT}\nsession: `]),
      ),
    says: [NO_OBJECT, "status 404"],
    hint: "bootstrapimage,uri=",
  },
  {
    title: "an image that is gone",
    args: () => allocateWith(edited("no-ami.yaml", [/^ {2}ami: .*/m, "  ami: ami-0123456789abcdef0"])),
    says: ["ami-0123456789abcdef0", "not in us-west-2"],
    hint: "ec2cluster: ami",
  },
  {
    title: "no subnet in its zone",
    args: () =>
      allocateWith(
        edited(
          "no-subnet.yaml",
          ["generation: 2023", "generation: 2020"],
          [/^( *)ami: .*/m, "$&\n$1availabilityzone: us-west-2z"],
        ),
      ),
    says: ["no subnet of the cluster is in us-west-2z", "in us-west-2a"],
    hint: "ec2cluster: subnets",
  },
];

function folder(): string {
  const path = join(sandbox.user.home, "folder");
  mkdirSync(path);
  return path;
}

/** A file that this user cannot read. Root can read whatever has a mode, but nothing at the start of its own memory. */
function unreadable(): string {
  if (process.getuid?.() === 0) return "/proc/self/mem";
  const path = inHome("secret.yaml", "user: user,user=me\n");
  chmodSync(path, 0);
  return path;
}

let sandbox: E2eSandbox;
let failureOf: (row: Wrong) => Promise<Failure>;

beforeAll(async () => {
  sandbox = await startE2eSandbox();
  failureOf = runWrong(sandbox.user, [...files, ...values, ...launches]);
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

describe("a configuration", () => {
  it.each(files)(
    "$title is named, with what to do about it",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it.each(values)(
    "that names $title is refused, with the place and the value",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it(
    "with many mistakes is told all of them at once, each with its line and a near match",
    async () => {
      const config = edited(
        "many.yaml",
        ["name: default", "name: [default]\n  spott: true\n  disktype: gp33\n  maxpendinginstances: many"],
        [/ *disktype: gp3\n/, ""],
        ["session: awssession", "session: awssesion"],
        ["generation: 2023", "generation: 1999\n  maxinstance: -3"],
      );
      expect(await sandbox.user.run(listWith(config))).toEqual({
        code: 2,
        stdout: "",
        stderr: [
          `error: 7 mistakes in the configuration ${config}`,
          `  ${config}:4: ec2cluster.name: expected a name of at most 240 characters, found a list`,
          `  ${config}:5: ec2cluster.spott: no such key under \`ec2cluster:\`; did you mean "spot"?`,
          `  ${config}:6: ec2cluster.disktype: expected one of gp2, gp3, io1, io2, st1, sc1, standard, found "gp33"; did you mean "gp3"?`,
          `  ${config}:7: ec2cluster.maxpendinginstances: expected a whole number of instances from 0 to 100000, found "many"`,
          `  ${config}:22: session: expected awssession or ec2metadata, found "awssesion"; did you mean "awssession"?`,
          `  ${config}:26: reflow-ec2.generation: expected 2020 or 2023, found 1999`,
          `  ${config}:27: reflow-ec2.maxinstance: no such key under \`reflow-ec2:\`; did you mean "maxinstances"?`,
          "hint: Mend what is named; config.example.yaml shows every key.",
          "",
        ].join("\n"),
      });
    },
    SLOW_MS,
  );
});

describe("allocate", () => {
  it.each(launches)(
    "with a configuration that has $title is refused",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it(
    "launches nothing with such a configuration",
    async () => {
      await Promise.all(launches.map(failureOf));
      expect(await sandbox.launched()).toEqual([]);
    },
    SLOW_MS,
  );
});

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAuthority } from "../../src/tls/create-authority.js";
import type { Ended } from "./support/cli.js";
import { editConfig, type Change } from "./support/edit-config.js";
import { Lanes } from "./support/lanes.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** Commands wait for machines that boot, and for each other. */
const SLOW_MS = 120_000;

/** Credentials that nothing else looks like. */
const SEALED = { id: "AKIAMARKEDSEALED", secret: "marked/sealed+secret", token: "marked//sealed++token==" };
const EXPORTED = { id: "AKIAMARKEDEXPORTED", secret: "marked/exported+secret", token: "marked//exported++token==" };
const EXPORTED_ENV = {
  AWS_ACCESS_KEY_ID: EXPORTED.id,
  AWS_SECRET_ACCESS_KEY: EXPORTED.secret,
  AWS_SESSION_TOKEN: EXPORTED.token,
};

/** Half of the smallest type that has two vCPUs. */
const SMALL = ["--cpu", "1", "--mem", "1GiB"];

/** A command, and how it ends: it is to come as far as where it could tell a secret. */
interface Row {
  readonly title: string;
  readonly args: () => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  /** Part of what it writes. */
  readonly says: string;
}

let sandbox: E2eSandbox;
let authorityPem: string;
let otherPem: string;
/** A configuration into which Reflow's set-up sealed all that it can. */
let config: string;
/** What the instances were given, as long as they were there. */
let given: readonly Given[];
let endOf: (row: Row) => Promise<Ended>;

beforeAll(async () => {
  sandbox = await startE2eSandbox();
  authorityPem = readFileSync(join(sandbox.status.stateDirectory, "reflow.pem"), "utf8");
  otherPem = await createAuthority({ nowMs: Date.now() });
  config = configWith("sealed.yaml", authorityPem);
  const run = (row: Row): Promise<Ended> => sandbox.user.run(row.args(), row.env);
  const ended = new Map<Row, Ended>();
  for (const rows of [launches, others, ends]) {
    const result = new Lanes().startAll(rows, run);
    for (const row of rows) ended.set(row, await result(row));
    if (rows === launches) given = givenToInstances();
  }
  endOf = async (row) => ended.get(row) ?? Promise.reject(new Error(`${row.title} was not run`));
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

function configWith(name: string, pem: string, ...changes: readonly Change[]): string {
  return editConfig(
    sandbox,
    name,
    [/^tls: .*\n/m, "tls: tls\n"],
    [/^instances:\n/m, `instances:\n  tls: |\n${pem.replace(/^(?=.)/gm, "    ")}`],
    [/accesskeyid: .*/, `accesskeyid: ${SEALED.id}`],
    [/secretaccesskey: .*/, `secretaccesskey: ${SEALED.secret}`],
    [/sessiontoken: .*/, `sessiontoken: ${SEALED.token}`],
    ...changes,
  );
}

/** Flags of a cluster at the sandbox's endpoint, where the sandbox's own keys are not used. */
const at = (cluster: string, path = config): readonly string[] => [
  ...["--endpoint-url", sandbox.status.endpoint, "--region", "us-west-2"],
  ...["--cluster", cluster, "--config", path, "-vv"],
];

const launches: readonly Row[] = [
  {
    title: "an allocate with what is sealed into the configuration",
    args: () => [...at("sealed"), "allocate", ...SMALL, "--type", "c6a.large", "-o", "json"],
    code: 0,
    says: '"reused": false',
  },
  {
    title: "an allocate with what the environment has",
    args: () => [...at("exported"), "allocate", "--label", "a=b"],
    env: EXPORTED_ENV,
    code: 0,
    says: "the AWS credentials are temporary",
  },
];

const others: readonly Row[] = [
  {
    title: "a reuse",
    args: () => [...at("sealed"), "allocate", ...SMALL, "-o", "yaml"],
    code: 0,
    says: "reused: true",
  },
  { title: "a plan", args: () => [...at("plan"), "allocate", "--dry-run"], code: 0, says: "" },
  { title: "a plan in JSON", args: () => [...at("plan"), "allocate", "--dry-run", "-o", "json"], code: 0, says: "{" },
  { title: "a render", args: () => [...at("sealed"), "render"], code: 0, says: "/etc/reflowconfig" },
  {
    title: "a check of what the environment's credentials would make",
    args: () => [...at("exported"), "render", "--check"],
    env: EXPORTED_ENV,
    code: 0,
    says: "nothing wrong",
  },
  { title: "a list", args: () => [...at("sealed"), "list", "-o", "wide"], code: 0, says: "i-" },
  { title: "a list in JSON", args: () => [...at("exported"), "list", "-o", "json"], code: 0, says: '"i-' },
  {
    title: "a list by another authority",
    args: () => [...at("sealed", configWith("other.yaml", otherPem)), "list", "-o", "json"],
    code: 8,
    says: "another authority",
  },
  { title: "a need that no type holds", args: () => [...at("n"), "allocate", "--cpu", "9999"], code: 3, says: "9999" },
  {
    title: "a launch whose installation fails",
    args: () => [
      ...at("install", configWith("install.yaml", authorityPem, [/image: .*/, "image: s3://no/no"])),
      "allocate",
    ],
    code: 7,
    says: "console",
  },
  {
    title: "a launch that EC2 refuses",
    args: () => [...at("refused", configWith("group.yaml", authorityPem, [/: sg-.*/, ": sg-0000"])), "allocate"],
    code: 2,
    says: "sg-0000",
  },
  { title: "a launch in no time", args: () => [...at("late"), "allocate", "--timeout", "1s"], code: 124, says: "1" },
  {
    title: "a plan for what cannot be launched",
    args: () => [...at("disks", configWith("disks.yaml", authorityPem, [/disktype: .*/, "disktype: io1"])), "allocate"],
    code: 2,
    says: "iops",
  },
  {
    title: "an endpoint that is down",
    args: () => ["list", "--endpoint-url", "http://127.0.0.1:1", "--region", "us-west-2", "-c", config, "-vv"],
    env: EXPORTED_ENV,
    code: 2,
    says: "127.0.0.1:1",
  },
  { title: "an unknown profile", args: () => [...at("p"), "list", "--profile", "none"], code: 6, says: "none" },
  {
    title: "an alloc of nobody",
    args: () => [...at("s"), "free", "127.0.0.1:9000/0123456789abcdef"],
    code: 2,
    says: "names no member",
  },
  { title: "an unknown instance", args: () => [...at("s"), "terminate", "i-0", "--yes"], code: 2, says: "i-0" },
  { title: "the sandbox's state", args: () => ["sandbox", "status", "-o", "json", "-vv"], code: 0, says: "pid" },
  {
    title: "a sealed authority that slipped out of its block",
    args: () => [...at("y", configWith("slipped.yaml", authorityPem, [/^instances:/m, "instances: {}}"])), "list"],
    code: 2,
    says: "YAML",
  },
  {
    title: "a sealed authority without its margin",
    args: () => [...at("y", configWith("margin.yaml", authorityPem, [/^ {4}(?=[-\w])/gm, ""])), "list"],
    code: 2,
    says: "YAML",
  },
  {
    title: "a sealed authority at the place of its provider",
    args: () => [
      ...at("y", configWith("place.yaml", authorityPem, [/^tls: .*/m, `tls: ${JSON.stringify(authorityPem)}`])),
      "list",
    ],
    code: 2,
    says: "BEGIN CERTIFICATE",
  },
  {
    title: "a sealed authority that is damaged",
    args: () => [...at("y", configWith("damaged.yaml", authorityPem.replace(/(KEY-----\n)(.{20})/, "$1"))), "list"],
    code: 2,
    says: "private key",
  },
  {
    title: "a sealed authority with the key of another",
    args: () => [
      ...at(
        "y",
        configWith(
          "mixed.yaml",
          authorityPem.replace(/-----BEGIN RSA[^]*/, "") + otherPem.replace(/^[^]*(?=-----BEGIN RSA)/, ""),
        ),
      ),
      "list",
    ],
    code: 2,
    says: "private key",
  },
  {
    title: "half of the sealed credentials",
    args: () => [...at("y", configWith("half.yaml", authorityPem, [/ *accesskeyid: .*\n/, ""])), "list"],
    code: 2,
    says: "accesskeyid",
  },
  {
    title: "credentials at a wrong place",
    args: () => [
      ...at(
        "y",
        configWith("misplaced.yaml", authorityPem, [/^(?=session)/m, `awssession:\n  secret: ${SEALED.secret}\n`]),
      ),
      "list",
    ],
    code: 0,
    says: "awssession",
  },
  {
    title: "credentials of a wrong kind",
    args: () => [
      ...at("y", configWith("kind.yaml", authorityPem, [/secretaccesskey: (.*)/, "secretaccesskey: [$1]"])),
      "list",
    ],
    code: 2,
    says: "secretaccesskey",
  },
];

const ends: readonly Row[] = ["sealed", "exported"].map((name) => ({
  title: `an end of all of ${name}`,
  args: () => [...at(name), "terminate", "--all", "--yes", "--force"],
  code: 0,
  says: "terminated",
}));

/** The files of an instance that hold secrets. */
interface Given {
  readonly config: string;
  readonly ecrLogin: string;
}

function givenToInstances(): readonly Given[] {
  const machines = join(sandbox.status.stateDirectory, "machines");
  const read = (id: string, path: string): string => readFileSync(join(machines, id, path), "utf8");
  return readdirSync(machines).map((id) => ({
    config: read(id, "etc/reflowconfig"),
    ecrLogin: read(id, "etc/ecrlogin"),
  }));
}

/** The lines of an authority's private key, without the letters that all keys begin with. */
function keyLines(pem: string): readonly string[] {
  const [, body = ""] = /-----BEGIN RSA PRIVATE KEY-----\n([^-]*)/.exec(pem) ?? [];
  return body.split("\n").flatMap((line) => (line.length >= 40 ? [line.slice(20)] : []));
}

/** The password of a registry, alone and as ECR gives it. */
function ecrTokens(): readonly string[] {
  const passwords = given.map(({ ecrLogin }) => / -p (\S+) /.exec(ecrLogin)?.[1] ?? "no password");
  return passwords.flatMap((password) => [password, Buffer.from(`AWS:${password}`).toString("base64")]);
}

/** The secrets that a text tells, and whatever looks like one. */
function secretsIn(text: string): readonly string[] {
  const known = [SEALED, EXPORTED].flatMap((credentials) => Object.values(credentials));
  const keys = [authorityPem, otherPem].flatMap(keyLines);
  const found = [...known, ...keys, ...ecrTokens()].filter((secret) => text.includes(secret));
  const alike = [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, /[A-Za-z0-9+/]{60}/].flatMap(
    (pattern) => pattern.exec(text) ?? [],
  );
  return [...found, ...alike];
}

describe("a secret", () => {
  it("reaches the instances that need it", () => {
    const credentials = given.map(({ config: text }) => [SEALED, EXPORTED].filter(({ token }) => text.includes(token)));
    expect(credentials).toHaveLength(2);
    expect(credentials).toEqual(expect.arrayContaining([[SEALED], [EXPORTED]]));
    const lines = keyLines(authorityPem);
    expect(lines.length).toBeGreaterThan(20);
    expect(given.map(({ config: text }) => lines.filter((line) => !text.includes(line)))).toEqual([[], []]);
    expect(new Set(ecrTokens()).size).toBe(4);
  });

  it.each([...launches, ...others, ...ends])("is not told by $title", async (row) => {
    const { code, stdout, stderr } = await endOf(row);
    const text = stdout + stderr;
    expect({ code, says: text.includes(row.says) ? row.says : text, secrets: secretsIn(text) }).toEqual({
      code: row.code,
      says: row.says,
      secrets: [],
    });
  });

  it("is in no argument of the sandbox's process, and not in its log", () => {
    const { pid, stateDirectory } = sandbox.status;
    const command = process.platform === "linux" ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
    const log = readFileSync(join(stateDirectory, "sandbox.log"), "utf8");
    expect([secretsIn(command), secretsIn(log)]).toEqual([[], []]);
    expect(log).toContain("serving");
  });

  it("is kept in files and folders of their owner alone", () => {
    const { stateDirectory } = sandbox.status;
    const modes = readdirSync(stateDirectory, { withFileTypes: true }).map(({ name }) => [
      name,
      statSync(join(stateDirectory, name)).mode & 0o777,
    ]);
    expect([["", statSync(stateDirectory).mode & 0o777], ...modes].sort()).toEqual([
      ["", 0o700],
      ["config.yaml", 0o600],
      ["machines", 0o700],
      ["objects", 0o700],
      ["reflow.pem", 0o600],
      ["sandbox.json", 0o600],
      ["sandbox.log", 0o600],
    ]);
  });
});

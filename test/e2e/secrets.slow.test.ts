import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openCluster, systemClock, type ClusterEvent } from "../../src/index.js";
import type { RunStatusJson } from "../../src/terminal/json/run-status.js";
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

/** A password and a signature, in the address of a bootstrap. */
const URL_SECRETS = ["markedpassword", "markedsignature"];
const GUARDED = `https://ann:${URL_SECRETS[0]}@example.com/bootstrap?X-Amz-Signature=${URL_SECRETS[1]}`;

/** A unit that powers the machine off in place of the data volume's. */
const FAILING_BOOT: Change = [
  /^ec2cluster:\n/m,
  'ec2cluster:\n  cloudconfig: {coreos: {units: [{name: format-data.service, content: "[Service]\\nType=oneshot\\nExecStart=/bin/false\\n"}]}}\n',
];

/** Of the smallest type that has two vCPUs a quarter: several fit one instance. */
const SMALL = ["--cpu", "0.5", "--mem", "512MiB"];

/** A command, and how it ends: it is to come as far as where it could tell a secret. */
interface Row {
  readonly title: string;
  readonly args: () => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  /** Part of what it writes. */
  readonly says: string;
  /** It goes on until it is interrupted, which is done once it has said this. */
  readonly until?: string;
}

let sandbox: E2eSandbox;
let authorityPem: string;
let otherPem: string;
/** A configuration into which Reflow's set-up sealed all that it can. */
let config: string;
/** What the instances were given, as long as they were there. */
let given: readonly Given[];
/** What the library told while it launched, as JSON. */
let events: string;
/** What the sandbox showed of itself, while it ran. */
let shown: { readonly command: string; readonly log: string; readonly modes: readonly (readonly [string, number])[] };
/** Everything that machines wrote to their consoles, and what commands wrote to status files. */
let consoles: readonly string[];
let statusFiles: readonly string[];
let ended: Map<Row, Ended>;

beforeAll(async () => {
  sandbox = await startE2eSandbox();
  authorityPem = readFileSync(join(sandbox.status.stateDirectory, "reflow.pem"), "utf8");
  otherPem = await createAuthority({ nowMs: Date.now() });
  config = configWith("sealed.yaml", authorityPem);
  ended = new Map();
  for (const rows of [launches, others, ends, stops]) {
    const result = new Lanes().startAll(rows, run);
    if (rows === others) events = await eventsOfLaunch();
    for (const row of rows) ended.set(row, await result(row));
    if (rows === launches) given = givenToInstances();
    if (rows === others) consoles = await consolesOfAll();
    if (rows === ends) shown = shownBySandbox();
  }
  statusFiles = ["run.json", "hold.json", "failed.json"].map((name) => readFileSync(inHome(name), "utf8"));
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

async function run(row: Row): Promise<Ended> {
  const running = sandbox.user.start(row.args(), row.env);
  if (row.until !== undefined) {
    await running.sees(row.until);
    running.child.kill("SIGINT");
  }
  return running.ended;
}

/** The configuration at `path` with a bootstrap that wants a password. */
function guarded(path: string): string {
  const text = readFileSync(path, "utf8").replace(/^bootstrap: .*\n/m, "");
  writeFileSync(path, `${text}bootstrap: bootstrapimage,uri=${GUARDED}\n`);
  return path;
}

const inHome = (name: string): string => join(sandbox.user.home, name);

/** The alloc that a launch of above printed. */
const allocOf = (row: Row | undefined): string =>
  /\d+\.\d+\.\d+\.\d+:\d+\/[0-9a-f]{16}/.exec((row && ended.get(row)?.stdout) ?? "")?.[0] ?? "no alloc";

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
    args: () => [...at("exported"), "allocate", "--label", "a=b", "-o", "name"],
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
  {
    title: "a plan with every rejected offering",
    args: () => [...at("plan"), "allocate", "--count", "3", "--explain"],
    code: 0,
    says: "not among the allowed types",
  },
  {
    title: "two allocs at once",
    args: () => [...at("sealed"), "allocate", "--cpu", "0.1", "--mem", "1MiB", "--count", "2", "-o", "json"],
    code: 0,
    says: '"reused": true',
  },
  {
    title: "a command in an alloc",
    args: () => [
      ...[...at("sealed"), "allocate", "--cpu", "0.1", "--mem", "1MiB", "--status-file", inHome("run.json")],
      ...["--", "sh", "-c", 'echo "ran in $REFLOW_ALLOC_URI"; exit 7'],
    ],
    code: 7,
    says: "ran in ",
  },
  {
    title: "a command that finds no room",
    args: () => [...at("n"), "allocate", "--cpu", "9999", "--status-file", inHome("failed.json"), "--", "true"],
    code: 125,
    says: "9999",
  },
  {
    title: "a lease that is held until Ctrl-C",
    args: () => [
      ...[...at("sealed"), "allocate", "--cpu", "0.1", "--mem", "1MiB", "--hold"],
      ...["--status-file", inHome("hold.json")],
    ],
    until: "renewed the lease",
    code: 130,
    says: "i-",
  },
  {
    title: "a renewal",
    args: () => [...at("sealed"), "keepalive", allocOf(launches[0])],
    code: 0,
    says: "runs for 2m",
  },
  {
    title: "an alloc that is given back",
    args: () => [...at("exported"), "free", allocOf(launches[1])],
    code: 0,
    says: "freed",
  },
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
    title: "a launch whose boot fails",
    args: () => [...at("boot", guarded(configWith("boot.yaml", authorityPem, FAILING_BOOT))), "allocate"],
    code: 7,
    says: "Powering off",
  },
  {
    title: "a render of a bootstrap that wants a password",
    args: () => [...at("r", guarded(configWith("guarded.yaml", authorityPem))), "render"],
    code: 0,
    says: "MASKED@example.com",
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
  { title: "a start of what runs", args: () => ["sandbox", "start", "-o", "json", "-vv"], code: 0, says: "pid" },
  {
    title: "the sandbox's scenario",
    args: () => ["sandbox", "scenario", "show", "-o", "json", "-vv"],
    code: 0,
    says: "seed",
  },
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

const stops: readonly Row[] = [
  { title: "the sandbox's end", args: () => ["sandbox", "stop", "-vv"], code: 0, says: "stopped" },
];

/** What a program that uses the library hears while it launches. */
async function eventsOfLaunch(): Promise<string> {
  const told: ClusterEvent[] = [];
  const { cluster } = await openCluster(
    { env: {}, home: sandbox.user.home, login: "ann", clock: systemClock, randomBytes },
    { config, cluster: "library", region: "us-west-2", endpointUrl: sandbox.status.endpoint },
    (event) => told.push(event),
  );
  try {
    await cluster.allocate({ requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 } });
  } finally {
    cluster.close();
  }
  return JSON.stringify(told);
}

/** The console of each machine that there was, as EC2 has it. */
async function consolesOfAll(): Promise<readonly string[]> {
  const instances = await sandbox.launched();
  const answers = await Promise.all(
    instances.map(({ InstanceId }) => sandbox.ec2.send(new GetConsoleOutputCommand({ InstanceId }))),
  );
  return answers.map(({ Output = "" }) => Buffer.from(Output, "base64").toString("utf8"));
}

function shownBySandbox(): typeof shown {
  const { pid, stateDirectory } = sandbox.status;
  const modes = readdirSync(stateDirectory, { withFileTypes: true }).map(
    ({ name }) => [name, statSync(join(stateDirectory, name)).mode & 0o777] as const,
  );
  return {
    command: process.platform === "linux" ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "",
    log: readFileSync(join(stateDirectory, "sandbox.log"), "utf8"),
    modes: [["", statSync(stateDirectory).mode & 0o777], ...modes],
  };
}

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
  const found = [...known, ...URL_SECRETS, ...keys, ...ecrTokens()].filter((secret) => text.includes(secret));
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

  it.each([...launches, ...others, ...ends, ...stops])("is not told by $title", (row) => {
    const { code, stdout, stderr } = ended.get(row) ?? { code: null, stdout: "", stderr: "was not run" };
    const text = stdout + stderr;
    expect({ code, says: text.includes(row.says) ? row.says : text, secrets: secretsIn(text) }).toEqual({
      code: row.code,
      says: row.says,
      secrets: [],
    });
  });

  it("is in no event of a launch that a program hears of", () => {
    expect(secretsIn(events)).toEqual([]);
    expect(events).toContain('"kind":"image-found"');
  });

  it("is on no machine's console, whether its boot failed or not", () => {
    const failed = consoles.filter((text) => text.includes("Powering off"));
    expect([consoles.flatMap(secretsIn), failed.length, consoles.length > 4]).toEqual([[], 1, true]);
  });

  it("is in no status file", () => {
    expect(statusFiles.map(secretsIn)).toEqual([[], [], []]);
    expect(statusFiles.map((text) => (JSON.parse(text) as RunStatusJson).exitCode)).toEqual([7, 130, 125]);
  });

  it("is in no argument of the sandbox's process, and not in its log", () => {
    expect([secretsIn(shown.command), secretsIn(shown.log)]).toEqual([[], []]);
    expect(shown.log).toContain("serving");
  });

  it("is kept in files and folders of their owner alone", () => {
    expect([...shown.modes].sort()).toEqual([
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

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Driver } from "./support/driver.js";
import { slipsIn, type Failure } from "./support/failure.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";
import { failureExpected, runWrong, type Wrong } from "./support/wrong.js";

/** Commands wait for each other and for the sandbox. */
const SLOW_MS = 60_000;

const allocate = (...flags: readonly string[]): readonly string[] => ["allocate", "--sandbox", ...flags];

const sizes: readonly Wrong[] = (
  [
    ["--cpu", "-1", "is negative"],
    ["--cpu", "0", "is zero"],
    ["--cpu", "NaN", "is not a number"],
    ["--cpu", "Infinity", "is not a number"],
    ["--cpu", "1e400", "is not a number"],
    ["--cpu", "9007199254740993", "is larger than"],
    ["--cpu", "four", "is not a number"],
    ["--cpu", "", "is not a number"],
    ["--mem", "-1GiB", "is negative"],
    ["--mem", "0GiB", "is zero"],
    ["--mem", "NaN", "is not a size"],
    ["--mem", "9999EiB", "is larger than"],
    ["--mem", "32", "has no unit"],
    ["--mem", "32G", "is ambiguous"],
    ["--mem", "4GiBB", "has an unknown unit"],
    ["--disk", "-1GiB", "is negative"],
    ["--disk", "0B", "is zero"],
    ["--disk", "NaN", "is not a size"],
    ["--disk", "0.0001B", "is less than a byte"],
    ["--disk", "1e99TiB", "is not a size"],
    ["--disk", "much", "is not a size"],
  ] as const
).map(([flag, value, what]) => ({
  title: `${flag} "${value}"`,
  args: () => allocate(flag, value),
  says: [`${flag} "${value}" ${what}`],
  hint: `${flag} `,
}));

const labels: readonly Wrong[] = (
  [
    ["project", "'project' has no '='"],
    ["=genomes", "'=genomes' has no key"],
    ["aws:project=genomes", "'aws:project'"],
    [`${"k".repeat(129)}=v`, "129"],
    [`k=${"v".repeat(257)}`, "257"],
  ] as const
).map(([label, what]) => ({
  title: `--label ${label.slice(0, 20)}`,
  args: () => allocate("--label", label),
  says: ["--label", what],
  hint: "--label project=genomes",
}));

const types: readonly Wrong[] = [
  { title: "c99.large", args: () => allocate("--type", "c99.large"), says: ["c99.large"], hint: "c6a.large" },
  { title: "C5 large", args: () => allocate("--type", "C5 large"), says: ["'C5 large'"], hint: "--type c6a.2xlarge" },
];

const needs: readonly Wrong[] = (
  [
    [["--cpu", "100000"], "cpu 192 of 100000"],
    [["--mem", "5PiB"], "of 5.0PiB"],
    [["--disk", "100TiB"], "of 100.0TiB"],
    [["--type", "c6a.large", "--cpu", "64"], "cpu 2 of 64"],
  ] as const
).map(([flags, what]) => ({
  title: flags.join(" "),
  args: () => allocate(...flags),
  code: 3,
  says: ["ever hold", what],
  hint: "ask for less",
}));

const instances: readonly Wrong[] = [
  {
    title: "that the account does not have",
    args: () => ["terminate", "--sandbox", "i-0123456789abcdef0", "--yes"],
    says: ["i-0123456789abcdef0"],
    hint: "list",
  },
  {
    title: "whose id can be none",
    args: () => ["terminate", "--sandbox", "web-server", "--yes"],
    says: ["'web-server'"],
    hint: "i-0123456789abcdef0",
  },
  {
    title: "of another cluster",
    args: () => ["terminate", "--sandbox", member, "--yes"],
    says: ["default", "kept"],
    hint: "--force",
  },
  { title: "that nobody names", args: () => ["terminate", "--sandbox", "--yes"], says: ["no instance"], hint: "--all" },
  {
    title: "when there is no terminal to ask on",
    args: () => ["terminate", "--sandbox", "--cluster", "kept", "--all"],
    says: ["confirmation"],
    hint: "--yes",
  },
];

const commandLines: readonly Wrong[] = [
  { title: "a command that is none", args: () => ["allocat"], says: ["'allocat'"], hint: "Did you mean allocate?" },
  { title: "a flag that is none", args: () => ["list", "--outptu"], says: ["'--outptu'"], hint: "mean --output?" },
  { title: "a word too many", args: () => ["list", "all"], says: ["arguments for 'list'"], hint: "list --help" },
  { title: "a format that is none", args: () => ["list", "-o", "jsn"], says: ["'jsn'", "json"], hint: "--help" },
  { title: "a flag without its value", args: () => ["allocate", "--cpu"], says: ["--cpu"], hint: "allocate --help" },
  { title: "a time that is none", args: () => ["list", "--timeout", "soon"], says: ["'soon'"], hint: "--timeout 90s" },
  {
    title: "flags that exclude each other",
    args: () => ["list", "--sandbox", "--profile", "work"],
    says: ["--sandbox", "--profile"],
    hint: "Leave one",
  },
];

let sandbox: E2eSandbox;
let failureOf: (row: Wrong) => Promise<Failure>;
/** The only instance there is, of the cluster `kept`; it never boots anything. */
let member: string;

beforeAll(async () => {
  sandbox = await startE2eSandbox();
  const driver = await Driver.of(sandbox);
  member = await driver.launch(driver.tags("kept"));
  const rows = [...sizes, ...labels, ...types, ...needs, ...instances, ...commandLines];
  failureOf = runWrong(sandbox.user, rows);
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

describe("allocate refuses", () => {
  it.each(sizes)(
    "a size like $title, and says what a size looks like",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it.each(labels)(
    "a label like $title, and shows a good one",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it.each(types)(
    "an instance type that EC2 has not: $title",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it.each(needs)(
    "what no type can ever hold, $title, and says what comes nearest",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );
});

describe("terminate refuses an instance", () => {
  it.each(instances)(
    "$title",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );
});

describe("a command line is refused for", () => {
  it.each(commandLines)(
    "$title, with what was meant",
    async (row) => {
      expect(await failureOf(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );
});

describe("after all that was refused", () => {
  it(
    "the account is as it was",
    async () => {
      await Promise.all([...sizes, ...labels, ...types, ...needs, ...instances].map(failureOf));
      expect((await sandbox.launched()).map(({ InstanceId, State }) => [InstanceId, State?.Name])).toEqual([
        [member, "running"],
      ]);
    },
    SLOW_MS,
  );
});

describe("a reader that goes away", () => {
  it.each([
    { title: "a list", args: ["list", "--sandbox", "--cluster", "kept"] },
    { title: "a list in JSON", args: ["list", "--sandbox", "--cluster", "kept", "-o", "json"] },
    { title: "the help", args: ["--help"] },
  ])(
    "before it has read $title is no failure and nothing to talk about",
    async ({ args }) => {
      const { child, ended } = sandbox.user.start(args);
      child.stdout?.destroy();
      const { code, stderr } = await ended;
      const told = stderr.replace(/^sandbox: .*\n/, "");
      expect({ code, told, slips: slipsIn(stderr) }).toEqual({ code: 0, told: "", slips: [] });
    },
    SLOW_MS,
  );
});

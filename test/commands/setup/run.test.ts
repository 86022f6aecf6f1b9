import { describe, expect, it } from "@jest/globals";
import { DEFAULT_VPC, FakeAccount } from "../../support/fake-account.js";
import { AUTHORITY_PEM, FakeFiles } from "../../support/fake-files.js";
import { FAKE_SANDBOX, FakeWorld, runIn, runProgram, type Outcome } from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";
import { CONFIG_PATH, SetupWorld } from "../../support/setup-world.js";

const env = { NO_COLOR: "1", CI: "1" };
const OWN = ["--cidr", "203.0.113.7"];
const PROFILE_ARN = "arn:aws:iam::123456789012:instance-profile/reflowlet";
const NEEDED = ["--reflow-version", "v1", "--image", "s3://cache/reflowlet", "--bucket", "cache", "--create-profile"];

const setupWorld = (files: ConstructorParameters<typeof FakeFiles>[0] = {}): SetupWorld =>
  new SetupWorld(
    new FakeAccount({ buckets: { cache: "us-west-2", "reflow-ec2-sandbox": "us-west-2" } }),
    new FakeFiles(files),
  );

const setup = (flags: readonly string[], options: Parameters<typeof runProgram>[1] = {}): Promise<Outcome> =>
  runProgram(["setup", ...flags], { setup: setupWorld(), env, ...options });

describe("setup", () => {
  it("shows the plan, asks, does it, and says what to type next", async () => {
    const world = setupWorld();
    const outcome = await setup([...OWN, ...NEEDED], { setup: world, terminal: true, answers: ["y"] });
    expect(outcome.code).toBe(0);
    expectGolden("cli/setup-question.txt", outcome.stderr);
    expectGolden("cli/setup-result.txt", outcome.stdout);
    expect([world.account.groups.size, world.files.files.has(CONFIG_PATH)]).toEqual([1, true]);
  });

  it("does nothing at no", async () => {
    const world = setupWorld();
    const { code, stderr } = await setup(OWN, { setup: world, terminal: true, answers: ["n"] });
    expect([code, stderr.endsWith("Set this up? [y/N] n\nerror: nothing was done\n")]).toEqual([2, true]);
    expect([world.account.changes, world.files.files.size]).toEqual([[], 0]);
  });

  it("does nothing where nobody can be asked, without --yes", async () => {
    const world = setupWorld();
    const { code, stderr } = await setup(OWN, { setup: world });
    expect([code, stderr.endsWith("hint: Add --yes if it is meant.\n")]).toEqual([2, true]);
    expect([world.account.changes, world.files.files.size]).toEqual([[], 0]);
  });

  it("run again changes nothing, says so, and asks nothing", async () => {
    const world = setupWorld();
    await setup([...OWN, ...NEEDED, "--yes"], { setup: world });
    const before = [world.account.changes.length, [...world.files.files.keys()]];
    const { code, stdout, stderr } = await setup([...OWN, ...NEEDED], { setup: world });
    expect(code).toBe(0);
    expectGolden("cli/setup-again.txt", stderr + stdout);
    expect([world.account.changes.length, [...world.files.files.keys()]]).toEqual(before);
  });

  it("shows with --dry-run what it would do, as text and for programs, and does nothing", async () => {
    const world = setupWorld();
    const text = await setup([...OWN, "--dry-run"], { setup: world });
    expectGolden("cli/setup-dry-run.txt", text.stdout);
    const json = JSON.parse((await setup([...OWN, "--dry-run", "-o", "json"], { setup: world })).stdout) as object;
    expect(json).toMatchObject({ schemaVersion: 1, kind: "make", region: "us-west-2", changes: true, problems: [] });
    expect([text.code, world.account.changes, world.files.files.size]).toEqual([0, [], 0]);
  });

  it("tells programs what became of each step", async () => {
    const { code, stdout, stderr } = await setup(["--yes", "--quiet", "-o", "json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      kind: "make",
      account: "123456789012",
      region: "us-west-2",
      config: CONFIG_PATH,
      backup: null,
      securityGroup: "sg-00000001",
      changed: true,
      steps: [
        { kind: "authority", outcome: "made" },
        { kind: "security-group", outcome: "made", id: "sg-00000001" },
        { kind: "ingress-rule", outcome: "made", id: null },
        { kind: "ingress-rule", outcome: "made", id: null },
        { kind: "config", outcome: "made", id: CONFIG_PATH },
      ],
    });
  });

  it("with a problem shows the plan, and ends with 2 before anything is made", async () => {
    const world = new SetupWorld(new FakeAccount({ vpcs: [] }));
    const { code, stdout, stderr } = await setup(["--yes"], { setup: world });
    expect([code, stdout]).toEqual([2, ""]);
    expectGolden("cli/setup-problem.txt", stderr);
    expect(world.account.changes).toEqual([]);
    const dry = await setup(["--dry-run", "-o", "json"], { setup: world });
    expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([2, { problems: [{ key: "--vpc" }] }]);
  });

  it("tells a mistake of the configuration as every command does", async () => {
    const { code, stderr } = await setup(["--yes"], {
      setup: setupWorld({ [CONFIG_PATH]: "ec2cluster: {disktyp: gp3}\n" }),
    });
    expect([code, stderr.split("\n").slice(0, 2)]).toEqual([
      2,
      [
        `error: a mistake in the configuration ${CONFIG_PATH}`,
        `  ${CONFIG_PATH}:1: ec2cluster.disktyp: no such key under \`ec2cluster:\`; did you mean "disktype"?`,
      ],
    ]);
  });

  it("ends with 6 where the credentials may not look", async () => {
    const world = new SetupWorld(new FakeAccount({ denied: ["vpcs"] }));
    expect(await setup(["--yes"], { setup: world })).toEqual({
      code: 6,
      stdout: "",
      stderr: "error: not authorized to perform vpcs\n",
    });
  });

  it("keeps a copy of a configuration that it changes", async () => {
    const world = setupWorld({ [CONFIG_PATH]: "# mine\nec2cluster: {}\n" });
    const { stdout } = await setup(["--yes"], { setup: world });
    const backup = `${CONFIG_PATH}.bak-20260101T000000000Z`;
    expect(stdout).toContain(`the configuration as it was: ${backup}\n`);
    expect(world.files.text(backup)).toBe("# mine\nec2cluster: {}\n");
  });
});

describe("setup --undo", () => {
  it("shows what goes, asks, and takes it away", async () => {
    const world = setupWorld();
    await setup([...OWN, ...NEEDED, "--yes"], { setup: world });
    const { code, stdout, stderr } = await setup(["--undo"], { setup: world, terminal: true, answers: ["yes"] });
    expect(code).toBe(0);
    expectGolden("cli/setup-undo.txt", stderr + stdout);
    expect(world.account.groups.size).toBe(0);
  });

  it("has nothing to do where there is nothing of setup's", async () => {
    expect(await setup(["--undo"])).toEqual({
      code: 0,
      stdout: "nothing was taken away\n",
      stderr:
        "undoing setup in us-west-2, account 123456789012 as arn:aws:iam::123456789012:user/ada\nnothing to take away\n",
    });
  });

  it("ends with 9 where EC2 does not let the group go", async () => {
    const world = setupWorld();
    await setup(["--yes"], { setup: world });
    world.account.used.add("sg-00000001");
    const { code, stderr } = await setup(["--undo", "--yes", "-q"], { setup: world });
    expect([code, stderr.split("\n")[0]]).toEqual([
      9,
      "error: left, as the security group is in use: security group reflow (sg-00000001), " +
        `TLS authority /home/ada/.reflow/reflow.pem, configuration ${CONFIG_PATH}`,
    ]);
    expect(world.files.text("/home/ada/.reflow/reflow.pem")).toBe(AUTHORITY_PEM);
  });
});

describe("setup --sandbox", () => {
  async function inSandbox(flags: readonly string[], world: SetupWorld): Promise<FakeWorld> {
    const fake = new FakeWorld(["setup", "--sandbox", "--yes", ...flags], {
      setup: world,
      env,
      sandboxRuns: true,
      files: [CONFIG_PATH],
    });
    expect((await runIn(fake)).code).toBe(0);
    return fake;
  }

  it("never touches the user's own configuration, unless --config names it", async () => {
    const world = setupWorld({ [CONFIG_PATH]: "# of the real account\nec2cluster: {securitygroup: sg-0real}\n" });
    world.account.profiles.set("reflowlet", { name: "reflowlet", arn: PROFILE_ARN, roles: ["r"], tags: {} });
    await inSandbox([], world);
    expect(world.files.text(CONFIG_PATH)).toBe("# of the real account\nec2cluster: {securitygroup: sg-0real}\n");
    expect(world.files.text(FAKE_SANDBOX.config)).toContain("securitygroup: sg-00000001");
    await inSandbox(["-c", CONFIG_PATH], world);
    expect(world.files.text(CONFIG_PATH)).toContain("securitygroup: sg-00000001");
  });

  it("fills in what the sandbox has, so that allocate can follow at once", async () => {
    const world = setupWorld();
    world.account.profiles.set("reflowlet", { name: "reflowlet", arn: PROFILE_ARN, roles: ["r"], tags: {} });
    const fake = await inSandbox(["-c", "/c.yaml"], world);
    expect(world.files.text("/c.yaml")).toMatch(/reflowversion,version=sandbox[^]*s3,bucket=reflow-ec2-sandbox/);
    expect(fake.stdoutText).not.toContain("still needs");
    const rules = [...world.account.groups.values()][0]?.ingress.flatMap(({ source }) =>
      source.kind === "cidr" ? source.cidr : [],
    );
    expect(rules).toEqual([...DEFAULT_VPC.cidrs, "198.51.100.7/32", "198.51.100.7/32"]);
  });
});

describe("flags that cannot be meant", () => {
  it.each<[readonly string[], string]>([
    [["--cidr", "0.0.0.0/0"], "--cidr 0.0.0.0/0 would let everybody connect to the instances"],
    [["--cidr", "::/0"], "--cidr ::/0 would let everybody connect to the instances"],
    [["--cidr", "0.0.0.0/1,128.0.0.0/1"], "--cidr 0.0.0.0/1, 128.0.0.0/1 would let everybody connect to the instances"],
    [["--open-to-the-world"], "--open-to-the-world is only a leave for --cidr 0.0.0.0/0 or ::/0"],
    [["--cidr", "home"], "--cidr 'home' is not an address or a range of addresses"],
    [["--vpc", "default"], "--vpc 'default' cannot be meant"],
    [["--subnet", "subnet-1,x"], "--subnet 'x' cannot be meant"],
    [["--types", "c6a"], "--types 'c6a' cannot be meant"],
    [["--image", "reflow"], "--image 'reflow' cannot be meant"],
    [["--reflow-version", "a,b"], "--reflow-version 'a,b' cannot be meant"],
    [["--public-key", "id.pub"], "--public-key needs the name that the key pair is to have"],
    [["--undo", "--spot"], "--undo and --spot exclude each other"],
    [["--undo", "--reflow-version", "v1"], "--undo and --reflow-version exclude each other"],
    [["--instance-profile", "a", "--create-profile"], "--instance-profile and --create-profile exclude each other"],
    [
      ["--cidr", "0.0.0.0/0", "--open-to-the-world", "--close-world"],
      "--open-to-the-world and --close-world exclude each other",
    ],
    [
      ["--generation", "2021"],
      "option '--generation <year>' argument '2021' is invalid. Allowed choices are 2020, 2023.",
    ],
  ])("%j end with 2", async (flags, message) => {
    const world = setupWorld();
    const { code, stderr } = await setup([...flags, "--yes"], { setup: world });
    expect([code, stderr.split("\n")[0]]).toEqual([2, `error: ${message}`]);
    expect(world.account.changes).toEqual([]);
  });

  it("let everybody in only in so many words", async () => {
    const world = setupWorld();
    await setup(["--cidr", "0.0.0.0/0", "--open-to-the-world", "--yes"], { setup: world });
    const sources = [...world.account.groups.values()].flatMap(({ ingress }) => ingress.map(({ source }) => source));
    expect(sources.filter((source) => source.kind === "cidr").map(({ cidr }) => cidr)).toEqual([
      "172.31.0.0/16",
      "0.0.0.0/0",
      "0.0.0.0/0",
    ]);
  });
});

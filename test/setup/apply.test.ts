import { describe, expect, it } from "@jest/globals";
import { isWorldOpen } from "../../src/account/world-open.js";
import type { SetupWishes } from "../../src/setup/model.js";
import { MADE_TAGS, NEW_GROUP_TAGS } from "../../src/setup/names.js";
import { ruleText } from "../../src/setup/rules.js";
import { DEFAULT_VPC, FakeAccount, subnetOf } from "../support/fake-account.js";
import { AUTHORITY_PEM, FakeFiles, OTHER_PUBLIC_KEY, PUBLIC_KEY } from "../support/fake-files.js";
import { Interruptions, Killed } from "../support/interruptions.js";
import { AUTHORITY_PATH, CONFIG_PATH, SetupWorld } from "../support/setup-world.js";

const EVERYTHING: SetupWishes = {
  cidrs: ["203.0.113.7/32"],
  bucket: "cache",
  image: "s3://cache/reflowlet",
  reflowVersion: "v1",
  keyName: "ann",
  publicKeyPath: "/id.pub",
  createProfile: true,
};
const BUCKETS = { cache: "us-west-2" };
const OLD_CONFIG = "# mine\nec2cluster:\n  name: night   # shift\n";

function world(
  interruptions?: Interruptions,
  before: { readonly config?: string; readonly account?: FakeAccount; readonly files?: FakeFiles } = {},
): SetupWorld {
  const files = { "/id.pub": `${PUBLIC_KEY} ann@host\n`, ...(before.config && { [CONFIG_PATH]: before.config }) };
  return new SetupWorld(
    before.account ?? new FakeAccount({ buckets: BUCKETS, ...(interruptions && { interruptions }) }),
    before.files ?? new FakeFiles(files, interruptions),
  );
}

/** All that a setup leaves behind, without ids that count. */
function stateOf({ account, files }: SetupWorld) {
  return {
    groups: [...account.groups.values()].map(({ name, vpcId, tags, ingress }) => ({
      name,
      vpcId,
      tags,
      rules: ingress.map(ruleText).sort(),
    })),
    keys: [...account.keys.values()],
    profiles: [...account.profiles.values()],
    policies: [...account.policies],
    files: [...files.files].filter(([path]) => !path.includes(".bak-")).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** The same account and machine after the process is gone: nothing interrupts any more. */
function afterwards({ account, files }: SetupWorld): SetupWorld {
  const left = new FakeAccount({
    buckets: BUCKETS,
    groups: [...account.groups.values()],
    keyPairs: [...account.keys.values()],
    profiles: [...account.profiles.values()],
    policies: Object.fromEntries(account.policies),
  });
  return new SetupWorld(left, new FakeFiles(Object.fromEntries(files.files)));
}

/** Before each change, and after the last: after any other is before the next. */
function killingPoints(changes: number): readonly (readonly [at: number, when: "before" | "after"])[] {
  const before = Array.from({ length: changes }, (_change, index) => [index + 1, "before"] as const);
  return [...before, [changes, "after"]];
}

describe("carrying a plan out", () => {
  it("makes all of it, marked as ours, and tells what became of each step", async () => {
    const setup = world();
    const result = await setup.run(EVERYTHING);
    expect(result.steps.map(({ outcome, what, id }) => [outcome, what, id])).toEqual([
      ["made", `TLS authority ${AUTHORITY_PATH}`, AUTHORITY_PATH],
      ["made", "key pair ann", "ann"],
      [
        "made",
        "instance profile reflowlet-us-west-2",
        "arn:aws:iam::123456789012:instance-profile/reflowlet-us-west-2",
      ],
      ["made", "security group reflow in vpc-default", "sg-00000001"],
      ["made", "rule everything from the group itself", undefined],
      ["made", "rule tcp 9000 from 172.31.0.0/16", undefined],
      ["made", "rule tcp 9000 from 203.0.113.7/32", undefined],
      ["made", "rule tcp 22 from 203.0.113.7/32", undefined],
      ["made", `configuration ${CONFIG_PATH}`, CONFIG_PATH],
    ]);
    expect(stateOf(setup).groups).toEqual([
      {
        name: "reflow",
        vpcId: DEFAULT_VPC.id,
        tags: { "reflow-sg": "true", Name: "reflow", "reflow-ec2:made": "setup" },
        rules: [
          "everything from sg-00000001",
          "tcp 22 from 203.0.113.7/32",
          "tcp 9000 from 172.31.0.0/16",
          "tcp 9000 from 203.0.113.7/32",
        ],
      },
    ]);
    expect([stateOf(setup).keys, stateOf(setup).profiles.map(({ tags }) => tags)]).toEqual([
      [{ id: "key-ann", name: "ann", publicKey: `${PUBLIC_KEY} ann@host`, tags: MADE_TAGS }],
      [MADE_TAGS],
    ]);
    expect(setup.told.slice(0, 2)).toEqual([
      `doing TLS authority ${AUTHORITY_PATH}`,
      `done made: TLS authority ${AUTHORITY_PATH}`,
    ]);
  });

  it.each<[string, SetupWishes]>([
    ["nothing", {}],
    ["everything", EVERYTHING],
    ["another VPC", { vpcId: "vpc-lab" }],
    ["Reflow of 2020", { generation: 2020, keyName: "ann", publicKeyPath: "/id.pub" }],
  ])("leaves no file that others may read and no rule for everybody, told %s", async (_what, wishes) => {
    const account = new FakeAccount({
      buckets: BUCKETS,
      vpcs: [DEFAULT_VPC, { ...DEFAULT_VPC, id: "vpc-lab", cidrs: ["10.0.0.0/16"], isDefault: false }],
      subnets: [subnetOf("a"), subnetOf("b", { vpcId: "vpc-lab" })],
    });
    const setup = world(undefined, { account });
    await setup.run(wishes);
    const written = [...setup.files.files].filter(([path]) => path !== "/id.pub");
    expect(written.map(([path, { mode }]) => [path, mode])).toEqual([
      [AUTHORITY_PATH, 0o600],
      [CONFIG_PATH, 0o600],
    ]);
    const rules = [...account.groups.values()].flatMap(({ ingress }) => ingress);
    expect([rules.length > 0, rules.filter(isWorldOpen)]).toEqual([true, []]);
  });

  it("changes nothing the second time", async () => {
    const setup = world();
    await setup.run(EVERYTHING);
    const before = stateOf(setup);
    const plan = await setup.plan(EVERYTHING);
    expect(plan.steps.filter(({ act }) => act !== undefined)).toEqual([]);
    const result = await setup.run(EVERYTHING);
    expect([...new Set(result.steps.map(({ outcome }) => outcome))]).toEqual(["was-there"]);
    expect(stateOf(setup)).toEqual(before);
    // Nor when nothing is said any more.
    expect((await setup.plan()).steps.filter(({ act }) => act !== undefined)).toEqual([]);
  });

  it("does nothing of a plan that has a problem", async () => {
    const setup = world(undefined, { account: new FakeAccount({ vpcs: [] }) });
    await expect(setup.run()).rejects.toMatchObject({ exitCode: 2, problems: [{ key: "--vpc" }] });
    expect([setup.account.changes, setup.files.files.has(CONFIG_PATH)]).toEqual([[], false]);
  });
});

describe.each<[string, string | undefined]>([
  ["no configuration", undefined],
  ["a configuration", OLD_CONFIG],
])("a setup with %s that is killed", (_what, config) => {
  it("anywhere between and within its steps is completed by the next", async () => {
    const whole = world(new Interruptions(), { ...(config && { config }) });
    await whole.run(EVERYTHING);
    const changes = whole.account.interruptions.count;
    expect(changes).toBe(config === undefined ? 9 : 10);
    for (const point of killingPoints(changes)) {
      const killed = world(new Interruptions(...point), { ...(config && { config }) });
      await expect(killed.run(EVERYTHING)).rejects.toThrow(Killed);
      // What is not finished is not used: the configuration is written last, and whole.
      const text = killed.files.files.get(CONFIG_PATH)?.text;
      expect([config, whole.files.text(CONFIG_PATH)]).toContain(text);
      const next = afterwards(killed);
      await next.run(EVERYTHING);
      expect({ point, ...stateOf(next) }).toEqual({ point, ...stateOf(whole) });
    }
  });
});

describe("a setup whose account has changed since it looked", () => {
  it("does not take another key for the one that is to be imported", async () => {
    const setup = world();
    const handle = await setup.open();
    const signal = new AbortController().signal;
    const plan = await handle.plan({ kind: "make", wishes: EVERYTHING, signal });
    setup.account.keys.set("ann", { id: "key-1", name: "ann", publicKey: `${OTHER_PUBLIC_KEY} ann`, tags: {} });
    await expect(handle.apply(plan, { signal, onEvent: () => undefined })).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ source: "key pair", key: "--public-key" }],
    });
    expect(setup.files.files.has(CONFIG_PATH)).toBe(false);
  });
});

describe("replacing the policy of a profile that setup made", () => {
  it("gives it the one of the configuration, once", async () => {
    const setup = world();
    await setup.run(EVERYTHING);
    const whole = stateOf(setup);
    setup.account.policies.set("reflowlet-us-west-2", '{"Statement": []}');
    expect((await setup.run()).steps.map(({ outcome }) => outcome)).not.toContain("changed");
    const result = await setup.run({ replacePolicy: true });
    expect(result.steps.filter(({ outcome }) => outcome === "changed").map(({ what }) => what)).toEqual([
      "instance profile arn:aws:iam::123456789012:instance-profile/reflowlet-us-west-2",
    ]);
    expect(stateOf(setup)).toEqual(whole);
    expect((await setup.plan({ replacePolicy: true })).steps.filter(({ act }) => act !== undefined)).toEqual([]);
  });
});

describe("two setups at once", () => {
  it("end in one group, one authority and one configuration", async () => {
    const setup = world();
    const [one, other] = await setup.clock.runUntil(Promise.all([setup.run(EVERYTHING), setup.run(EVERYTHING)]));
    expect([...setup.account.groups.keys()]).toEqual([one.securityGroupId]);
    expect(other.securityGroupId).toBe(one.securityGroupId);
    const alone = world();
    await alone.run(EVERYTHING);
    expect(stateOf(setup)).toEqual(stateOf(alone));
  });

  it("wait for the group of the other until EC2 shows it", async () => {
    const setup = world();
    const handle = await setup.open();
    const signal = new AbortController().signal;
    const plan = await handle.plan({ kind: "make", wishes: {}, signal });
    // The other one makes the group between our look and our attempt; EC2 does not show it for two looks.
    const other = await setup.account.createSecurityGroup(
      { name: "reflow", description: "", vpcId: DEFAULT_VPC.id, tags: NEW_GROUP_TAGS },
      signal,
    );
    setup.account.hidden.set(other ?? "", 4);
    const result = await setup.clock.runUntil(handle.apply(plan, { signal, onEvent: () => undefined }));
    expect([...setup.account.groups.keys()]).toEqual([result.securityGroupId]);
    expect(result.steps.find(({ kind }) => kind === "security-group")?.outcome).toBe("was-there");
    expect(setup.clock.monotonicMs()).toBeGreaterThan(0);
  });

  it("give up on a group that EC2 never shows, with what to do", async () => {
    const setup = world();
    const handle = await setup.open();
    const signal = new AbortController().signal;
    const plan = await handle.plan({ kind: "make", wishes: {}, signal });
    await setup.account.createSecurityGroup(
      { name: "reflow", description: "", vpcId: DEFAULT_VPC.id, tags: {} },
      signal,
    );
    setup.account.hidden.set("sg-00000001", Infinity);
    await expect(setup.clock.runUntil(handle.apply(plan, { signal, onEvent: () => undefined }))).rejects.toMatchObject({
      hint: "Run `reflow-ec2 setup` again in a minute.",
    });
  });

  it("keep each other's changes of the configuration", async () => {
    const setup = world(undefined, { config: OLD_CONFIG });
    const handle = await setup.open();
    const signal = new AbortController().signal;
    const plan = await handle.plan({ kind: "make", wishes: {}, signal });
    setup.files.files.set(CONFIG_PATH, { text: OLD_CONFIG.replace("# mine", "# mine too"), mode: 0o600 });
    await handle.apply(plan, { signal, onEvent: () => undefined });
    expect(setup.files.text(CONFIG_PATH).split("\n").slice(0, 3)).toEqual([
      "# mine too",
      "ec2cluster:",
      "  name: night   # shift",
    ]);
  });
});

describe("a configuration that says nothing yet", () => {
  it.each<[string, string]>([
    ["", ""],
    ["\n  \n", ""],
    ["# ours\n\n  # later: spot\r\n", "# ours\n\n  # later: spot\n\n"],
    ["\uFEFF# ours", "\uFEFF# ours\n\n"],
  ])("%j is written below its comments", async (before, comments) => {
    const [setup, fresh] = [world(undefined, { files: new FakeFiles({ [CONFIG_PATH]: before }) }), world()];
    await setup.run();
    await fresh.run();
    expect(setup.files.text(CONFIG_PATH)).toBe(`${comments}${fresh.files.text(CONFIG_PATH)}`);
    expect((await setup.plan()).steps.filter(({ act }) => act !== undefined)).toEqual([]);
  });
});

describe("an editor", () => {
  it("that saves the configuration while setup changes it loses nothing", async () => {
    const setup = world(undefined, { config: OLD_CONFIG });
    const copy = setup.files.copy.bind(setup.files);
    let saves = 0;
    setup.files.copy = async (from, to) => {
      await copy(from, to);
      if ((saves += 1) === 1) setup.files.files.set(CONFIG_PATH, { text: `# saved\n${OLD_CONFIG}`, mode: 0o600 });
    };
    await setup.run();
    expect(setup.files.text(CONFIG_PATH).startsWith(`# saved\n${OLD_CONFIG}`)).toBe(true);
    expect(setup.files.text(CONFIG_PATH)).toContain("securitygroup: sg-00000001");
  });

  it("that puts a byte-order mark before a configuration keeps it", async () => {
    const setup = world(undefined, { config: `\uFEFF${OLD_CONFIG}` });
    await setup.run();
    expect(setup.files.text(CONFIG_PATH).startsWith(`\uFEFF${OLD_CONFIG}`)).toBe(true);
  });
});

describe("closing the group to the world", () => {
  it("takes away the rules that let everybody in, and no other", async () => {
    const rule = (cidr: string) => ({
      protocol: "tcp",
      ports: { from: 22, to: 22 },
      source: { kind: "cidr" as const, cidr },
      description: "",
    });
    const ingress = [rule("0.0.0.0/0"), rule("::/0"), rule("198.51.100.0/24")];
    const group = { id: "sg-1", name: "reflow", vpcId: DEFAULT_VPC.id, description: "", tags: {}, ingress };
    const setup = world(undefined, { account: new FakeAccount({ groups: [group] }) });
    await setup.run({ closeWorld: true });
    expect(setup.account.groups.get("sg-1")?.ingress.map(ruleText)).toEqual([
      "tcp 22 from 198.51.100.0/24",
      "everything from sg-1",
      "tcp 9000 from 172.31.0.0/16",
    ]);
  });
});

describe("undoing", () => {
  it("takes away what setup made; authority and configuration are moved, not deleted", async () => {
    const setup = world();
    await setup.run(EVERYTHING);
    const result = await setup.run({}, "undo");
    expect(result.steps.map(({ outcome, what }) => `${outcome} ${what}`)).toEqual([
      "removed security group reflow (sg-00000001)",
      "removed instance profile reflowlet-us-west-2",
      "removed key pair ann",
      `removed TLS authority ${AUTHORITY_PATH}`,
      `removed configuration ${CONFIG_PATH}`,
    ]);
    const { groups, keys, profiles, policies } = stateOf(setup);
    expect({ groups, keys, profiles, policies }).toEqual({ groups: [], keys: [], profiles: [], policies: [] });
    expect([...setup.files.files.keys()]).toEqual([
      "/id.pub",
      `${AUTHORITY_PATH}.bak-20260101T000000000Z`,
      `${CONFIG_PATH}.bak-20260101T000000000Z`,
    ]);
    expect(setup.files.text(`${AUTHORITY_PATH}.bak-20260101T000000000Z`)).toBe(AUTHORITY_PEM);
    expect((await setup.plan({}, "undo")).steps).toEqual([]);
  });

  it("anywhere interrupted is completed by the next", async () => {
    const made = world();
    await made.run(EVERYTHING);
    for (const point of killingPoints(5)) {
      const interruptions = new Interruptions(...point);
      const left = afterwards(made);
      const account = new FakeAccount({
        groups: [...left.account.groups.values()],
        keyPairs: [...left.account.keys.values()],
        profiles: [...left.account.profiles.values()],
        interruptions,
      });
      const killed = new SetupWorld(account, new FakeFiles(Object.fromEntries(left.files.files), interruptions));
      await expect(killed.run({}, "undo")).rejects.toThrow(Killed);
      const next = afterwards(killed);
      await next.run({}, "undo");
      const nothing = { groups: [], keys: [], profiles: [], policies: [] };
      expect({ point, ...stateOf(next) }).toEqual({ point, ...nothing, files: [["/id.pub", expect.anything()]] });
    }
  });

  it("is refused while members are alive", async () => {
    const setup = world();
    await setup.run(EVERYTHING);
    setup.members = [{ id: "i-1" } as SetupWorld["members"][number]];
    const changes = setup.account.changes.length;
    await expect(setup.run({}, "undo")).rejects.toMatchObject({
      problems: [
        {
          source: "us-west-2",
          key: "",
          message:
            "expected no members of the cluster, found 1 instance (i-1): end them first with `reflow-ec2 terminate --all`",
        },
      ],
    });
    expect(setup.account.changes).toHaveLength(changes);
  });

  it("leaves a group that EC2 does not let go, and everything that goes with it", async () => {
    const setup = world();
    await setup.run(EVERYTHING);
    const before = stateOf(setup);
    setup.account.used.add("sg-00000001");
    const result = await setup.run({}, "undo");
    expect([...new Set(result.steps.map(({ outcome }) => outcome))]).toEqual(["left"]);
    expect(stateOf(setup)).toEqual(before);
  });

  it("keeps an instance profile by which instances of other clusters have their access, also those that come late", async () => {
    const setup = world(undefined, { config: OLD_CONFIG });
    await setup.run(EVERYTHING);
    const { profiles } = stateOf(setup);
    const users = ["i-1", "i-2", "i-3", "i-4"];
    const plan = await setup.plan({}, "undo");
    setup.account.profileUsers.set(profiles[0]?.arn ?? "", users);
    expect((await setup.plan({}, "undo")).steps.find(({ kind }) => kind === "instance-profile")).toEqual({
      kind: "instance-profile",
      state: "kept",
      what: "instance profile reflowlet-us-west-2",
      why: "4 instances would lose access to AWS without it (i-1, i-2, i-3, ...)",
      details: [],
    });
    const signal = new AbortController().signal;
    const late = await (await setup.open()).apply(plan, { signal, onEvent: () => undefined });
    expect(late.steps.find(({ kind }) => kind === "instance-profile")?.outcome).toBe("left");
    await setup.run({}, "undo");
    expect(stateOf(setup).profiles).toEqual(profiles);
  });

  it("keeps a profile of ours into which somebody has put another role, and the line that names it", async () => {
    const setup = world(undefined, { config: OLD_CONFIG });
    await setup.run(EVERYTHING);
    const [profile] = stateOf(setup).profiles;
    setup.account.profiles.set(profile?.name ?? "", { ...profile!, roles: ["theirs"] });
    await setup.run({}, "undo");
    expect(setup.account.profiles.get(profile?.name ?? "")?.roles).toEqual(["theirs"]);
    expect(setup.files.text(CONFIG_PATH)).toMatch(/instanceprofile/);
  });

  it("of a key pair or profile that is named leaves the lines that name others", async () => {
    const config = `${OLD_CONFIG}  keyname: bob\n  instanceprofile: theirs\n`;
    const account = new FakeAccount({
      keyPairs: [{ id: "key-1", name: "ann", publicKey: undefined, tags: MADE_TAGS }],
      profiles: [
        { name: "mine", arn: "arn:aws:iam::123456789012:instance-profile/mine", roles: ["mine"], tags: MADE_TAGS },
      ],
    });
    const setup = world(undefined, { config, account });
    await setup.run({ keyName: "ann", createProfile: "mine" }, "undo");
    expect([stateOf(setup).keys, stateOf(setup).profiles, setup.files.text(CONFIG_PATH)]).toEqual([[], [], config]);
  });

  it("keeps what others made, and of their configuration all but the lines that name what is gone", async () => {
    const setup = world(undefined, { config: OLD_CONFIG });
    await setup.run(EVERYTHING);
    await setup.run({}, "undo");
    const text = setup.files.text(CONFIG_PATH);
    expect(text.startsWith(OLD_CONFIG)).toBe(true);
    expect(text).not.toMatch(/securitygroup|instanceprofile|keyname/);
    expect(setup.files.files.has(AUTHORITY_PATH)).toBe(true);

    const group = { id: "sg-1", name: "reflow", vpcId: DEFAULT_VPC.id, description: "", tags: {}, ingress: [] };
    const foreign = world(undefined, { account: new FakeAccount({ groups: [group] }), config: OLD_CONFIG });
    await foreign.run({ cidrs: ["203.0.113.7/32"] });
    const rules = foreign.account.groups.get("sg-1")?.ingress;
    await foreign.run({}, "undo");
    expect(foreign.account.groups.get("sg-1")?.ingress).toEqual(rules);
    expect(foreign.files.text(CONFIG_PATH)).toContain("securitygroup: sg-1");
  });
});

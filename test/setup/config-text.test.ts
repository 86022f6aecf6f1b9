import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { loadConfig } from "../../src/config/load-config.js";
import type { SecurityGroup } from "../../src/account/ports.js";
import { newConfigText } from "../../src/setup/config-text.js";
import type { ConfigWants, SetupWishes } from "../../src/setup/model.js";
import { DEFAULT_VPC, FakeAccount } from "../support/fake-account.js";
import { AUTHORITY_PEM, FakeFiles } from "../support/fake-files.js";
import { expectGolden } from "../support/golden.js";
import { AUTHORITY_PATH, CONFIG_PATH, SetupWorld } from "../support/setup-world.js";

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/config/${name}`, import.meta.url), "utf8");
const load = (text: string) => loadConfig(text, { source: "c", home: "/home/ann", login: "ann", env: {}, flags: {} });

const group = (id: string): SecurityGroup => ({
  id,
  name: "reflow",
  vpcId: DEFAULT_VPC.id,
  description: "",
  tags: {},
  ingress: [],
});

/** What setup makes of a configuration's text. */
async function after(text: string, wishes: SetupWishes, groupId: string): Promise<string> {
  const files = { [CONFIG_PATH]: text, [AUTHORITY_PATH]: AUTHORITY_PEM, "/home/ann/.reflow/reflow.pem": AUTHORITY_PEM };
  const profiles = [{ name: "p", arn: "arn:aws:iam::123456789012:instance-profile/p", roles: ["p"], tags: {} }];
  const account = new FakeAccount({ groups: [group(groupId)], profiles, buckets: { cache: "us-west-2" } });
  const world = new SetupWorld(account, new FakeFiles(files));
  await world.run(wishes);
  return world.files.text(CONFIG_PATH);
}

/** Lines that are only in one of two texts. */
function difference(
  before: string,
  now: string,
): { readonly gone: readonly string[]; readonly added: readonly string[] } {
  const [old, young] = [before.split("\n"), now.split("\n")];
  return { gone: old.filter((line) => !young.includes(line)), added: young.filter((line) => !old.includes(line)) };
}

const WANTS: ConfigWants = {
  generation: 2023,
  region: "us-west-2",
  authorityPath: "/home/ann/.reflow/reflow.pem",
  securityGroup: "sg-0a1b2c3d",
};

describe.each([2020, 2023] as const)("a new configuration for Reflow of %d", (generation) => {
  const text = newConfigText({ ...WANTS, generation, reflowVersion: "c0ffee" });

  it("is written as Reflow writes its own", () => {
    expectGolden(`setup/new-config-${generation}.yaml`, text);
  });

  it("has what Reflow's own setup wrote, but for images that are gone, lists that go stale, and what was sealed", () => {
    const { entries } = load(text);
    const reflows = load(fixture(`setup-ec2-${generation}.yaml`)).entries;
    const { "reflow-ec2": own, ec2cluster, reflow, user, versions, ...rest } = entries;
    const { instances, key, ec2cluster: cluster, reflow: version, user: theirs, versions: set, ...others } = reflows;
    expect([own, reflow, user, instances !== undefined, version !== undefined, theirs, key]).toEqual([
      { generation },
      "reflowversion,version=c0ffee",
      "user",
      true,
      true,
      "user,user=ann",
      {},
    ]);
    expect(rest).toEqual(others);
    expect(versions).toEqual(set);
    const { instancetypes, ami, securitygroup, region: _region, ...figures } = cluster as Record<string, unknown>;
    expect([Array.isArray(instancetypes), typeof ami, typeof securitygroup]).toEqual([true, "string", "string"]);
    const { securitygroup: _group, region: _own, ...ours } = ec2cluster as Record<string, unknown>;
    // What Reflow writes for a field that is not set.
    const set2 = Object.entries(figures).filter(([, value]) => !["", 0, "{}", "[]"].includes(plain(value)));
    expect(ours).toEqual(Object.fromEntries(set2));
  });
});

function plain(value: unknown): string | number {
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number);
}

describe("a configuration of Reflow's own setup", () => {
  it.each([
    ["setup-ec2-2020.yaml", "sg-56ede67b5d2df159e"],
    ["setup-ec2-2023.yaml", "sg-00e7669ca875ccee9"],
  ])("%s has all that is needed: not a byte changes", async (name, groupId) => {
    expect(await after(fixture(name), {}, groupId)).toBe(fixture(name));
  });

  it("gets only the lines that are wished", async () => {
    const before = fixture("setup-ec2-2023.yaml");
    const wishes = { instanceProfile: "p", bucket: "cache", image: "s3://cache/r", reflowVersion: "c0ffee123456" };
    expect(difference(before, await after(before, wishes, "sg-00e7669ca875ccee9"))).toEqual({
      gone: ["repository: noprepo"],
      added: ["repository: s3,bucket=cache", "  instanceprofile: p", "reflow-ec2:", "  image: s3://cache/r"].sort(
        (a, b) => order(a) - order(b),
      ),
    });
  });
});

/** In the order of the file. */
function order(line: string): number {
  return ["  instanceprofile: p", "repository: s3,bucket=cache", "reflow-ec2:", "  image: s3://cache/r"].indexOf(line);
}

describe("a configuration that somebody has written", () => {
  const WRITTEN = `# Ours. Ask Bo before you change it.
cluster:   ec2cluster      # the only one
tls: "tls,file=/home/ann/.reflow/reflow.pem"

defaults: &sizes {large: 500,   xlarge: 500}

ec2cluster:
    # four spaces here
    name:  night
    instancesizetodiskspace: *sizes
    securitygroup:   sg-0dead     # of last year
    instancetypes: [ c6a.large,
                     m6a.large ]   # enough
    maxhourlycostusd: 3
    maxpendinginstances: 2
    disktype: gp3
repository: 's3,bucket=old'


versions:
  ec2cluster: 0
  tls: 0
`;

  it("keeps comments, anchors, order and spacing: only the intended lines are otherwise", async () => {
    const now = await after(WRITTEN, { bucket: "cache", spot: true }, "sg-0a1b2c3d");
    expect(difference(WRITTEN, now)).toEqual({
      gone: ["    securitygroup:   sg-0dead     # of last year", "repository: 's3,bucket=old'"],
      added: ["    securitygroup:   sg-0a1b2c3d     # of last year", "    spot: true", "repository: s3,bucket=cache"],
    });
  });

  it("is left as it is, to the byte, once it says what is wanted", async () => {
    const now = await after(WRITTEN, {}, "sg-0a1b2c3d");
    expect(await after(now, {}, "sg-0a1b2c3d")).toBe(now);
  });

  it("gives way to --image where it names a binary", async () => {
    const before = `${WRITTEN}reflow-ec2:\n  binary: ./reflow\n`;
    const { added, gone } = difference(before, await after(before, { image: "s3://cache/r" }, "sg-0dead"));
    expect([added, gone]).toEqual([["  image: s3://cache/r"], ["  binary: ./reflow"]]);
  });
});

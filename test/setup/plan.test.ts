import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import type { SecurityGroup, Vpc } from "../../src/account/ports.js";
import type { SetupPlan, SetupWishes } from "../../src/setup/model.js";
import { NEW_GROUP_TAGS } from "../../src/setup/names.js";
import { DEFAULT_VPC, FakeAccount, subnetOf, type FakeAccountState } from "../support/fake-account.js";
import { AUTHORITY_PEM, FakeFiles, OTHER_PUBLIC_KEY, PUBLIC_KEY } from "../support/fake-files.js";
import { AUTHORITY_PATH, CONFIG_PATH, SetupWorld, stepsOf } from "../support/setup-world.js";

const OWN = "203.0.113.7/32";
const PRIVATE_VPC: Vpc = { id: "vpc-lab", cidrs: ["10.1.0.0/16", "10.2.0.0/16"], isDefault: false, tags: {} };

const cidrRule = (protocol: string, port: number | undefined, cidr: string, description = "") => ({
  protocol,
  ports: port === undefined ? undefined : { from: port, to: port },
  source: { kind: "cidr" as const, cidr },
  description,
});

/** The group that Reflow's own setup makes: open to the world. */
const REFLOWS_GROUP: SecurityGroup = {
  id: "sg-reflow",
  name: "reflow",
  vpcId: DEFAULT_VPC.id,
  description: "security group automatically created by reflow",
  tags: { "reflow-sg": "true", Name: "reflow" },
  ingress: [
    cidrRule("-1", undefined, "172.31.0.0/16"),
    cidrRule("tcp", 22, "0.0.0.0/0"),
    cidrRule("tcp", 9000, "0.0.0.0/0"),
  ],
};

async function plan(
  wishes: SetupWishes = {},
  account: FakeAccountState = {},
  files: ConstructorParameters<typeof FakeFiles>[0] = {},
): Promise<SetupPlan> {
  return new SetupWorld(new FakeAccount(account), new FakeFiles(files)).plan(wishes);
}

const problemsOf = ({ problems }: SetupPlan): readonly string[] =>
  problems.map(({ source, key, message }) => `${source} ${key}: ${message}`);

describe("the plan for an empty account", () => {
  it("makes the authority, the group with its rules, and last the configuration", async () => {
    const made = await plan({ cidrs: [OWN] });
    expect(stepsOf(made)).toEqual([
      `to-make TLS authority ${AUTHORITY_PATH}`,
      "to-make security group reflow in vpc-default",
      "to-make rule everything from the group itself",
      "to-make rule tcp 9000 from 172.31.0.0/16",
      `to-make rule tcp 9000 from ${OWN}`,
      `to-make rule tcp 22 from ${OWN}`,
      `to-make configuration ${CONFIG_PATH}`,
    ]);
    expect([made.problems, made.warnings]).toEqual([[], []]);
  });

  it("tells what allocate will still need, and what to type for it", async () => {
    expect((await plan()).missing).toEqual([
      {
        what: "an instance profile: instances of Reflow 2023 have their AWS credentials from nowhere else",
        fix: "reflow-ec2 setup --create-profile, or --instance-profile NAME for one that is there",
      },
      {
        what: "the version of your Reflow: only instances of that version are members",
        fix: "reflow-ec2 setup --reflow-version VERSION, which is what `reflow version` prints",
      },
      {
        what: "the reflowlet binary that instances install",
        fix: "reflow-ec2 setup --image s3://BUCKET/KEY, or `binary: PATH` under `reflow-ec2:`",
      },
    ]);
    const told = { reflowVersion: "v1", image: "s3://b/k", createProfile: true } as const;
    expect((await plan(told)).missing).toEqual([]);
    expect((await plan({ ...told, createProfile: undefined, generation: 2020 })).missing).toEqual([]);
  });

  it("opens nothing to the outside without --cidr, and says so", async () => {
    const made = await plan();
    expect(made.steps.flatMap(({ opens }) => opens ?? [])).toEqual([
      "everything from the group itself",
      "tcp 9000 from 172.31.0.0/16",
    ]);
    expect(made.warnings).toEqual([
      "no --cidr: from outside of the VPC nothing reaches the instances, this machine included unless it is inside; " +
        "add your own address with `reflow-ec2 setup --cidr ADDRESS/32`",
    ]);
  });

  it("warns when everybody is to be let in", async () => {
    expect((await plan({ cidrs: ["0.0.0.0/0"] })).warnings).toEqual([
      "--open-to-the-world: everybody may try to connect to instances",
    ]);
  });
});

describe("the VPC", () => {
  const lab = { vpcs: [PRIVATE_VPC] };
  const labSubnets = [
    subnetOf("a", { id: "subnet-pub", vpcId: PRIVATE_VPC.id, isDefaultForZone: false }),
    subnetOf("a", { id: "subnet-big", vpcId: PRIVATE_VPC.id, isDefaultForZone: false, freeAddresses: 9000 }),
    subnetOf("b", { id: "subnet-b", vpcId: PRIVATE_VPC.id, isDefaultForZone: false }),
    subnetOf("c", { id: "subnet-nat", vpcId: PRIVATE_VPC.id, givesPublicAddress: false, internetRoute: "nat" }),
  ];

  it.each<[string, SetupWishes, FakeAccountState, string]>([
    [
      "there is no default one",
      {},
      lab,
      "network --vpc: expected the region to have a default VPC, found none: name the VPC with --vpc vpc-...",
    ],
    [
      "there are several default ones",
      {},
      { vpcs: [DEFAULT_VPC, { ...DEFAULT_VPC, id: "vpc-two" }] },
      "network --vpc: expected one default VPC, found vpc-default, vpc-two: name the one that is meant with --vpc",
    ],
    [
      "it is unknown",
      { vpcId: "vpc-gone" },
      {},
      "network --vpc: expected a VPC of this region, found vpc-gone, which EC2 does not know",
    ],
    [
      "a subnet is unknown",
      { subnetIds: ["subnet-gone"] },
      {},
      "network --subnet: expected subnets of this region, found subnet-gone, which EC2 does not know",
    ],
    [
      "a subnet is of another one",
      { vpcId: DEFAULT_VPC.id, subnetIds: ["subnet-b"] },
      { vpcs: [DEFAULT_VPC, PRIVATE_VPC], subnets: labSubnets },
      "network --subnet: expected subnets of vpc-default, found subnets of vpc-lab",
    ],
    [
      "none of its subnets leads anywhere",
      { vpcId: PRIVATE_VPC.id },
      { ...lab, subnets: labSubnets.map((subnet) => ({ ...subnet, internetRoute: "none" as const })) },
      "network --subnet: expected a subnet of vpc-lab with a way to the internet, found subnet-pub (none), " +
        "subnet-big (none), subnet-b (none), subnet-nat (none); name one with --subnet subnet-...",
    ],
  ])("is a problem where %s", async (_case, wishes, account, problem) => {
    expect(problemsOf(await plan(wishes, account))).toEqual([problem]);
  });

  it("may be another than the default one; its public subnets are named then, one a zone", async () => {
    const made = await plan({ vpcId: PRIVATE_VPC.id }, { ...lab, subnets: labSubnets });
    expect(stepsOf(made).slice(1, 5)).toEqual([
      "to-make security group reflow in vpc-lab",
      "to-make rule everything from the group itself",
      "to-make rule tcp 9000 from 10.1.0.0/16",
      "to-make rule tcp 9000 from 10.2.0.0/16",
    ]);
    expect(made.steps.at(-1)?.act).toMatchObject({ wants: { subnets: ["subnet-big", "subnet-b"] } });
  });

  it("may have subnets without a way to the internet, which is told of those that launches would take", async () => {
    const subnets = [
      subnetOf("a", { internetRoute: "blackhole" }),
      subnetOf("b"),
      subnetOf("c", { internetRoute: "none" }),
    ];
    const lonely = (id: string): string =>
      `${id} has no way to the internet: instances there cannot fetch the bootstrap`;
    const warningsOf = async (wishes: SetupWishes) => (await plan({ cidrs: [OWN], ...wishes }, { subnets })).warnings;
    expect(await warningsOf({})).toEqual([lonely("subnet-a"), lonely("subnet-c")]);
    expect(await warningsOf({ subnetIds: ["subnet-b", "subnet-c"] })).toEqual([lonely("subnet-c")]);
  });

  it("is that of the subnets that are named", async () => {
    const account = { vpcs: [DEFAULT_VPC, PRIVATE_VPC], subnets: labSubnets };
    const made = await plan({ subnetIds: ["subnet-nat"] }, account);
    expect([made.vpcId, made.steps.at(-1)?.act]).toMatchObject(["vpc-lab", { wants: { subnets: ["subnet-nat"] } }]);
  });

  it("has one subnet for Reflow of 2020, which knows no more", async () => {
    const made = await plan({ vpcId: PRIVATE_VPC.id, generation: 2020 }, { ...lab, subnets: labSubnets });
    expect(made.steps.at(-1)?.act).toMatchObject({ wants: { subnets: ["subnet-big"] } });
  });
});

describe("a group that is there", () => {
  it("is used where Reflow made it; what it lacks is added, and that it lets in everybody is told", async () => {
    const made = await plan({ cidrs: [OWN] }, { groups: [REFLOWS_GROUP] });
    expect(stepsOf(made).slice(1, -1)).toEqual([
      "exists security group reflow (sg-reflow) in vpc-default",
      "to-make rule everything from the group itself",
      "exists rule tcp 9000 from 172.31.0.0/16",
      `to-make rule tcp 9000 from ${OWN}`,
      `to-make rule tcp 22 from ${OWN}`,
      "differs rule tcp 22 from 0.0.0.0/0",
      "differs rule tcp 9000 from 0.0.0.0/0",
    ]);
    const closing = (rule: string): string =>
      `the group lets everybody in: ${rule}; \`reflow-ec2 setup --close-world\` takes this away, ` +
      "for Reflow's users too: give those who need it a --cidr first";
    expect(made.warnings).toEqual([closing("tcp 22 from 0.0.0.0/0"), closing("tcp 9000 from 0.0.0.0/0")]);
  });

  it("is closed to the world with --close-world", async () => {
    const made = await plan({ cidrs: [OWN], closeWorld: true }, { groups: [REFLOWS_GROUP] });
    expect(stepsOf(made).filter((step) => step.startsWith("to-remove"))).toEqual([
      "to-remove rule tcp 22 from 0.0.0.0/0",
      "to-remove rule tcp 9000 from 0.0.0.0/0",
    ]);
    expect(made.warnings).toEqual([]);
  });

  it("is found by its tag where it has another name, and by its name where it has no tag", async () => {
    const tagged = { ...REFLOWS_GROUP, id: "sg-tagged", name: "workers" };
    expect((await plan({}, { groups: [tagged] })).securityGroupId).toBe("sg-tagged");
    expect((await plan({}, { groups: [tagged, REFLOWS_GROUP] })).securityGroupId).toBe("sg-reflow");
    expect((await plan({}, { groups: [{ ...REFLOWS_GROUP, tags: {} }] })).securityGroupId).toBe("sg-reflow");
  });

  it("is not guessed where several have the tag", async () => {
    const groups = ["sg-a", "sg-b"].map((id) => ({ ...REFLOWS_GROUP, id, name: id }));
    expect(problemsOf(await plan({}, { groups }))).toEqual([
      `${CONFIG_PATH} ec2cluster.securitygroup: expected one group of Reflow's in vpc-default, found sg-a, sg-b: name the one that is meant`,
    ]);
  });

  it("of another VPC is another group", async () => {
    const groups = [{ ...REFLOWS_GROUP, vpcId: PRIVATE_VPC.id }];
    expect(stepsOf(await plan({}, { vpcs: [DEFAULT_VPC, PRIVATE_VPC], groups }))).toContain(
      "to-make security group reflow in vpc-default",
    );
  });

  const configured = { [CONFIG_PATH]: "ec2cluster: {securitygroup: sg-reflow}\n", [AUTHORITY_PATH]: AUTHORITY_PEM };

  it("is used when the configuration names it, in whatever VPC", async () => {
    const groups = [{ ...REFLOWS_GROUP, vpcId: PRIVATE_VPC.id, name: "mine", tags: {} }];
    const vpcs = [PRIVATE_VPC];
    const subnets = [subnetOf("a", { vpcId: PRIVATE_VPC.id })];
    const made = await plan({}, { vpcs, groups, subnets }, configured);
    expect([made.problems, made.vpcId, made.securityGroupId]).toEqual([[], "vpc-lab", "sg-reflow"]);
  });

  it("is a problem when the configuration names one of another VPC than asked for", async () => {
    const account = {
      vpcs: [DEFAULT_VPC, PRIVATE_VPC],
      groups: [REFLOWS_GROUP],
      subnets: [subnetOf("a", { vpcId: "vpc-lab" })],
    };
    expect(problemsOf(await plan({ vpcId: "vpc-lab" }, account, configured))).toEqual([
      `${CONFIG_PATH} ec2cluster.securitygroup: expected a group of vpc-lab, found sg-reflow of vpc-default: instances cannot be launched with it there. ` +
        "Take the line away for setup to find or make a group there, or name the group's own VPC with --vpc",
    ]);
  });

  it("is replaced in the configuration when EC2 does not know it any more", async () => {
    const made = await plan({ cidrs: [OWN] }, {}, configured);
    expect(made.warnings[0]).toBe(`${CONFIG_PATH} names sg-reflow, which EC2 does not know: it is replaced`);
    expect(made.steps.at(-1)?.details).toContain("ec2cluster.securitygroup: the new group's id");
  });

  it("covers what is wanted by a wider rule, unless that lets in everybody", async () => {
    const ingress = [cidrRule("tcp", 9000, "203.0.113.0/24"), cidrRule("tcp", undefined, "203.0.0.0/16")];
    const groups = [{ ...REFLOWS_GROUP, ingress }];
    const states = (await plan({ cidrs: [OWN] }, { groups })).steps.filter(({ what }) => what.endsWith(OWN));
    expect(states.map(({ state, details }) => [state, details])).toEqual([
      ["exists", ["by the wider rule: tcp 9000 from 203.0.113.0/24"]],
      ["exists", ["by the wider rule: tcp from 203.0.0.0/16"]],
    ]);
  });
});

describe("the authority", () => {
  const member = { id: "i-1" } as SetupWorld["members"][number];

  async function planWith(files: ConstructorParameters<typeof FakeFiles>[0], members: SetupWorld["members"]) {
    const world = new SetupWorld(new FakeAccount(), new FakeFiles(files));
    world.members = members;
    const made = await world.plan();
    return { step: stepsOf(made)[0], problems: problemsOf(made), identities: world.identities };
  }

  it("is never made while members have theirs from another", async () => {
    expect(await planWith({ [CONFIG_PATH]: "ec2cluster: {name: night}\nuser: user,user=bo\n" }, [member])).toEqual({
      step: "to-make security group reflow in vpc-default",
      problems: [
        `${CONFIG_PATH} tls: expected the authority of 1 member of the cluster (i-1) in ${AUTHORITY_PATH}, found no such file. ` +
          "Copy it there from where they were launched, or end them with `reflow-ec2 terminate`: under a new authority nobody could reach them",
      ],
      identities: [{ generation: 2023, name: "night", user: "bo" }],
    });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["in the usual place, though no configuration names it", { [AUTHORITY_PATH]: AUTHORITY_PEM }, AUTHORITY_PATH],
    [
      "where the configuration says",
      { [CONFIG_PATH]: "tls: tls,file=~/ca.pem\n", "/home/ada/ca.pem": AUTHORITY_PEM },
      "/home/ada/ca.pem",
    ],
  ])("is used %s, members or not", async (_where, files, path) => {
    const { step, problems } = await planWith(files, [member]);
    expect([step, problems]).toEqual([`exists TLS authority ${path}`, []]);
  });

  it("that is sealed beats the file, and no file is made", async () => {
    const sealed = `tls: tls,file=/nowhere.pem\ninstances:\n  tls: |\n${AUTHORITY_PEM.replace(/^/gm, "    ")}`;
    const { step, problems } = await planWith({ [CONFIG_PATH]: sealed }, [member]);
    expect([step, problems]).toEqual([`exists TLS authority sealed in ${CONFIG_PATH}`, []]);
  });

  it("that is damaged is never replaced", async () => {
    const { problems } = await planWith({ [AUTHORITY_PATH]: "not a key" }, []);
    expect(problems).toEqual([
      `${CONFIG_PATH} tls: TLS authority ${AUTHORITY_PATH}: no CERTIFICATE and no RSA PRIVATE KEY block in PEM form`,
    ]);
  });

  it("that others may read is made its owner's alone", async () => {
    const made = await plan({}, {}, { [AUTHORITY_PATH]: { text: AUTHORITY_PEM, mode: 0o644 } });
    expect(stepsOf(made).slice(0, 2)).toEqual([
      `exists TLS authority ${AUTHORITY_PATH}`,
      `to-change mode 0600 of ${AUTHORITY_PATH}`,
    ]);
  });
});

describe("profile, key pair, bucket and types", () => {
  const MADE = { "reflow-ec2:made": "setup" };
  const profile = (roles: readonly string[], tags = {}) => [
    { name: "work", arn: "arn:aws:iam::123456789012:instance-profile/work", roles, tags },
  ];

  it.each<[string, SetupWishes, FakeAccountState, readonly string[]]>([
    [
      "makes a profile of the default name",
      { createProfile: true },
      {},
      ["to-make instance profile reflowlet-us-west-2"],
    ],
    ["makes a profile of a name", { createProfile: "work" }, {}, ["to-make instance profile work"]],
    [
      "completes a profile that an interrupted setup left",
      { createProfile: "work" },
      { profiles: profile([], MADE) },
      ["to-change instance profile work"],
    ],
    [
      "takes a profile that somebody else made",
      { createProfile: "work" },
      { profiles: profile(["work"]) },
      ["exists instance profile work"],
    ],
    [
      "uses a profile that is named",
      { instanceProfile: "work" },
      { profiles: profile(["x"]) },
      ["exists instance profile work"],
    ],
    ["imports a key pair", { keyName: "ann", publicKeyPath: "/id.pub" }, {}, ["to-make key pair ann"]],
    [
      "uses a key pair that is there",
      { keyName: "ann" },
      { keyPairs: [{ id: "key-1", name: "ann", publicKey: undefined, tags: {} }] },
      ["exists key pair ann"],
    ],
  ])("%s", async (_what, wishes, account, steps) => {
    const made = await plan(wishes, account, { "/id.pub": `${PUBLIC_KEY} ann@host\n` });
    expect(made.problems).toEqual([]);
    expect(stepsOf(made).filter((step) => /profile|key pair/.test(step))).toEqual(steps);
  });

  it.each<[string, SetupWishes, string]>([
    [
      "no such profile",
      { instanceProfile: "work" },
      "IAM --instance-profile: expected an instance profile work, found none: make one with --create-profile work",
    ],
    [
      "no such key pair",
      { keyName: "ann" },
      "key pair --key-name: expected a key pair named ann, found none: import one with --public-key FILE",
    ],
    [
      "no such public key",
      { keyName: "ann", publicKeyPath: "/none" },
      "key pair --public-key: expected a public key in /none, found no such file",
    ],
    [
      "a private key",
      { keyName: "ann", publicKeyPath: "/id" },
      "key pair --public-key: expected one line of OpenSSH with a public key of RSA or ED25519 in /id, " +
        "found a private one: name /id.pub",
    ],
    ...(
      [
        ["two public keys", "/two", "2 lines"],
        ["a public key with options", "/options", "something else"],
        ["a damaged public key", "/damaged", "a damaged one"],
      ] as const
    ).map(([what, path, found]): [string, SetupWishes, string] => [
      what,
      { keyName: "ann", publicKeyPath: path },
      `key pair --public-key: expected one line of OpenSSH with a public key of RSA or ED25519 in ${path}, found ${found}`,
    ]),
    [
      "no such bucket",
      { bucket: "cache" },
      "S3 --bucket: expected a bucket named cache, found none: make it with `aws s3 mb s3://cache --region us-west-2`",
    ],
    [
      "no such type",
      { instanceTypes: ["c6a.larg"] },
      'catalogue --types: expected an instance type that EC2 sells, found c6a.larg; did you mean "c6a.large"?',
    ],
  ])("is a problem: %s", async (_what, wishes, problem) => {
    const files = {
      "/id": "-----BEGIN OPENSSH PRIVATE KEY-----\n",
      "/two": `${PUBLIC_KEY} a\n\n${OTHER_PUBLIC_KEY} b\n`,
      "/options": `from="192.0.2.1" ${PUBLIC_KEY}`,
      "/damaged": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
    };
    expect(problemsOf(await plan(wishes, {}, files))[0]).toBe(problem);
  });

  it("tells a key pair that is another key than the one to be imported, and leaves it", async () => {
    const [mine, other] = [PUBLIC_KEY, OTHER_PUBLIC_KEY];
    const planned = (found: string | undefined) =>
      plan(
        { cidrs: [OWN], keyName: "ann", publicKeyPath: "/id.pub" },
        { keyPairs: [{ id: "key-1", name: "ann", publicKey: found, tags: {} }] },
        { "/id.pub": `${mine} ann@host\n` },
      );
    const said = async (found: string | undefined) => {
      const made = await planned(found);
      const pairs = made.steps.filter(({ kind }) => kind === "key-pair");
      return [pairs.map(({ state, details, act }) => [state, details, act]), problemsOf(made), made.warnings];
    };
    expect(await said(`${mine} ann`)).toEqual([[["exists", ["the key in /id.pub"], undefined]], [], []]);
    expect(await said(`${other} ann`)).toEqual([
      [],
      [
        "key pair --public-key: expected the key pair ann to be the key in /id.pub " +
          "(SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA), found another key of that name " +
          "(SHA256:BnWNdkDDs1wevfxgbOeo3anl30cgxS2ZEtIwINL+u3U): take another --key-name, or leave --public-key out " +
          "to use the one that is there",
      ],
      [],
    ]);
    expect(await said(undefined)).toEqual([
      [["exists", [], undefined]],
      [],
      ["EC2 does not tell the public key of the key pair ann: whether it is the one in /id.pub is not known"],
    ]);
  });

  describe("of a profile that setup made", () => {
    const wishes = { cidrs: [OWN], createProfile: "work", bucket: "cache" } as const;
    const buckets = { cache: "us-west-2", other: "us-west-2" };
    const policyFor = async (bucket: string): Promise<string> => {
      const act = (await plan({ ...wishes, bucket }, { buckets })).steps.find(
        ({ kind }) => kind === "instance-profile",
      )?.act;
      return act?.do === "create-profile" ? act.policy : "";
    };
    const planned = async (policy: string | undefined, more: SetupWishes = {}, state: FakeAccountState = {}) => {
      const profiles = profile(["work"], MADE);
      const made = await plan(
        { ...wishes, ...more },
        { buckets, profiles, ...(policy !== undefined && { policies: { work: policy } }), ...state },
      );
      const steps = made.steps.filter(({ kind }) => kind === "instance-profile");
      return { steps: steps.map(({ state: is, details }) => [is, details]), warnings: made.warnings, made };
    };
    const reading = (bucket: string): string =>
      JSON.stringify({
        Sid: "FindInTheRepository",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: `arn:aws:s3:::${bucket}`,
      });

    it("the policy is compared, however it is written", async () => {
      const spaced = JSON.stringify(JSON.parse(await policyFor("cache")), undefined, 8);
      expect(await planned(spaced)).toMatchObject({ steps: [["exists", []]], warnings: [] });
      // Also where nothing is said of the profile but by the configuration.
      const files = { [CONFIG_PATH]: "ec2cluster: {instanceprofile: work}\nrepository: s3,bucket=cache\n" };
      const account = { profiles: profile(["work"], MADE), policies: { work: await policyFor("other") } };
      expect(stepsOf(await plan({}, account, files))).toContain("differs instance profile work");
    });

    it("a policy that differs is told, and left", async () => {
      const { steps, warnings, made } = await planned(await policyFor("other"));
      expect(steps).toEqual([
        [
          "differs",
          [
            `needs ${reading("cache")}`,
            expect.stringMatching(/^needs .*UseTheRepository.*:::cache\/\*/),
            `has   ${reading("other")}`,
            expect.stringMatching(/^has {3}.*UseTheRepository.*:::other\/\*/),
          ],
        ],
      ]);
      expect(warnings).toEqual([
        "the policy of the instance profile work, which setup made, is not the one that this configuration needs: " +
          "`reflow-ec2 setup --replace-policy` replaces it, for whoever else uses it too; " +
          "`--create-profile NAME` makes another profile",
      ]);
      expect(made.steps.flatMap(({ act }) => (act?.do === "replace-policy" ? [act] : []))).toEqual([]);
      expect((await planned(undefined)).steps).toEqual([["differs", ["it has none of the role's name"]]]);
      expect((await planned("{")).steps).toEqual([["differs", ["it cannot be read"]]]);
    });

    it("the policy is replaced with --replace-policy, and the plan shows it", async () => {
      const { steps, warnings, made } = await planned(await policyFor("other"), { replacePolicy: true });
      const policy = await policyFor("cache");
      expect([steps[0]?.[0], warnings]).toEqual(["to-change", []]);
      expect(
        [...(made.steps.find(({ kind }) => kind === "instance-profile")?.details ?? [])].slice(
          -policy.trimEnd().split("\n").length - 1,
        ),
      ).toEqual(["its role gets this policy:", ...policy.trimEnd().split("\n")]);
      expect(made.steps.flatMap(({ act }) => (act?.do === "replace-policy" ? [act] : []))).toEqual([
        { do: "replace-policy", name: "work", policy },
      ]);
      expect((await planned(policy, { replacePolicy: true })).steps).toEqual([["exists", []]]);
    });

    it("a policy that may not be looked at is no problem, and said", async () => {
      expect(await planned(undefined, {}, { denied: ["rolePolicy"] })).toMatchObject({
        steps: [["exists", ["what it allows you may not look at (iam:GetRolePolicy)"]]],
        warnings: [],
      });
    });

    it("only of such a one is the policy replaced", async () => {
      const foreign = await plan({ instanceProfile: "work", replacePolicy: true }, { profiles: profile(["work"]) });
      expect(problemsOf(foreign)).toEqual([
        "IAM --replace-policy: expected an instance profile that setup made with its role, found work: " +
          "change what it allows yourself",
      ]);
    });
  });

  it("goes on where the credentials may not look at profile and bucket, and says so", async () => {
    const denied = ["instanceProfile", "bucket"] as const;
    const made = await plan({ cidrs: [OWN], instanceProfile: "work", bucket: "cache" }, { denied });
    expect([made.problems, made.warnings]).toEqual([
      [],
      [
        "you may not look at the instance profile work (iam:GetInstanceProfile): taken as it is",
        "you may not look at the bucket cache: taken as it is",
      ],
    ]);
  });

  it("warns of a bucket in another region", async () => {
    expect((await plan({ cidrs: [OWN], bucket: "cache" }, { buckets: { cache: "eu-west-1" } })).warnings).toEqual([
      "the bucket cache is in eu-west-1, not in us-west-2: AWS bills what is moved between them",
    ]);
  });
});

describe("a configuration that is there", () => {
  const group = { ...REFLOWS_GROUP, tags: NEW_GROUP_TAGS, id: "sg-00e7669ca875ccee9", ingress: [] };

  it("is never planned to become wrong: its mistakes are told before anything is made", async () => {
    const wishes = { generation: 2020 as const };
    const files = { [CONFIG_PATH]: "ec2cluster: {maxhourlycostusd: 3}\nreflow-ec2: {iops: 3000}\n" };
    expect(problemsOf(await plan(wishes, {}, files))).toEqual([
      `${CONFIG_PATH} reflow-ec2.iops: expected ec2cluster.disktype gp3, io1 or io2 with it, found gp2`,
    ]);
  });

  it("with sealed secrets that others may read is made its owner's alone, though nothing else changes", async () => {
    const text = readFileSync(new URL("../fixtures/config/setup-ec2-2023.yaml", import.meta.url), "utf8");
    const states = async (mode: number): Promise<readonly string[]> =>
      stepsOf(await plan({}, { groups: [group] }, { [CONFIG_PATH]: { text, mode } })).slice(-2);
    expect(await states(0o640)).toEqual([
      `exists configuration ${CONFIG_PATH}`,
      `to-change mode 0600 of ${CONFIG_PATH}`,
    ]);
    expect((await states(0o600)).at(-1)).toBe(`exists configuration ${CONFIG_PATH}`);
    // A file that nobody but root of an instance may read has a secret.
    const own = 'ec2cluster:\n  cloudconfig:\n    write_files: [{path: /k, permissions: "0600", content: x}]\n';
    const secret = new SetupWorld(
      new FakeAccount({ groups: [group] }),
      new FakeFiles({ [CONFIG_PATH]: { text: own, mode: 0o644 } }),
    );
    await secret.run();
    const settled = secret.files.text(CONFIG_PATH);
    expect(stepsOf(await plan({}, { groups: [group] }, { [CONFIG_PATH]: { text: settled, mode: 0o644 } })).at(-1)).toBe(
      `to-change mode 0600 of ${CONFIG_PATH}`,
    );
  });

  it.each(["make", "undo"] as const)("is of one region: another one is a problem (%s)", async (kind) => {
    const planned = async (text: string) => {
      const world = new SetupWorld(new FakeAccount({ groups: [group] }), new FakeFiles({ [CONFIG_PATH]: text }));
      const signal = new AbortController().signal;
      return problemsOf(await (await world.open({ region: "us-east-1" })).plan({ kind, wishes: {}, signal }));
    };
    expect(await planned("ec2cluster: {region: us-west-2}\nreflow-ec2: {generation: 2023}\n")).toEqual([
      `region --region: expected us-west-2, the region of ${CONFIG_PATH}, found us-east-1: leave --region and AWS_REGION ` +
        "out (a sandbox has that of its start), name another file with --config for another region, or change `ec2cluster: region` first",
    ]);
    expect(await planned("ec2cluster: {region: us-east-1}\nreflow-ec2: {generation: 2023}\n")).toEqual([]);
    expect(await planned("ec2cluster: {name: x}\n")).toEqual([]);
  });

  it("that others may read is told to become its owner's alone where it is changed", async () => {
    const details = async (mode: number) => {
      const made = await plan({}, { groups: [group] }, { [CONFIG_PATH]: { text: "ec2cluster: {name: x}\n", mode } });
      return made.steps.at(-1)?.details.filter((line) => line.includes("0600"));
    };
    expect([await details(0o644), await details(0o600)]).toEqual([
      ["its mode becomes 0600: others, who may read it now, may not any more"],
      [],
    ]);
  });

  it("names the region only where that does not tell another year of Reflow", async () => {
    const region = (made: SetupPlan) => made.steps.at(-1)?.details.filter((line) => line.includes("region"));
    const with2023 = { [CONFIG_PATH]: "ec2cluster: {maxhourlycostusd: 3}\n" };
    const with2020 = { [CONFIG_PATH]: "ec2cluster: {diskspace: 3}\n" };
    const stated = { [CONFIG_PATH]: "reflow-ec2: {generation: 2023}\n" };
    const account = { groups: [group] };
    expect(region(await plan({}, account, with2023))).toEqual([]);
    expect((await plan({ cidrs: [OWN] }, account, with2023)).warnings).toEqual([
      `${CONFIG_PATH} does not name the region, as Reflow of 2023 takes it from the session: other commands need ` +
        "--region us-west-2, AWS_REGION, or the region of an AWS profile",
    ]);
    expect(region(await plan({}, account, with2020))).toEqual(["ec2cluster.region: us-west-2"]);
    expect(region(await plan({}, account, stated))).toEqual(["ec2cluster.region: us-west-2"]);
  });
});

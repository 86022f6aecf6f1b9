import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { AccountPort, IngressRule, PermissionQuery } from "../../src/account/ports.js";
import { createAccountPort, type OpenedAccount } from "../../src/aws/account.js";
import { AccessError, ConfigError, LimitError, ReflowEc2Error } from "../../src/errors.js";
import { sharedController } from "../../src/lib/abort.js";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import { openTestSandbox, smallest, type TestSandbox } from "../sandbox/support.js";
import { DescribeKeyPairsCommand, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { REAL_TIME } from "./real-time.js";

/* The adapter on the sandbox, over the unmodified SDK: what setup and doctor ask, answered as AWS does. */

const { signal } = sharedController();
const VPC = "vpc-0a1b2c3d4e5f60718";
const GROUP = "sg-00e7669ca875ccee9";
const PROFILE_ARN = "arn:aws:iam::123456789012:instance-profile/reflowlet";
const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB ann@example";

let box: TestSandbox;
let account: OpenedAccount;
beforeEach(async () => {
  box = await openTestSandbox();
  account = createAccountPort(
    {
      region: "us-west-2",
      endpointUrl: box.sandbox.endpoint,
      credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "test" }),
    },
    REAL_TIME,
  );
});
afterEach(async () => {
  account.close();
  await box.close();
});

const given = (conditions: Scenario["account"]): void => box.sandbox.setScenario({ account: conditions });
const tcp = (port: number, source: IngressRule["source"], description = ""): IngressRule => ({
  protocol: "tcp",
  ports: { from: port, to: port },
  source,
  description,
});
const cidr = (text: string): IngressRule["source"] => ({ kind: "cidr", cidr: text });

async function errorOf(work: Promise<unknown>): Promise<ReflowEc2Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ReflowEc2Error) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("the identity", () => {
  it("is who calls, with what AWS's clock says", async () => {
    box.sandbox.setScenario({ clock: { endpointOffset: "-6m" } });
    const beforeMs = Date.now();
    const { serverTimeMs = 0, ...identity } = await account.identity(signal);
    expect(identity).toEqual({ accountId: "123456789012", arn: "arn:aws:iam::123456789012:user/sandbox" });
    // A Date header has whole seconds.
    expect(Math.abs(serverTimeMs - (beforeMs - 360_000))).toBeLessThan(60_000);
  });

  it.each([
    ["expired", "ExpiredToken", "the temporary credentials have expired: get new ones and try again"],
    ["invalid", "InvalidClientTokenId", expect.stringContaining("AWS does not accept the access key")],
  ] as const)("fails with credentials that are %s, and says what to do", async (credentials, code, hint) => {
    given({ credentials });
    const error = await errorOf(account.identity(signal));
    expect(error).toBeInstanceOf(AccessError);
    expect({ hint: error.hint, code: error.refusal?.code }).toEqual({ hint, code });
  });

  it("fails where the action is denied, and names it", async () => {
    box.sandbox.setScenario({ denied: [{ action: "sts:*" }] });
    const error = await errorOf(account.identity(signal));
    expect([error.exitCode, error.hint]).toEqual([
      6,
      "the credentials in use must be valid and allow sts:GetCallerIdentity on *",
    ]);
  });
});

describe("VPCs and subnets", () => {
  it("are found with their ranges and where they lead; an unknown id is absent", async () => {
    const vpc = { id: VPC, cidrs: ["172.31.0.0/16"], isDefault: true, tags: {} };
    expect(await account.vpcs("default", signal)).toEqual([vpc]);
    expect(await account.vpcs("all", signal)).toEqual([vpc]);
    expect(await account.vpcs({ ids: [VPC, "vpc-00000000000000000"] }, signal)).toEqual([vpc]);
    const subnet = (zone: string, index: number) => ({
      id: `subnet-0${index + 1}1b2c3d4e5f6071${index + 1}`,
      vpcId: VPC,
      zone: `us-west-2${zone}`,
      cidr: `172.31.${index * 16}.0/20`,
      freeAddresses: 4091,
      givesPublicAddress: true,
      isDefaultForZone: true,
      internetRoute: "internet-gateway",
    });
    expect(await account.subnets({ vpcId: VPC }, signal)).toEqual(["a", "b", "c"].map(subnet));
    expect(await account.subnets({ ids: ["subnet-021b2c3d4e5f60712", "subnet-00000000000000000"] }, signal)).toEqual([
      subnet("b", 1),
    ]);
    expect(await account.subnets({ ids: [] }, signal)).toEqual([]);
  });

  it.each(["nat", "blackhole", "none"] as const)("whose route is %s are told so", async (route) => {
    given({ defaultVpc: false, subnets: { freeAddresses: 2, publicAddress: false, route } });
    expect(await account.vpcs("default", signal)).toEqual([]);
    expect(await account.subnets({ ids: ["subnet-011b2c3d4e5f60711"] }, signal)).toEqual([
      {
        id: "subnet-011b2c3d4e5f60711",
        vpcId: VPC,
        zone: "us-west-2a",
        cidr: "172.31.0.0/20",
        freeAddresses: 2,
        givesPublicAddress: false,
        isDefaultForZone: false,
        internetRoute: route,
      },
    ]);
  });
});

describe("security groups", () => {
  it("are made once, of two at the same time one", async () => {
    given({ empty: true });
    const group = { name: "reflow", description: "for reflow", vpcId: VPC, tags: { "made-by": "setup" } };
    const made = await Promise.all([
      account.createSecurityGroup(group, signal),
      account.createSecurityGroup(group, signal),
    ]);
    const [id] = made.filter((each) => each !== undefined);
    expect(made.filter((each) => each === undefined)).toHaveLength(1);
    const found = [{ id, name: "reflow", vpcId: VPC, description: "for reflow", tags: group.tags, ingress: [] }];
    expect(await account.securityGroups({ name: "reflow", vpcId: VPC }, signal)).toEqual(found);
    expect(await account.securityGroups({ tags: { "made-by": "setup" } }, signal)).toEqual(found);
    expect(await account.securityGroups({ ids: [id ?? "", "sg-00000000000000000"] }, signal)).toEqual(found);
    expect(await account.securityGroups({ name: "refl*w" }, signal)).toEqual([]);
  });

  it("get rules and lose them; what is there or gone already is no mistake", async () => {
    const [id = ""] = [
      await account.createSecurityGroup({ name: "g", description: "g", vpcId: VPC, tags: {} }, signal),
    ];
    const rules: readonly IngressRule[] = [
      { protocol: "-1", ports: undefined, source: { kind: "group", groupId: id }, description: "each other" },
      tcp(9000, cidr("172.31.0.0/16"), "drivers"),
      tcp(9000, cidr("203.0.113.7/32")),
      tcp(22, cidr("2001:db8::/32"), "v6"),
      tcp(22, { kind: "prefix-list", id: "pl-0123456789abcdef0" }),
      { protocol: "icmp", ports: undefined, source: cidr("10.0.0.0/8"), description: "" },
      { protocol: "udp", ports: undefined, source: cidr("10.0.0.0/8"), description: "" },
    ];
    for (const rule of rules) expect(await account.authorizeIngress(id, rule, signal)).toBe("made");
    for (const rule of rules) expect(await account.authorizeIngress(id, rule, signal)).toBe("was-there");
    const [group] = await account.securityGroups({ ids: [id] }, signal);
    const inOrder = (list: readonly IngressRule[] = []) => list.map((rule) => JSON.stringify(rule)).sort();
    expect(inOrder(group?.ingress)).toEqual(inOrder(rules));
    for (const rule of [...rules, ...rules]) await account.revokeIngress(id, { ...rule, description: "" }, signal);
    expect((await account.securityGroups({ ids: [id] }, signal))[0]?.ingress).toEqual([]);
    expect(await account.deleteSecurityGroup(id, signal)).toBe("deleted");
    expect(await account.deleteSecurityGroup(id, signal)).toBe("deleted");
    await account.revokeIngress(id, tcp(22, cidr("10.0.0.0/8")), signal);
  });

  it("are not deleted while an instance or another group has them", async () => {
    await box.ec2.send(new RunInstancesCommand({ ...smallest, SecurityGroupIds: [GROUP] }));
    expect(await account.deleteSecurityGroup(GROUP, signal)).toBe("in-use");
  });

  it("take sixty rules, and a mistaken one is told", async () => {
    const group = box.sandbox.account.content.groups.find(({ id }) => id === GROUP);
    group!.ingress = Array.from({ length: 60 }, (_, at) => ({
      protocol: "-1",
      cidrs: [`10.0.${at}.0/24`],
      groupIds: [],
    }));
    const full = await errorOf(account.authorizeIngress(GROUP, tcp(22, cidr("10.9.0.0/24")), signal));
    expect(full).toBeInstanceOf(LimitError);
    const wrong = await errorOf(account.authorizeIngress(GROUP, tcp(22, cidr("10.9.0.0/33")), signal));
    expect(wrong.message).toBe(
      "AuthorizeSecurityGroupIngress: InvalidParameterValue: CIDR block 10.9.0.0/33 is malformed",
    );
  });

  it("are tagged afterwards, too", async () => {
    await account.tagResources([GROUP], { a: "b" }, signal);
    expect((await account.securityGroups({ tags: { a: "b" } }, signal)).map(({ id }) => id)).toEqual([GROUP]);
  });
});

describe("key pairs", () => {
  it("are imported once and deleted in peace, and launches know them", async () => {
    const key = { name: "ann", publicKey: PUBLIC_KEY, tags: { "made-by": "setup" } };
    const launch = (): Promise<unknown> => box.ec2.send(new RunInstancesCommand({ ...smallest, KeyName: "ann" }));
    await expect(launch()).rejects.toMatchObject({ name: "InvalidKeyPair.NotFound" });
    expect(await account.importKeyPair(key, signal)).toBe("made");
    expect(await account.importKeyPair(key, signal)).toBe("was-there");
    expect(await account.keyPairs(["ann", "bob"], signal)).toEqual([
      {
        id: expect.stringMatching(/^key-0[0-9a-f]{16}$/),
        name: "ann",
        publicKey: PUBLIC_KEY.replace("ann@example", "ann"),
        tags: { "made-by": "setup" },
      },
    ]);
    await launch();
    await account.deleteKeyPair("ann", signal);
    await account.deleteKeyPair("ann", signal);
    expect(await account.keyPairs(["ann"], signal)).toEqual([]);
  });

  it("of RSA have the MD5 of their DER form for fingerprint, as `openssl rsa -pubin -outform DER | openssl md5 -c` tells it", async () => {
    const publicKey =
      "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC5HDY4LYkROs5zlRMzBr5887yFr7CxehZJNWFxEGb5K2d/APTYDO7Ht4HzdIXlSyKBO/emV" +
      "xvw/CXn37+PTgXX0aviqFk2J6IItTWxsTxuAe9QxvA/UyrRuiYgP/dmFbEF8IyqCT7jGUee1b3T9HP0irJQ6oMYuG6t9ceaJKE3AQ==";
    await account.importKeyPair({ name: "bob", publicKey, tags: {} }, signal);
    const { KeyPairs } = await box.ec2.send(new DescribeKeyPairsCommand({ KeyNames: ["bob"] }));
    expect(KeyPairs?.map(({ KeyType, KeyFingerprint, PublicKey }) => [KeyType, KeyFingerprint, PublicKey])).toEqual([
      ["rsa", "cc:99:17:9b:23:5e:3b:fc:f3:12:98:90:aa:50:d4:fc", undefined],
    ]);
    expect((await account.keyPairs(["bob"], signal)).map((pair) => pair.publicKey)).toEqual([`${publicKey} bob`]);
  });

  it("that are none are a mistake of the configuration", async () => {
    const error = await errorOf(account.importKeyPair({ name: "ann", publicKey: "no key", tags: {} }, signal));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe('EC2 takes the public key for the key pair "ann" for none');
  });
});

describe("instance profiles", () => {
  const profile = {
    name: "reflow-ec2",
    policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"*"}]}',
    tags: { "made-by": "setup" },
  };
  const made = {
    name: "reflow-ec2",
    arn: "arn:aws:iam::123456789012:instance-profile/reflow-ec2",
    roles: ["reflow-ec2"],
    tags: { "made-by": "setup" },
  };

  it("are found by name and by ARN", async () => {
    const own = { name: "reflowlet", arn: PROFILE_ARN, roles: ["reflowlet"], tags: {} };
    expect(await account.instanceProfile("reflowlet", signal)).toEqual(own);
    expect(await account.instanceProfile(PROFILE_ARN, signal)).toEqual(own);
    expect(await account.instanceProfile(PROFILE_ARN.replace("1234", "4321"), signal)).toBeUndefined();
    expect(await account.instanceProfile("nobody", signal)).toBeUndefined();
  });

  it("are made with a role of their own, however often; launches know them, and nothing of them stays", async () => {
    expect(await account.createInstanceProfile(profile, signal)).toEqual(made);
    expect(await account.createInstanceProfile(profile, signal)).toEqual(made);
    await box.ec2.send(new RunInstancesCommand({ ...smallest, IamInstanceProfile: { Name: "reflow-ec2" } }));
    expect(box.sandbox.account.content.roles.find(({ name }) => name === "reflow-ec2")?.policies).toEqual(
      new Map([["reflow-ec2", profile.policy]]),
    );
    await account.deleteInstanceProfile(profile, signal);
    await account.deleteInstanceProfile(profile, signal);
    const { roles, profiles } = box.sandbox.account.content;
    expect([...roles, ...profiles].map(({ name }) => name)).toEqual(["reflowlet", "reflowlet"]);
  });

  it.each(["CreateRole", "PutRolePolicy", "CreateInstanceProfile", "AddRoleToInstanceProfile"])(
    "are finished where a first try came to its end at %s",
    async (action) => {
      box.sandbox.setScenario({ denied: [{ action: `iam:${action}` }] });
      expect((await errorOf(account.createInstanceProfile(profile, signal))).exitCode).toBe(6);
      box.sandbox.setScenario({});
      expect(await account.createInstanceProfile(profile, signal)).toEqual(made);
    },
  );

  it.each(["RemoveRoleFromInstanceProfile", "DeleteRolePolicy", "DeleteRole", "DeleteInstanceProfile"])(
    "are found until all is gone, where taking them away came to its end at %s",
    async (action) => {
      await account.createInstanceProfile(profile, signal);
      box.sandbox.setScenario({ denied: [{ action: `iam:${action}` }] });
      expect((await errorOf(account.deleteInstanceProfile(profile, signal))).exitCode).toBe(6);
      box.sandbox.setScenario({});
      expect(await account.instanceProfile("reflow-ec2", signal)).toMatchObject({ tags: profile.tags });
      await account.deleteInstanceProfile(profile, signal);
      const { roles, profiles } = box.sandbox.account.content;
      expect([...roles, ...profiles].map(({ name }) => name)).toEqual(["reflowlet", "reflowlet"]);
    },
  );

  it("keep their policy when they are made again, until it is replaced", async () => {
    const other = profile.policy.replace("ec2:CreateTags", "s3:GetObject");
    await account.createInstanceProfile(profile, signal);
    await account.createInstanceProfile({ ...profile, policy: other }, signal);
    expect(await account.rolePolicy("reflow-ec2", signal)).toBe(profile.policy);
    await account.replaceRolePolicy("reflow-ec2", other, signal);
    expect(await account.rolePolicy("reflow-ec2", signal)).toBe(other);
    expect([await account.rolePolicy("reflowlet", signal), await account.rolePolicy("nobody", signal)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("are known with the instances that have them", async () => {
    await account.createInstanceProfile(profile, signal);
    const launch = async (Name: string): Promise<string> => {
      const run = new RunInstancesCommand({ ...smallest, IamInstanceProfile: { Name } });
      return (await box.ec2.send(run)).Instances?.[0]?.InstanceId ?? "";
    };
    const [one, other] = [await launch("reflow-ec2"), await launch("reflow-ec2")];
    await launch("reflowlet");
    await box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [other] }));
    expect(await account.instancesWithProfile(made.arn, signal)).toEqual([one]);
  });

  it("leave somebody else's role of their name", async () => {
    await account.createInstanceProfile(profile, signal);
    await account.deleteInstanceProfile({ ...profile, tags: { "made-by": "others" } }, signal);
    const { roles, profiles } = box.sandbox.account.content;
    expect([profiles.map(({ name }) => name), roles.map(({ name }) => name)]).toEqual([
      ["reflowlet"],
      ["reflowlet", "reflow-ec2"],
    ]);
  });

  it("are not made of somebody else's role or profile", async () => {
    const role = await errorOf(account.createInstanceProfile({ ...profile, name: "reflowlet" }, signal));
    expect(role.message).toBe('the role "reflowlet" is there already, and reflow-ec2 has not made it');
    box.sandbox.account.content.profiles = [];
    await errorOf(account.createInstanceProfile({ ...profile, name: "reflowlet" }, signal));
    expect(await account.instanceProfile("reflowlet", signal)).toBeUndefined();
  });

  it("without a role are told so, and refused by launches", async () => {
    given({ instanceProfile: "no-role" });
    expect((await account.instanceProfile("reflowlet", signal))?.roles).toEqual([]);
    await expect(
      box.ec2.send(new RunInstancesCommand({ ...smallest, IamInstanceProfile: { Arn: PROFILE_ARN } })),
    ).rejects.toMatchObject({ message: `IAM Instance Profile "${PROFILE_ARN}" has no associated IAM Roles` });
  });
});

describe("quotas and buckets", () => {
  it("are told as the scenario has them", async () => {
    box.sandbox.setScenario({ quotas: { onDemandVcpus: 0, spotVcpus: 64 } });
    const quotas = await account.quotas(signal);
    expect(quotas.filter(({ code }) => code === "L-1216C47A" || code === "L-34B43A08")).toEqual([
      { code: "L-1216C47A", name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", value: 0 },
      { code: "L-34B43A08", name: "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", value: 64 },
    ]);
  });

  it("are found, missing or denied", async () => {
    expect(await account.bucket("reflow-ec2-sandbox", signal)).toEqual({ region: "us-west-2" });
    expect(await account.bucket("nobodys", signal)).toBeUndefined();
    given({ bucket: "missing" });
    expect(await account.bucket("reflow-ec2-sandbox", signal)).toBeUndefined();
    given({ bucket: "denied" });
    expect(await errorOf(account.bucket("reflow-ec2-sandbox", signal))).toBeInstanceOf(AccessError);
  });
});

describe("whether a call is allowed", () => {
  const about = {
    imageId: "ami-0c3488073a14ab0af",
    instanceType: "c5.large",
    instanceProfile: PROFILE_ARN,
    securityGroupId: GROUP,
    vpcId: VPC,
    bucket: "reflow-ec2-sandbox",
    key: "objects/nothing",
  };
  const actions = [
    ...["AuthorizeSecurityGroupIngress", "CancelSpotInstanceRequests", "CreateSecurityGroup", "CreateTags"],
    ...["DeleteKeyPair", "DeleteSecurityGroup", "DeleteTags", "DescribeAvailabilityZones", "DescribeImages"],
    ...["DescribeInstanceStatus", "DescribeInstanceTypeOfferings", "DescribeInstanceTypes", "DescribeInstances"],
    ...["DescribeKeyPairs", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSpotInstanceRequests"],
    ...["DescribeSpotPriceHistory", "DescribeSubnets", "DescribeTags", "DescribeVolumes", "DescribeVpcs"],
    ...["GetConsoleOutput", "GetSpotPlacementScores", "ImportKeyPair", "RequestSpotInstances"],
    ...["RevokeSecurityGroupIngress", "RunInstances", "TerminateInstances"],
  ].map((action) => `ec2:${action}`);
  const readings = ["sts:GetCallerIdentity", "ecr:GetAuthorizationToken", "iam:GetInstanceProfile", "iam:GetRole"];
  const others = [...readings, "servicequotas:ListServiceQuotas", "s3:HeadBucket", "s3:HeadObject"];

  it("is found out for every call that we make, and nothing is made by it", async () => {
    const content = structuredClone(box.sandbox.account.content);
    const verdicts = await ask([...actions, ...others, "s3:ListBucket", "s3:GetObject", "iam:PassRole"]);
    expect(verdicts.filter(([, { kind }]) => kind !== "allowed")).toEqual([]);
    expect(box.sandbox.account.content).toEqual(content);
    expect(box.sandbox.account.instances.size).toBe(0);
  });

  it("is found out where everything is denied", async () => {
    box.sandbox.setScenario({ denied: ["*", "*:*"].map((action) => ({ action })) });
    const verdicts = await ask([...actions, ...others]);
    expect(verdicts.filter(([, { kind }]) => kind !== "denied")).toEqual([]);
  });

  it("is told in AWS's words where it is not", async () => {
    box.sandbox.setScenario({ denied: [{ action: "TerminateInstances" }] });
    expect(await account.mayCall({ action: "ec2:TerminateInstances", about: {} }, signal)).toEqual({
      kind: "denied",
      message:
        "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not " +
        "authorized to perform: ec2:TerminateInstances on resource: arn:aws:ec2:us-west-2:123456789012:*/* because no " +
        "identity-based policy allows the ec2:TerminateInstances action",
    });
  });

  it.each<[PermissionQuery, string]>([
    [{ action: "ec2:RunInstances", about: {} }, "there is no image to try ec2:RunInstances with"],
    [{ action: "ec2:CreateSecurityGroup", about: {} }, "there is no VPC to try ec2:CreateSecurityGroup with"],
    [{ action: "s3:PutObject", about }, "s3:PutObject cannot be tried without changing something"],
    [{ action: "ec2:StopInstances", about }, "ec2:StopInstances is not among the calls that can be tried"],
    [
      { action: "ec2:RunInstances", about: { imageId: "ami-0c3488073a14ab0af", instanceType: "x9.large" } },
      "RunInstances: InvalidParameterValue: Invalid value 'x9.large' for InstanceType.",
    ],
  ])("is unknown for %j", async (query, problem) => {
    expect(await account.mayCall(query, signal)).toEqual({ kind: "unknown", problem });
  });

  it.each(["expired", "invalid"] as const)("is no question with credentials that are %s", async (credentials) => {
    given({ credentials });
    for (const action of ["ec2:DescribeInstances", "ecr:GetAuthorizationToken", "s3:ListBucket", "iam:GetRole"]) {
      expect(await errorOf(account.mayCall({ action, about }, signal))).toBeInstanceOf(AccessError);
    }
  });

  async function ask(all: readonly string[]) {
    const port: AccountPort = account;
    return Promise.all(all.map(async (action) => [action, await port.mayCall({ action, about }, signal)] as const));
  }
});

import {
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  RequestSpotInstancesCommand,
  RunInstancesCommand,
  AuthorizeSecurityGroupIngressCommand,
  RevokeSecurityGroupIngressCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ListServiceQuotasCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { REFLOWLET_IMAGE_KEY, SANDBOX_BUCKET } from "../../../src/sandbox/reflowlet-image.js";
import type { AccountConditions } from "../../../src/sandbox/scenario/account-schema.js";
import { eventually, GROUP_ID, IMAGE_ID, openTestSandbox, REGION, smallest, type TestSandbox } from "../support.js";

const VPC = "vpc-0a1b2c3d4e5f60718";
const SUBNET = "subnet-011b2c3d4e5f60711";
const NEWEST = "ami-0459325abcdef0001";

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox();
});
afterEach(() => box.close());

const given = (account: AccountConditions): void => box.sandbox.setScenario({ account });

/** The code and message by which a call is refused; `accepted` where it is not. */
async function said(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

const launch = (parameters: Partial<RunInstancesCommandInput> = {}): Promise<string> =>
  said(box.ec2.send(new RunInstancesCommand({ ...smallest, ...parameters })));

async function groupsNamed(name: string) {
  const { SecurityGroups = [] } = await box.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: [name] }] }),
  );
  return SecurityGroups.map(({ GroupId, VpcId, IpPermissions = [] }) => ({
    id: GroupId,
    vpc: VpcId,
    cidrs: IpPermissions.flatMap(({ FromPort, IpRanges = [] }) =>
      IpRanges.map(({ CidrIp }) => `${FromPort} ${CidrIp}`),
    ),
  }));
}

describe("an account whose scenario says", () => {
  const other = "vpc-0f1e2d3c4b5a69788";

  it.each<[AccountConditions["securityGroup"], unknown[]]>([
    [undefined, [{ id: GROUP_ID, vpc: VPC, cidrs: ["22 198.51.100.7/32", "9000 198.51.100.7/32"] }]],
    ["missing", []],
    ["closed", [{ id: GROUP_ID, vpc: VPC, cidrs: [] }]],
    ["open-to-all", [{ id: GROUP_ID, vpc: VPC, cidrs: ["22 0.0.0.0/0", "9000 0.0.0.0/0"] }]],
    ["other-vpc", [{ id: GROUP_ID, vpc: other, cidrs: ["22 198.51.100.7/32", "9000 198.51.100.7/32"] }]],
  ])("securityGroup: %s has that group", async (securityGroup, groups) => {
    given({ securityGroup });
    expect(await groupsNamed("reflow")).toEqual(groups);
  });

  it("securityGroup: other-vpc refuses the group in the default VPC", async () => {
    given({ securityGroup: "other-vpc" });
    expect(await launch({ SecurityGroupIds: [GROUP_ID] })).toBe(
      `InvalidGroup.NotFound: The security group '${GROUP_ID}' does not exist in VPC '${VPC}'`,
    );
    expect(await launch({ SecurityGroupIds: [GROUP_ID], SubnetId: SUBNET })).toBe(
      `InvalidParameter: Security group ${GROUP_ID} and subnet ${SUBNET} belong to different networks.`,
    );
  });

  it("defaultVpc: false launches only where a subnet is named", async () => {
    given({ defaultVpc: false });
    const none = "VPCIdNotSpecified: No default VPC for this user.";
    expect([await launch(), await launch({ Placement: { AvailabilityZone: "us-west-2b" } })]).toEqual([none, none]);
    expect(await launch({ SubnetId: SUBNET })).toBe("accepted");
    const create = { GroupName: "g", Description: "g" };
    expect(await said(box.ec2.send(new CreateSecurityGroupCommand(create)))).toBe(none);
    expect(await said(box.ec2.send(new CreateSecurityGroupCommand({ ...create, VpcId: VPC })))).toBe("accepted");
  });

  it.each([
    ["gone", `InvalidAMIID.NotFound: The image id '[${IMAGE_ID}]' does not exist`],
    ["deregistered", `InvalidAMIID.Unavailable: The image ID '${IMAGE_ID}' is no longer available`],
  ] as const)("image: %s has no old images any more", async (image, refusal) => {
    given({ image });
    expect(await launch()).toBe(refusal);
    expect(await said(box.ec2.send(new DescribeImagesCommand({ ImageIds: [IMAGE_ID] })))).toBe(refusal);
    const { Images = [] } = await box.ec2.send(new DescribeImagesCommand({}));
    expect(Images.map(({ ImageId }) => ImageId)).toEqual([NEWEST, "ami-0459325abcdef0002"]);
    expect(await launch({ ImageId: NEWEST })).toBe("accepted");
  });

  it("subnets: {freeAddresses: 0} is full for launches, and a dry run does not tell", async () => {
    given({ subnets: { freeAddresses: 0 } });
    expect(await launch({ SubnetId: SUBNET })).toBe(
      `InsufficientFreeAddressesInSubnet: There are not enough free addresses in subnet '${SUBNET}' to satisfy the requested number of instances.`,
    );
    expect(await launch({ DryRun: true })).toMatch(/^DryRunOperation/);
    const specification = { ImageId: IMAGE_ID, InstanceType: "m5.large" } as const;
    const request = new RequestSpotInstancesCommand({ LaunchSpecification: specification });
    expect(await said(box.ec2.send(request))).toBe("accepted");
  });

  it("subnets: {publicAddress: false} gives one only where the launch asks for it", async () => {
    given({ subnets: { publicAddress: false } });
    await launch();
    await launch({ NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] });
    expect([...box.sandbox.account.instances.values()].map(({ wantsPublicAddress }) => wantsPublicAddress)).toEqual([
      false,
      true,
    ]);
  });

  it("keyPair and instanceProfile: missing knows neither", async () => {
    given({ keyPair: "missing", instanceProfile: "missing" });
    expect(await launch({ KeyName: "reflow-ec2-sandbox" })).toBe(
      "InvalidKeyPair.NotFound: The key pair 'reflow-ec2-sandbox' does not exist",
    );
    expect(await launch({ IamInstanceProfile: { Name: "reflowlet" } })).toBe(
      "InvalidParameterValue: Value (reflowlet) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    );
  });

  it.each([
    ["missing", 404, "application/xml"],
    ["wrong-type", 200, "text/html"],
  ] as const)("bootstrap: %s has none at Reflow's address", async (bootstrap, status, type) => {
    given({ bootstrap });
    const url = "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4";
    const page = await fetch(`${box.sandbox.endpoint}/web/${url}`);
    expect([page.status, page.headers.get("content-type")]).toEqual([status, type]);
  });
});

describe("what is made in an account", () => {
  it("stays when another scenario is set, and takes the place of what has the same name", async () => {
    given({ empty: true });
    expect(await groupsNamed("reflow")).toEqual([]);
    const { KeyPairs } = await box.ec2.send(new DescribeKeyPairsCommand({}));
    expect(KeyPairs).toEqual([]);
    const { GroupId = "" } = await box.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "reflow", Description: "made", VpcId: VPC }),
    );
    given({ subnets: { route: "nat" } });
    expect((await groupsNamed("reflow")).map(({ id }) => id)).toEqual([GroupId]);
  });

  it("is changed by nothing but another state of the account", async () => {
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "198.51.100.7/32" }] }];
    await box.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP_ID, IpPermissions }));
    box.sandbox.setScenario({ seed: 7 });
    expect((await groupsNamed("reflow"))[0]?.cidrs).toEqual(["9000 198.51.100.7/32"]);
  });

  it("decides who reaches a machine: a rule of a new group lets the caller in", async () => {
    const { GroupId = "" } = await box.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "mine", Description: "mine", VpcId: VPC }),
    );
    await launch({ SecurityGroupIds: [GroupId] });
    const closed = await running(1);
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 9000, ToPort: 9000, IpRanges: [{ CidrIp: "198.51.100.0/24" }] },
    ];
    await box.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    await launch({ SecurityGroupIds: [GroupId] });
    const open = await running(2);
    const listens = box.machines.hosts.map(({ listen }) => listen.host);
    expect(closed.map((address) => listens.includes(address))).toEqual([false]);
    expect(open.filter((address) => !closed.includes(address)).map((address) => listens.includes(address))).toEqual([
      true,
    ]);
  });

  /** The addresses of so many instances, once they run. */
  function running(count: number): Promise<readonly string[]> {
    return eventually(async () => {
      const { Reservations = [] } = await box.ec2.send(new DescribeInstancesCommand({}));
      const addresses = Reservations.flatMap(({ Instances = [] }) =>
        Instances.flatMap(({ PublicIpAddress }) => PublicIpAddress ?? []),
      );
      return addresses.length === count ? addresses : undefined;
    });
  }
});

describe("credentials", () => {
  it.each([
    [
      "expired",
      [
        "RequestExpired",
        "ExpiredTokenException",
        "ExpiredToken",
        "ExpiredToken",
        "ExpiredTokenException",
        "ExpiredToken",
      ],
    ],
    [
      "invalid",
      [
        ...["AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"],
        ...["UnrecognizedClientException", "InvalidClientTokenId"],
      ],
    ],
  ] as const)("that are %s are refused in the words of each service", async (credentials, codes) => {
    given({ credentials });
    const config = {
      endpoint: box.sandbox.endpoint,
      region: REGION,
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
      maxAttempts: 1,
    };
    const calls = [
      box.ec2.send(new DescribeKeyPairsCommand({})),
      new ECRClient(config).send(new GetAuthorizationTokenCommand({})),
      new IAMClient(config).send(new GetRoleCommand({ RoleName: "reflowlet" })),
      new S3Client({ ...config, forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket: SANDBOX_BUCKET })),
      new ServiceQuotasClient(config).send(new ListServiceQuotasCommand({ ServiceCode: "ec2" })),
      new STSClient(config).send(new GetCallerIdentityCommand({})),
    ];
    const names = (await Promise.all(calls.map(said))).map((text) => text.split(":")[0]);
    expect(names).toEqual(codes);
  });
});

describe("the reflowlet's image", () => {
  it("is missing where the scenario says so", async () => {
    const s3 = new S3Client({
      endpoint: box.sandbox.endpoint,
      region: REGION,
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
      forcePathStyle: true,
    });
    const look = (): Promise<string> =>
      said(s3.send(new HeadObjectCommand({ Bucket: SANDBOX_BUCKET, Key: REFLOWLET_IMAGE_KEY })));
    expect(await look()).toBe("accepted");
    given({ reflowletImage: "missing" });
    expect(await look()).toMatch(/^NotFound/);
    s3.destroy();
  });
});

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RunInstancesCommand, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { forEver, GROUP_ID, openTestSandbox, refusalOf, smallest, testTypes, type TestSandbox } from "../support.js";

const run = (input: Partial<RunInstancesCommandInput> = {}): RunInstancesCommand =>
  new RunInstancesCommand({ ...smallest, ...input });

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ timings: forEver });
});
afterEach(() => box.close());

describe("what RunInstances refuses", () => {
  const spot = (SpotOptions: object): Partial<RunInstancesCommandInput> => ({
    InstanceMarketOptions: { MarketType: "spot", SpotOptions },
  });
  const tags = (
    Tags: { Key: string; Value?: string }[],
    ResourceType = "instance",
  ): Partial<RunInstancesCommandInput> =>
    ({ TagSpecifications: [{ ResourceType, Tags }] }) as Partial<RunInstancesCommandInput>;

  it.each<
    [what: string, input: Partial<Record<keyof RunInstancesCommandInput, unknown>>, code: string, message: string]
  >([
    ["no image", { ImageId: undefined }, "MissingParameter", "The request must contain the parameter ImageId"],
    [
      "an unknown image",
      { ImageId: "ami-0123456789abcdef0" },
      "InvalidAMIID.NotFound",
      "The image id '[ami-0123456789abcdef0]' does not exist",
    ],
    [
      "a misshapen image id",
      { ImageId: "ami-nonsense" },
      "InvalidAMIID.Malformed",
      'Invalid id: "ami-nonsense" (expecting "ami-...")',
    ],
    [
      "an unknown type",
      { InstanceType: "m5.tiny" },
      "InvalidParameterValue",
      "Invalid value 'm5.tiny' for InstanceType.",
    ],
    [
      "a type that was withdrawn",
      { InstanceType: "cc2.8xlarge" },
      "InvalidParameterValue",
      "Invalid value 'cc2.8xlarge' for InstanceType.",
    ],
    [
      "another architecture",
      { InstanceType: "m6g.large" },
      "InvalidParameterValue",
      expect.stringContaining(
        "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI.",
      ) as never,
    ],
    [
      "an unknown group",
      { SecurityGroupIds: ["sg-0123456789abcdef0"] },
      "InvalidGroup.NotFound",
      "The security group 'sg-0123456789abcdef0' does not exist",
    ],
    [
      "a misshapen group id",
      { SecurityGroupIds: ["reflow"] },
      "InvalidGroupId.Malformed",
      'Invalid id: "reflow" (expecting "sg-...")',
    ],
    [
      "an unknown group name",
      { SecurityGroups: ["nobody"] },
      "InvalidGroup.NotFound",
      "The security group 'nobody' does not exist in default VPC 'vpc-0a1b2c3d4e5f60718'",
    ],
    [
      "an unknown subnet",
      { SubnetId: "subnet-0123456789abcdef0" },
      "InvalidSubnetID.NotFound",
      "The subnet ID 'subnet-0123456789abcdef0' does not exist",
    ],
    [
      "an unknown zone",
      { Placement: { AvailabilityZone: "us-west-2z" } },
      "InvalidParameterValue",
      "Invalid availability zone: [us-west-2z]",
    ],
    [
      "a zone that is not the subnet's",
      { SubnetId: "subnet-011b2c3d4e5f60711", Placement: { AvailabilityZone: "us-west-2b" } },
      "InvalidParameterCombination",
      "The specified subnet 'subnet-011b2c3d4e5f60711' is in the availability zone 'us-west-2a', not in 'us-west-2b'.",
    ],
    [
      "a subnet beside an interface",
      { SubnetId: "subnet-011b2c3d4e5f60711", NetworkInterfaces: [{ DeviceIndex: 0 }] },
      "InvalidParameterCombination",
      "Network interfaces and an instance-level subnet ID may not be specified on the same request",
    ],
    [
      "groups beside an interface",
      { SecurityGroupIds: [GROUP_ID], NetworkInterfaces: [{ DeviceIndex: 0 }] },
      "InvalidParameterCombination",
      "Network interfaces and an instance-level security groups may not be specified on the same request",
    ],
    [
      "an unknown profile ARN",
      { IamInstanceProfile: { Arn: "arn:aws:iam::1:instance-profile/x" } },
      "InvalidParameterValue",
      "Value (arn:aws:iam::1:instance-profile/x) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN",
    ],
    [
      "an unknown profile name",
      { IamInstanceProfile: { Name: "x" } },
      "InvalidParameterValue",
      "Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    ],
    [
      "both profile ARN and name",
      { IamInstanceProfile: { Arn: "a", Name: "b" } },
      "InvalidParameterCombination",
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    ],
    ["an unknown key pair", { KeyName: "mine" }, "InvalidKeyPair.NotFound", "The key pair 'mine' does not exist"],
    [
      "more than 16,384 bytes of user-data",
      { UserData: Buffer.alloc(16_385).toString("base64") },
      "InvalidUserData.Malformed",
      "User data is limited to 16384 bytes",
    ],
    [
      "user-data that is no base64",
      { UserData: "#cloud-config" },
      "InvalidUserData.Malformed",
      "Invalid BASE64 encoding of user data.",
    ],
    [
      "no instances",
      { MinCount: 0, MaxCount: 0 },
      "InvalidParameterValue",
      "Value (0) for parameter minCount is invalid. minCount must be at least 1.",
    ],
    [
      "a maximum below the minimum",
      { MinCount: 3, MaxCount: 2 },
      "InvalidParameterValue",
      "Value (2) for parameter maxCount is invalid. maxCount must not be less than minCount.",
    ],
    [
      "a fraction of an instance",
      { MinCount: 1.5 },
      "InvalidParameterValue",
      "Value (1.5) for parameter MinCount is invalid. Expected an integer.",
    ],
    [
      "a token that is too long",
      { ClientToken: "x".repeat(65) },
      "InvalidParameterValue",
      "ClientToken must be at most 64 ASCII characters.",
    ],
    [
      "no end of the metadata hops",
      { MetadataOptions: { HttpPutResponseHopLimit: 65 } },
      "InvalidParameterValue",
      "Value (65) for parameter HttpPutResponseHopLimit is invalid. Expecting a value between 1 and 64.",
    ],
    [
      "an unknown shutdown behaviour",
      { InstanceInitiatedShutdownBehavior: "explode" },
      "InvalidParameterValue",
      "Value (explode) for parameter InstanceInitiatedShutdownBehavior is invalid. Expected one of stop, terminate.",
    ],
    [
      "something that is not a boolean",
      { EbsOptimized: "maybe" },
      "InvalidParameterValue",
      "Value (maybe) for parameter EbsOptimized is invalid. Expected true or false.",
    ],
    [
      "a parameter that nobody knows",
      { HibernationOptions: { Configured: true } },
      "UnknownParameter",
      "The parameter HibernationOptions is not recognized",
    ],
    [
      "a spot price below the least",
      spot({ MaxPrice: "0.0001" }),
      "InvalidParameterValue",
      'Value (0.0001) for parameter price is invalid. "0.0001" is an invalid spot instance price',
    ],
    [
      "an end of a one-time spot request",
      spot({ ValidUntil: new Date(0) }),
      "InvalidParameterCombination",
      "ValidUntil is not supported for one-time spot requests.",
    ],
    [
      "a persistent spot request that terminates",
      spot({ SpotInstanceType: "persistent" }),
      "InvalidParameterCombination",
      "Persistent spot requests are supported only with the interruption behavior stop or hibernate.",
    ],
    [
      "spot instances that stop",
      spot({ InstanceInterruptionBehavior: "stop" }),
      "UnsupportedOperation",
      "The sandbox launches one-time spot instances only.",
    ],
    [
      "tags of a strange resource",
      tags([{ Key: "a" }], "vpc"),
      "InvalidParameterValue",
      "'vpc' is not a valid taggable resource type for this operation.",
    ],
    [
      "a tag key twice",
      tags([
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ]),
      "InvalidParameterValue",
      "Duplicate tag key 'a' specified.",
    ],
    [
      "a reserved tag key",
      tags([{ Key: "aws:x" }]),
      "InvalidParameterValue",
      "Tag keys starting with 'aws:' are reserved for internal use",
    ],
    [
      "a tag key beyond 128 characters",
      tags([{ Key: "k".repeat(129) }]),
      "InvalidParameterValue",
      "Tag key exceeds the maximum length of 128 characters",
    ],
    [
      "a tag value beyond 256 characters",
      tags([{ Key: "k", Value: "v".repeat(257) }]),
      "InvalidParameterValue",
      "Tag value exceeds the maximum length of 256 characters",
    ],
    [
      "a control character in a tag",
      tags([{ Key: "k", Value: "\u0001" }]),
      "InvalidParameterValue",
      "Tag values may not contain control characters",
    ],
    [
      "51 tags",
      tags(Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` }))),
      "TagLimitExceeded",
      "The maximum number of Tags for a resource has been reached.",
    ],
  ])("refuses %s and launches nothing", async (_what, input, code, message) => {
    const refusal = await refusalOf(box.ec2.send(run(input as Partial<RunInstancesCommandInput>)));
    expect(refusal).toEqual({ code, message, status: 400, requestId: true });
    expect(box.sandbox.account.instances.size).toBe(0);
    expect(box.sandbox.account.volumes.size).toBe(0);
  });

  it("refuses a type that the region does not sell", async () => {
    const notOffered = [...(await testTypes())].find(([, { offered }]) => offered === false)?.[0];
    const refusal = await refusalOf(box.ec2.send(run({ InstanceType: notOffered as "m5.large" })));
    expect(refusal.code).toBe("Unsupported");
  });

  it("launches nothing in a dry run, and says that it would have", async () => {
    const refusal = await refusalOf(box.ec2.send(run({ DryRun: true })));
    expect(refusal).toEqual({
      code: "DryRunOperation",
      message: "Request would have succeeded, but DryRun flag is set.",
      status: 412,
      requestId: true,
    });
    expect(box.sandbox.account.instances.size).toBe(0);
  });

  it("says in a dry run what would be refused", async () => {
    const refusal = await refusalOf(box.ec2.send(run({ DryRun: true, KeyName: "mine" })));
    expect(refusal.code).toBe("InvalidKeyPair.NotFound");
  });
});

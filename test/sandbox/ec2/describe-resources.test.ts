import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  paginateDescribeInstanceTypes,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type _InstanceType,
} from "@aws-sdk/client-ec2";
import { eventually, GROUP_ID, openTestSandbox, refusalOf, smallest, testTypes, type TestSandbox } from "../support.js";

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox();
});
afterEach(() => box.close());

const VPC_ID = "vpc-0a1b2c3d4e5f60718";

describe("DescribeVolumes", () => {
  it("shows the volumes of an instance from its launch to its end", async () => {
    const { Instances: [instance] = [] } = await box.ec2.send(
      new RunInstancesCommand({
        ...smallest,
        Placement: { AvailabilityZone: "us-west-2a" },
        BlockDeviceMappings: [
          { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 200, VolumeType: "gp3", DeleteOnTermination: true } },
          {
            DeviceName: "/dev/xvdb",
            Ebs: { VolumeSize: 334, VolumeType: "gp2", Encrypted: true, DeleteOnTermination: true },
          },
        ],
      }),
    );
    const id = instance?.InstanceId ?? "";
    const ofInstance = { Filters: [{ Name: "attachment.instance-id", Values: [id] }] };
    const { Volumes = [] } = await box.ec2.send(new DescribeVolumesCommand(ofInstance));
    const volume = (device: string): object => ({
      VolumeId: expect.stringMatching(/^vol-[0-9a-f]{17}$/),
      AvailabilityZone: "us-west-2a",
      State: "in-use",
      CreateTime: instance?.LaunchTime,
      Tags: [],
      MultiAttachEnabled: false,
      Attachments: [
        {
          VolumeId: Volumes.find(({ Attachments }) => Attachments?.[0]?.Device === device)?.VolumeId,
          InstanceId: id,
          Device: device,
          State: "attached",
          AttachTime: instance?.LaunchTime,
          DeleteOnTermination: true,
        },
      ],
    });
    expect(Volumes).toEqual([
      {
        ...volume("/dev/xvda"),
        Size: 200,
        VolumeType: "gp3",
        Iops: 3000,
        Throughput: 125,
        Encrypted: false,
        SnapshotId: "snap-0c3488073a14ab0af",
      },
      { ...volume("/dev/xvdb"), Size: 334, VolumeType: "gp2", Iops: 1002, Encrypted: true, SnapshotId: "" },
    ]);
    await box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await eventually(() => box.sandbox.account.instances.get(id)?.terminatedMs);
    expect((await box.ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
  });

  it("leaves volumes behind that were not to go with their instance", async () => {
    const BlockDeviceMappings = [{ DeviceName: "/dev/xvdb", Ebs: { VolumeSize: 10, VolumeType: "gp3" as const } }];
    const launched = await box.ec2.send(new RunInstancesCommand({ ...smallest, BlockDeviceMappings }));
    const id = launched.Instances?.[0]?.InstanceId ?? "";
    await box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await eventually(() => box.sandbox.account.instances.get(id)?.terminatedMs);
    const { Volumes = [] } = await box.ec2.send(new DescribeVolumesCommand({}));
    expect(Volumes.map(({ Size, State, Attachments }) => ({ Size, State, Attachments }))).toEqual([
      { Size: 10, State: "available", Attachments: [] },
    ]);
  });

  it("names an unknown volume", async () => {
    const refusal = await refusalOf(box.ec2.send(new DescribeVolumesCommand({ VolumeIds: ["vol-0123456789abcdef0"] })));
    expect(refusal).toEqual({
      code: "InvalidVolume.NotFound",
      message: "The volume 'vol-0123456789abcdef0' does not exist.",
      status: 400,
      requestId: true,
    });
  });
});

describe("DescribeImages", () => {
  const named = async (input: object): Promise<(string | undefined)[]> =>
    ((await box.ec2.send(new DescribeImagesCommand(input))).Images ?? []).map(({ Name }) => Name);

  it("finds Flatcar's images by owner, name, architecture and state", async () => {
    const found = await named({
      Owners: ["075585003325"],
      Filters: [
        { Name: "name", Values: ["Flatcar-stable-*-hvm"] },
        { Name: "architecture", Values: ["x86_64"] },
        { Name: "state", Values: ["available"] },
      ],
    });
    expect(found).toEqual(["Flatcar-stable-3510.2.8-hvm", "Flatcar-stable-4593.2.5-hvm"]);
  });

  it.each<[input: object, names: string[]]>([
    [{ ImageIds: ["ami-4296ec3a"] }, ["CoreOS-stable-1745.7.0-hvm"]],
    [{ ImageIds: ["ami-4296ec3a"], Owners: ["075585003325"] }, []],
    [{ Owners: ["self"] }, []],
    [{ Filters: [{ Name: "architecture", Values: ["arm64"] }] }, ["Flatcar-stable-4593.2.5-arm64-hvm"]],
  ])("gives for %j", async (input, names) => {
    expect(await named(input)).toEqual(names);
  });

  it("names an unknown image", async () => {
    const refusal = await refusalOf(named({ ImageIds: ["ami-0123456789abcdef0"] }));
    expect(refusal).toMatchObject({
      code: "InvalidAMIID.NotFound",
      message: "The image id '[ami-0123456789abcdef0]' does not exist",
    });
  });
});

describe("the network of a new account", () => {
  it("has one VPC, the default one", async () => {
    const Filters = [{ Name: "is-default", Values: ["true"] }];
    const { Vpcs = [] } = await box.ec2.send(new DescribeVpcsCommand({ Filters }));
    expect(Vpcs.map(({ VpcId, IsDefault, CidrBlock }) => ({ VpcId, IsDefault, CidrBlock }))).toEqual([
      { VpcId: VPC_ID, IsDefault: true, CidrBlock: "172.31.0.0/16" },
    ]);
  });

  it("has a subnet in each of three zones, whose free addresses go with instances", async () => {
    await box.ec2.send(
      new RunInstancesCommand({ ...smallest, MaxCount: 3, Placement: { AvailabilityZone: "us-west-2b" } }),
    );
    const { AvailabilityZones = [] } = await box.ec2.send(new DescribeAvailabilityZonesCommand({}));
    const { Subnets = [] } = await box.ec2.send(new DescribeSubnetsCommand({}));
    expect(AvailabilityZones.map(({ ZoneName, ZoneId, State }) => [ZoneName, ZoneId, State])).toEqual([
      ["us-west-2a", "usw2-az1", "available"],
      ["us-west-2b", "usw2-az2", "available"],
      ["us-west-2c", "usw2-az3", "available"],
    ]);
    expect(
      Subnets.map((subnet) => [
        subnet.AvailabilityZone,
        subnet.CidrBlock,
        subnet.AvailableIpAddressCount,
        subnet.MapPublicIpOnLaunch,
        subnet.DefaultForAz,
      ]),
    ).toEqual([
      ["us-west-2a", "172.31.0.0/20", 4091, true, true],
      ["us-west-2b", "172.31.16.0/20", 4088, true, true],
      ["us-west-2c", "172.31.32.0/20", 4091, true, true],
    ]);
  });

  it("has Reflow's group, open to the caller on 22 and 9000 and to itself", async () => {
    const Filters = [{ Name: "group-name", Values: ["reflow"] }];
    const { SecurityGroups = [] } = await box.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const rule = (port: number): object => ({
      IpProtocol: "tcp",
      FromPort: port,
      ToPort: port,
      UserIdGroupPairs: [],
      IpRanges: [{ CidrIp: "198.51.100.7/32" }],
      Ipv6Ranges: [],
      PrefixListIds: [],
    });
    const open = { Ipv6Ranges: [], PrefixListIds: [] };
    expect(SecurityGroups).toEqual([
      {
        GroupId: GROUP_ID,
        SecurityGroupArn: `arn:aws:ec2:us-west-2:123456789012:security-group/${GROUP_ID}`,
        GroupName: "reflow",
        Description: "security group for reflow",
        OwnerId: "123456789012",
        VpcId: VPC_ID,
        Tags: [],
        IpPermissions: [
          {
            IpProtocol: "-1",
            UserIdGroupPairs: [{ UserId: "123456789012", GroupId: GROUP_ID }],
            IpRanges: [],
            ...open,
          },
          rule(22),
          rule(9000),
        ],
        IpPermissionsEgress: [{ IpProtocol: "-1", UserIdGroupPairs: [], IpRanges: [{ CidrIp: "0.0.0.0/0" }], ...open }],
      },
    ]);
  });

  it.each<[what: string, call: () => Promise<unknown>, code: string, message: string]>([
    [
      "group",
      () => box.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ["sg-0123456789abcdef0"] })),
      "InvalidGroup.NotFound",
      "The security group 'sg-0123456789abcdef0' does not exist",
    ],
    [
      "group name",
      () => box.ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ["nobody"] })),
      "InvalidGroup.NotFound",
      "The security group 'nobody' does not exist",
    ],
    [
      "subnet",
      () => box.ec2.send(new DescribeSubnetsCommand({ SubnetIds: ["subnet-01234567"] })),
      "InvalidSubnetID.NotFound",
      "The subnet ID 'subnet-01234567' does not exist",
    ],
    [
      "VPC",
      () => box.ec2.send(new DescribeVpcsCommand({ VpcIds: ["vpc-01234567"] })),
      "InvalidVpcID.NotFound",
      "The vpc ID 'vpc-01234567' does not exist",
    ],
    [
      "zone",
      () => box.ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ["us-east-1a"] })),
      "InvalidParameterValue",
      "Invalid availability zone: [us-east-1a]",
    ],
  ])("names an unknown %s", async (_what, call, code, message) => {
    expect(await refusalOf(call())).toEqual({ code, message, status: 400, requestId: true });
  });
});

describe("DescribeInstanceTypes", () => {
  it("tells the facts of our catalogue", async () => {
    const { InstanceTypes } = await box.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["m5.large"] }));
    const facts = (await testTypes()).get("m5.large");
    expect(InstanceTypes).toEqual([
      {
        InstanceType: "m5.large",
        CurrentGeneration: facts?.generationCurrent,
        FreeTierEligible: false,
        SupportedUsageClasses: ["on-demand", "spot"],
        SupportedRootDeviceTypes: ["ebs"],
        SupportedVirtualizationTypes: ["hvm"],
        BareMetal: false,
        Hypervisor: "nitro",
        ProcessorInfo: { SupportedArchitectures: ["x86_64"] },
        VCpuInfo: { DefaultVCpus: 2 },
        MemoryInfo: { SizeInMiB: 8192 },
        InstanceStorageSupported: false,
        EbsInfo: {
          EbsOptimizedSupport: "default",
          EncryptionSupport: "supported",
          EbsOptimizedInfo: {
            BaselineThroughputInMBps: facts?.ebsBaselineMBps,
            MaximumThroughputInMBps: facts?.ebsMaxMBps,
          },
          NvmeSupport: "required",
        },
        BurstablePerformanceSupported: false,
      },
    ]);
  });

  it("pages through all types that the region sells, at most 100 at a time", async () => {
    const sold = [...(await testTypes()).values()].filter(({ offered }) => offered !== false);
    const seen = new Set<string>();
    for await (const page of paginateDescribeInstanceTypes({ client: box.ec2, pageSize: 100 }, {})) {
      for (const { InstanceType = "" } of page.InstanceTypes ?? []) seen.add(InstanceType);
    }
    expect(seen.size).toBe(sold.length);
    const refusal = await refusalOf(box.ec2.send(new DescribeInstanceTypesCommand({ MaxResults: 101 })));
    expect(refusal.code).toBe("InvalidParameterValue");
  });

  it("refuses the whole call for one unknown type, and a filter just finds fewer", async () => {
    const InstanceTypes: _InstanceType[] = ["m5.large", "m5.tiny" as "m5.large"];
    const refusal = await refusalOf(box.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes })));
    expect(refusal).toMatchObject({
      code: "InvalidInstanceType",
      message: "The following supplied instance types do not exist: [m5.tiny]",
    });
    const Filters = [{ Name: "instance-type", Values: InstanceTypes }];
    const found = await box.ec2.send(new DescribeInstanceTypesCommand({ Filters }));
    expect(found.InstanceTypes?.map(({ InstanceType }) => InstanceType)).toEqual(["m5.large"]);
  });
});

describe("DescribeInstanceTypeOfferings", () => {
  it.each([
    ["region", ["us-west-2"]],
    ["availability-zone", ["us-west-2a", "us-west-2b", "us-west-2c"]],
    ["availability-zone-id", ["usw2-az1", "usw2-az2", "usw2-az3"]],
  ] as const)("by %s", async (LocationType, locations) => {
    const Filters = [{ Name: "instance-type", Values: ["m5.large"] }];
    const answer = await box.ec2.send(new DescribeInstanceTypeOfferingsCommand({ LocationType, Filters }));
    expect(answer.InstanceTypeOfferings).toEqual(
      locations.map((Location) => ({ InstanceType: "m5.large", LocationType, Location })),
    );
  });
});

describe("DescribeSpotInstanceRequests", () => {
  it("shows the request of a spot instance from its fulfilment to its close", async () => {
    const { Instances: [instance] = [] } = await box.ec2.send(
      new RunInstancesCommand({
        ...smallest,
        Placement: { AvailabilityZone: "us-west-2c" },
        InstanceMarketOptions: { MarketType: "spot", SpotOptions: { MaxPrice: "0.05" } },
      }),
    );
    const id = instance?.InstanceId ?? "";
    const ask = new DescribeSpotInstanceRequestsCommand({ Filters: [{ Name: "instance-id", Values: [id] }] });
    const before = await box.ec2.send(ask);
    expect(before.SpotInstanceRequests).toEqual([
      {
        SpotInstanceRequestId: instance?.SpotInstanceRequestId,
        SpotPrice: "0.05",
        Type: "one-time",
        State: "active",
        Status: { Code: "fulfilled", UpdateTime: instance?.LaunchTime, Message: "Your Spot request is fulfilled." },
        LaunchSpecification: {
          ImageId: smallest.ImageId,
          SecurityGroups: [{ GroupId: "sg-0d1e2f3a4b5c60718", GroupName: "default" }],
          InstanceType: "m5.large",
          SubnetId: "subnet-031b2c3d4e5f60713",
        },
        InstanceId: id,
        CreateTime: instance?.LaunchTime,
        ProductDescription: "Linux/UNIX",
        Tags: [],
        LaunchedAvailabilityZone: "us-west-2c",
        InstanceInterruptionBehavior: "terminate",
      },
    ]);
    await box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    const after = await box.ec2.send(ask);
    expect(after.SpotInstanceRequests?.map(({ State, Status }) => [State, Status?.Code])).toEqual([
      ["closed", "instance-terminated-by-user"],
    ]);
  });

  it("names an unknown request", async () => {
    const SpotInstanceRequestIds = ["sir-abcd1234"];
    const refusal = await refusalOf(box.ec2.send(new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds })));
    expect(refusal.code).toBe("InvalidSpotInstanceRequestID.NotFound");
  });
});

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { DescribeTagsCommand, RunInstancesCommand, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { forEver, GROUP_ID, openTestSandbox, smallest, type TestSandbox } from "../support.js";

const run = (input: Partial<RunInstancesCommandInput> = {}): RunInstancesCommand =>
  new RunInstancesCommand({ ...smallest, ...input });

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ timings: forEver });
});
afterEach(() => box.close());

describe("RunInstances", () => {
  it("answers with the whole pending instance", async () => {
    const { Instances = [], ReservationId } = await box.ec2.send(
      run({
        SecurityGroupIds: [GROUP_ID],
        Placement: { AvailabilityZone: "us-west-2b" },
        UserData: Buffer.from("#cloud-config\n").toString("base64"),
        IamInstanceProfile: { Name: "reflowlet" },
        KeyName: "reflow-ec2-sandbox",
        ClientToken: "token-1",
        EbsOptimized: true,
        Monitoring: { Enabled: true },
        MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 2 },
        TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "cluster", Value: "default" }] }],
      }),
    );
    const group = { GroupId: GROUP_ID, GroupName: "reflow" };
    const privateName = "ip-172-31-16-5.us-west-2.compute.internal";
    const network = { SubnetId: "subnet-021b2c3d4e5f60712", VpcId: "vpc-0a1b2c3d4e5f60718" };
    expect(ReservationId).toMatch(/^r-[0-9a-f]{17}$/);
    expect(Instances).toEqual([
      {
        InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
        ImageId: smallest.ImageId,
        State: { Code: 0, Name: "pending" },
        PrivateDnsName: privateName,
        PublicDnsName: "",
        StateReason: { Code: "pending", Message: "pending" },
        StateTransitionReason: "",
        KeyName: "reflow-ec2-sandbox",
        AmiLaunchIndex: 0,
        ProductCodes: [],
        InstanceType: "m5.large",
        LaunchTime: expect.any(Date),
        Placement: { AvailabilityZone: "us-west-2b", GroupName: "", Tenancy: "default" },
        Monitoring: { State: "enabled" },
        ...network,
        PrivateIpAddress: "172.31.16.5",
        SourceDestCheck: true,
        SecurityGroups: [group],
        Architecture: "x86_64",
        RootDeviceType: "ebs",
        RootDeviceName: "/dev/xvda",
        BlockDeviceMappings: [],
        VirtualizationType: "hvm",
        ClientToken: "token-1",
        Tags: [{ Key: "cluster", Value: "default" }],
        Hypervisor: "xen",
        NetworkInterfaces: [
          {
            NetworkInterfaceId: expect.stringMatching(/^eni-[0-9a-f]{17}$/),
            ...network,
            OwnerId: "123456789012",
            Status: "in-use",
            Description: "",
            InterfaceType: "interface",
            MacAddress: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
            Attachment: {
              AttachmentId: expect.stringMatching(/^eni-attach-[0-9a-f]{17}$/),
              DeviceIndex: 0,
              NetworkCardIndex: 0,
              Status: "attaching",
              AttachTime: expect.any(Date),
              DeleteOnTermination: true,
            },
            PrivateIpAddresses: [{ PrivateIpAddress: "172.31.16.5", Primary: true }],
            Ipv6Addresses: [],
            PrivateIpAddress: "172.31.16.5",
            PrivateDnsName: privateName,
            SourceDestCheck: true,
            Groups: [group],
          },
        ],
        IamInstanceProfile: {
          Arn: "arn:aws:iam::123456789012:instance-profile/reflowlet",
          Id: "AIPA0123456789ABCDEFG",
        },
        EbsOptimized: true,
        EnaSupport: true,
        MetadataOptions: {
          State: "applied",
          HttpTokens: "required",
          HttpPutResponseHopLimit: 2,
          HttpEndpoint: "enabled",
          HttpProtocolIpv6: "disabled",
          InstanceMetadataTags: "disabled",
        },
      },
    ]);
  });

  it("launches as many as MaxCount, all in one zone and one reservation", async () => {
    const { Instances = [] } = await box.ec2.send(run({ MinCount: 1, MaxCount: 5 }));
    expect(Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(Instances.map(({ Placement }) => Placement?.AvailabilityZone)).size).toBe(1);
    expect(new Set(Instances.map(({ InstanceId }) => InstanceId)).size).toBe(5);
  });

  it("tags instance, volumes, network interface and spot request in the call itself", async () => {
    const Tags = [{ Key: "managedby", Value: "reflow" }];
    const types = ["instance", "volume", "network-interface", "spot-instances-request"] as const;
    await box.ec2.send(
      run({
        InstanceMarketOptions: { MarketType: "spot" },
        BlockDeviceMappings: [{ DeviceName: "/dev/xvdb", Ebs: { VolumeSize: 300, VolumeType: "gp3" } }],
        TagSpecifications: types.map((ResourceType) => ({ ResourceType, Tags })),
      }),
    );
    const tagged = await box.ec2.send(new DescribeTagsCommand({}));
    expect(tagged.Tags?.map(({ ResourceType }) => ResourceType).sort()).toEqual([
      "instance",
      "network-interface",
      "spot-instances-request",
      "volume",
      "volume",
    ]);
  });

  it("marks spot instances and leaves on-demand instances without a lifecycle", async () => {
    const spot = await box.ec2.send(
      run({
        InstanceMarketOptions: {
          MarketType: "spot",
          SpotOptions: { SpotInstanceType: "one-time", InstanceInterruptionBehavior: "terminate", MaxPrice: "0.05" },
        },
      }),
    );
    const onDemand = await box.ec2.send(run());
    const seen = [spot, onDemand].map(({ Instances: [instance] = [] }) => [
      instance?.InstanceLifecycle,
      instance?.SpotInstanceRequestId,
    ]);
    expect(seen).toEqual([
      ["spot", expect.stringMatching(/^sir-[0-9a-z]{8}$/)],
      [undefined, undefined],
    ]);
  });

  it("takes the empty texts that Reflow's drivers send as absent", async () => {
    const { Instances = [] } = await box.ec2.send(
      run({ SubnetId: "", IamInstanceProfile: { Arn: "" }, KeyName: "", UserData: "", DisableApiTermination: false }),
    );
    expect(Instances[0]?.IamInstanceProfile).toBeUndefined();
    expect(Instances[0]?.SubnetId).toMatch(/^subnet-/);
  });

  it("places instances by a network interface as well", async () => {
    const { Instances = [] } = await box.ec2.send(
      run({
        NetworkInterfaces: [
          { DeviceIndex: 0, SubnetId: "subnet-031b2c3d4e5f60713", Groups: [GROUP_ID], AssociatePublicIpAddress: true },
        ],
      }),
    );
    expect(Instances[0]?.Placement?.AvailabilityZone).toBe("us-west-2c");
    expect(Instances[0]?.SecurityGroups).toEqual([{ GroupId: GROUP_ID, GroupName: "reflow" }]);
  });

  it("accepts user-data of 16,384 bytes, whatever that is in base64", async () => {
    const { Instances = [] } = await box.ec2.send(run({ UserData: Buffer.alloc(16_384, 1).toString("base64") }));
    expect(Instances).toHaveLength(1);
  });
});

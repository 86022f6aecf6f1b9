import { describe, expect, it } from "@jest/globals";
import { toInstance, toRunInstances } from "../../src/aws/convert.js";
import type { LaunchRequest } from "../../src/cluster/ports.js";

const REQUEST: LaunchRequest = {
  clientToken: "0123456789abcdef",
  count: 1,
  instanceType: "c6a.large",
  market: "on-demand",
  imageId: "ami-1",
  userData: "IyE=",
  securityGroupIds: ["sg-1"],
  volumes: [{ deviceName: "/dev/xvda", type: "gp3", sizeGiB: 200, encrypted: true }],
  tags: { Name: "ann (reflow)" },
  metadataTokens: "required",
  metadataHopLimit: 2,
  detailedMonitoring: true,
};

describe("a launch request on its way to EC2", () => {
  it("holds everything that is needed, and nothing empty", () => {
    const tags = [{ Key: "Name", Value: "ann (reflow)" }];
    expect(toRunInstances(REQUEST)).toEqual({
      ClientToken: "0123456789abcdef",
      MinCount: 1,
      MaxCount: 1,
      InstanceType: "c6a.large",
      ImageId: "ami-1",
      UserData: "IyE=",
      SecurityGroupIds: ["sg-1"],
      BlockDeviceMappings: [
        {
          DeviceName: "/dev/xvda",
          Ebs: { VolumeType: "gp3", VolumeSize: 200, Encrypted: true, DeleteOnTermination: true },
        },
      ],
      MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 2 },
      InstanceInitiatedShutdownBehavior: "terminate",
      DisableApiTermination: false,
      Monitoring: { Enabled: true },
      TagSpecifications: [
        { ResourceType: "instance", Tags: tags },
        { ResourceType: "volume", Tags: tags },
        { ResourceType: "network-interface", Tags: tags },
      ],
    });
  });

  it.each([true, false])("says of its one network interface that a public address is wanted: %p", (publicAddress) => {
    const sent = toRunInstances({ ...REQUEST, subnetId: "subnet-1", publicAddress });
    expect({ interfaces: sent.NetworkInterfaces, groups: sent.SecurityGroupIds, subnet: sent.SubnetId }).toEqual({
      interfaces: [
        {
          DeviceIndex: 0,
          AssociatePublicIpAddress: publicAddress,
          DeleteOnTermination: true,
          Groups: ["sg-1"],
          SubnetId: "subnet-1",
        },
      ],
      groups: undefined,
      subnet: undefined,
    });
  });

  it.each([
    ["a subnet", { subnetId: "subnet-1" }, { SubnetId: "subnet-1" }],
    ["a zone", { zone: "us-west-2b" }, { Placement: { AvailabilityZone: "us-west-2b" } }],
    ["a key pair", { keyName: "ann" }, { KeyName: "ann" }],
    ["a profile by name", { instanceProfile: "reflowlet" }, { IamInstanceProfile: { Name: "reflowlet" } }],
    [
      "a profile by ARN",
      { instanceProfile: "arn:aws:iam::1:instance-profile/x" },
      { IamInstanceProfile: { Arn: "arn:aws:iam::1:instance-profile/x" } },
    ],
    ["EBS optimization", { ebsOptimized: true }, { EbsOptimized: true }],
  ])("names %s where there is one", (_title, given, sent) => {
    expect(toRunInstances({ ...REQUEST, ...given })).toEqual({ ...toRunInstances(REQUEST), ...sent });
  });

  it("buys spot capacity through the market options, once, and tags the request too", () => {
    const { InstanceMarketOptions, TagSpecifications } = toRunInstances({ ...REQUEST, market: "spot" });
    expect({ InstanceMarketOptions, tagged: TagSpecifications?.map(({ ResourceType }) => ResourceType) }).toEqual({
      InstanceMarketOptions: {
        MarketType: "spot",
        SpotOptions: { SpotInstanceType: "one-time", InstanceInterruptionBehavior: "terminate" },
      },
      tagged: ["instance", "volume", "network-interface", "spot-instances-request"],
    });
  });

  it("gives operations and throughput only to volumes that have them", () => {
    const data = {
      deviceName: "/dev/xvdb",
      type: "gp3",
      sizeGiB: 300,
      encrypted: false,
      iops: 4000,
      throughputMiBps: 250,
    };
    const { BlockDeviceMappings } = toRunInstances({ ...REQUEST, volumes: [data] });
    expect(BlockDeviceMappings).toEqual([
      {
        DeviceName: "/dev/xvdb",
        Ebs: {
          VolumeType: "gp3",
          VolumeSize: 300,
          Encrypted: false,
          DeleteOnTermination: true,
          Iops: 4000,
          Throughput: 250,
        },
      },
    ]);
  });
});

describe("an instance as EC2 describes it", () => {
  it("comes in our words, whatever is missing", () => {
    expect(toInstance({ InstanceId: "i-1" })).toEqual({
      id: "i-1",
      type: "",
      state: "pending",
      stateReason: "",
      market: "on-demand",
      zone: "",
      launchTimeMs: 0,
      publicDnsName: "",
      publicIp: "",
      privateIp: "",
      imageId: "",
      tags: {},
    });
  });

  it.each([
    [{ Code: "Server.InternalError", Message: "Server.InternalError: trouble" }, "Server.InternalError: trouble"],
    [{ Code: "pending", Message: "being made" }, "pending: being made"],
    [{ Code: "Client.UserInitiatedShutdown" }, "Client.UserInitiatedShutdown"],
    [{}, ""],
  ])("tells why it is in its state: %j", (StateReason, reason) => {
    expect(toInstance({ InstanceId: "i-1", StateReason })?.stateReason).toBe(reason);
  });

  it("is spot only where EC2 says so", () => {
    expect(toInstance({ InstanceId: "i-1", InstanceLifecycle: "spot" })?.market).toBe("spot");
  });

  it("is nothing without an id", () => {
    expect(toInstance({})).toBeUndefined();
  });
});

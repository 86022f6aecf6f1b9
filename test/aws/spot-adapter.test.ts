import { describe, expect, it } from "@jest/globals";
import { toRunInstances } from "../../src/aws/convert.js";
import type { LaunchRequest } from "../../src/cluster/ports.js";
import { FakeClock } from "../support/fake-clock.js";
import { closeLoopbacks, loopbackEc2, type WireAnswer } from "./loopback-ec2.js";

closeLoopbacks();

const signal = new AbortController().signal;
const aborted = AbortSignal.abort(new Error("stop"));

const LAUNCH: LaunchRequest = {
  clientToken: "token-1",
  count: 2,
  instanceType: "c6a.large",
  market: "spot",
  maxSpotUsd: 0.0765,
  imageId: "ami-1",
  userData: "I2Nsb3VkLWNvbmZpZwo=",
  securityGroupIds: ["sg-1"],
  zone: "us-west-2a",
  instanceProfile: "reflowlet",
  volumes: [{ deviceName: "/dev/xvda", type: "gp3", sizeGiB: 200, encrypted: true }],
  tags: { cluster: "default" },
  metadataTokens: "required",
  metadataHopLimit: 2,
  detailedMonitoring: false,
};

describe("spot prices", () => {
  const row = (type: string, zone: string, usd: string, time: string): string =>
    `<item><instanceType>${type}</instanceType><availabilityZone>${zone}</availabilityZone><spotPrice>${usd}</spotPrice><timestamp>${time}</timestamp></item>`;

  it("are those of now for Linux, over all pages, the newest of each zone", async () => {
    const pages = [
      row("c6a.large", "us-west-2a", "0.0300", "2026-01-01T00:00:00Z") +
        row("c6a.large", "us-west-2b", "0.0400", "2025-12-31T00:00:00Z"),
      row("c6a.large", "us-west-2a", "0.0290", "2025-12-31T22:00:00Z") +
        row("m6a.large", "us-west-2a", "0.0500", "2025-12-31T00:00:00Z"),
    ];
    const { adapter, calls } = await loopbackEc2(
      (_action, { NextToken }) =>
        `<spotPriceHistorySet>${pages[NextToken === undefined ? 0 : 1]}</spotPriceHistorySet>` +
        `<nextToken>${NextToken === undefined ? "more" : ""}</nextToken>`,
      { clock: new FakeClock() },
    );
    expect(await adapter.spotPrices(["c6a.large", "m6a.large"], signal)).toEqual(
      new Map([
        [
          "c6a.large",
          new Map([
            ["us-west-2b", 0.04],
            ["us-west-2a", 0.03],
          ]),
        ],
        ["m6a.large", new Map([["us-west-2a", 0.05]])],
      ]),
    );
    const asked = {
      "InstanceType.1": "c6a.large",
      "InstanceType.2": "m6a.large",
      "ProductDescription.1": "Linux/UNIX",
      StartTime: "2026-01-01T00:00:00Z",
      MaxResults: "1000",
    };
    expect(calls).toEqual([
      ["DescribeSpotPriceHistory", asked],
      ["DescribeSpotPriceHistory", { ...asked, NextToken: "more" }],
    ]);
  });
});

describe("placement scores", () => {
  const ZONES =
    "<availabilityZoneInfo><item><zoneName>us-west-2a</zoneName><zoneId>usw2-az2</zoneId></item>" +
    "<item><zoneName>us-west-2b</zoneName><zoneId>usw2-az1</zoneId></item></availabilityZoneInfo>";
  const SCORES =
    "<spotPlacementScoreSet><item><region>us-west-2</region><availabilityZoneId>usw2-az1</availabilityZoneId><score>9</score></item>" +
    "<item><region>us-west-2</region><availabilityZoneId>usw2-az2</availabilityZoneId><score>3</score></item>" +
    "<item><region>us-west-2</region><availabilityZoneId>usw2-az9</availabilityZoneId><score>5</score></item></spotPlacementScoreSet>";
  const QUERY = { instanceTypes: ["c6a.large"], count: 10 };

  it("name zones as everything else does, whose ids are looked up once", async () => {
    const { adapter, calls } = await loopbackEc2((action) => (action === "GetSpotPlacementScores" ? SCORES : ZONES));
    const scores = [await adapter.placementScores(QUERY, signal), await adapter.placementScores(QUERY, signal)];
    const expected = new Map([
      ["us-west-2b", 9],
      ["us-west-2a", 3],
    ]);
    expect(scores).toEqual([expected, expected]);
    const asked = {
      "InstanceType.1": "c6a.large",
      TargetCapacity: "10",
      TargetCapacityUnitType: "units",
      SingleAvailabilityZone: "true",
      "RegionName.1": "us-west-2",
    };
    expect([...calls].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ["DescribeAvailabilityZones", {}],
      ["GetSpotPlacementScores", asked],
      ["GetSpotPlacementScores", asked],
    ]);
  });

  it.each([
    ["who may not ask", { status: 403, code: "UnauthorizedOperation" }],
    ["who has asked too much today", { status: 400, code: "MaxConfigLimitExceededException" }],
    ["where it is not known", { status: 400, code: "InvalidAction" }],
  ])("are not there for those %s, which is no error", async (_who, refusal) => {
    const { adapter } = await loopbackEc2((action) => (action === "GetSpotPlacementScores" ? refusal : ZONES));
    expect(await adapter.placementScores(QUERY, signal)).toBeUndefined();
    await expect(adapter.placementScores(QUERY, aborted)).rejects.toThrow("stop");
  });
});

describe("a dry run", () => {
  it.each<[code: string, status: number, answer: string]>([
    ["DryRunOperation", 412, "capacity"],
    ["InsufficientInstanceCapacity", 500, "none"],
    ["Unsupported", 400, "none"],
    ["MaxSpotInstanceCountExceeded", 400, "limit"],
    ["InstanceLimitExceeded", 400, "limit"],
  ])("that ends with %s (%i) says %s", async (code, status, answer) => {
    const { adapter, calls } = await loopbackEc2(() => ({ status, code }));
    const query = { imageId: "ami-1", instanceType: "c6a.large", count: 5, zone: "us-west-2a" };
    expect(await adapter.probeCapacity(query, signal)).toBe(answer);
    expect(calls).toEqual([
      [
        "RunInstances",
        {
          DryRun: "true",
          MinCount: "5",
          MaxCount: "5",
          ImageId: "ami-1",
          InstanceType: "c6a.large",
          "InstanceMarketOptions.MarketType": "spot",
          "Placement.AvailabilityZone": "us-west-2a",
          ClientToken: expect.any(String),
        },
      ],
    ]);
  });

  it.each<[what: string, answer: WireAnswer, expected: object]>([
    ["a refusal of another kind", { status: 403, code: "UnauthorizedOperation" }, { exitCode: 6 }],
    ["an endpoint that does not know dry runs", "<instancesSet/>", { hint: expect.stringContaining("spotprobedepth") }],
  ])("fails with %s", async (_what, answer, expected) => {
    const { adapter } = await loopbackEc2(() => answer);
    const query = { imageId: "ami-1", instanceType: "c6a.large", count: 5 };
    await expect(adapter.probeCapacity(query, signal)).rejects.toMatchObject(expected);
  });
});

describe("a launch as spot", () => {
  it("has a price cap only where it is asked for, and none below what EC2 takes", () => {
    const capOf = (maxSpotUsd: number | undefined): string | undefined =>
      toRunInstances({ ...LAUNCH, maxSpotUsd }).InstanceMarketOptions?.SpotOptions?.MaxPrice;
    expect([undefined, 0.0765, 1, 0.0001].map(capOf)).toEqual([undefined, "0.0765", "1", "0.001"]);
  });
});

describe("the legacy API", () => {
  const REQUEST =
    "<item><spotInstanceRequestId>sir-1</spotInstanceRequestId><state>active</state><instanceId>i-1</instanceId>" +
    "<status><code>marked-for-termination</code><message>soon</message><updateTime>2026-01-01T00:00:00Z</updateTime></status>" +
    "<tagSet><item><key>cluster</key><value>default</value></item></tagSet></item>" +
    "<item><spotInstanceRequestId>sir-2</spotInstanceRequestId><state>open</state><status><code>pending-evaluation</code></status></item>";
  const SET = `<spotInstanceRequestSet>${REQUEST}</spotInstanceRequestSet>`;
  const PARSED = [
    {
      id: "sir-1",
      state: "active",
      status: "marked-for-termination",
      statusMessage: "soon",
      statusMs: Date.UTC(2026, 0, 1),
      instanceId: "i-1",
      tags: { cluster: "default" },
    },
    {
      id: "sir-2",
      state: "open",
      status: "pending-evaluation",
      statusMessage: "",
      statusMs: undefined,
      instanceId: undefined,
      tags: {},
    },
  ];

  it("is asked for one-time instances that lapse, with everything that it knows of the launch", async () => {
    const { adapter, calls } = await loopbackEc2(() => SET);
    const request = { ...LAUNCH, validUntilMs: Date.UTC(2026, 0, 1, 0, 2) };
    expect(await adapter.requestSpot(request, signal)).toEqual(PARSED);
    expect(calls).toEqual([
      [
        "RequestSpotInstances",
        {
          ClientToken: "token-1",
          InstanceCount: "2",
          Type: "one-time",
          InstanceInterruptionBehavior: "terminate",
          ValidUntil: "2026-01-01T00:02:00Z",
          SpotPrice: "0.0765",
          "LaunchSpecification.ImageId": "ami-1",
          "LaunchSpecification.InstanceType": "c6a.large",
          "LaunchSpecification.UserData": "I2Nsb3VkLWNvbmZpZwo=",
          "LaunchSpecification.SecurityGroupId.1": "sg-1",
          "LaunchSpecification.Placement.AvailabilityZone": "us-west-2a",
          "LaunchSpecification.IamInstanceProfile.Name": "reflowlet",
          "LaunchSpecification.BlockDeviceMapping.1.DeviceName": "/dev/xvda",
          "LaunchSpecification.BlockDeviceMapping.1.Ebs.VolumeType": "gp3",
          "LaunchSpecification.BlockDeviceMapping.1.Ebs.VolumeSize": "200",
          "LaunchSpecification.BlockDeviceMapping.1.Ebs.Encrypted": "true",
          "LaunchSpecification.BlockDeviceMapping.1.Ebs.DeleteOnTermination": "true",
          "LaunchSpecification.Monitoring.Enabled": "false",
          "TagSpecification.1.ResourceType": "spot-instances-request",
          "TagSpecification.1.Tag.1.Key": "cluster",
          "TagSpecification.1.Tag.1.Value": "default",
        },
      ],
    ]);
  });

  it("is asked about requests by filters, never by ids, of which one unknown would fail the call", async () => {
    const { adapter, calls } = await loopbackEc2(() => SET);
    expect(await adapter.describeSpotRequests({ ids: ["sir-1", "sir-2"] }, signal)).toEqual(PARSED);
    await adapter.describeSpotRequests({ instanceIds: ["i-1"] }, signal);
    await adapter.describeSpotRequests({ tags: { cluster: "a*b" }, states: ["open", "active"] }, signal);
    expect(calls.map(([, parameters]) => parameters)).toEqual([
      {
        "Filter.1.Name": "spot-instance-request-id",
        "Filter.1.Value.1": "sir-1",
        "Filter.1.Value.2": "sir-2",
        MaxResults: "1000",
      },
      { "Filter.1.Name": "instance-id", "Filter.1.Value.1": "i-1", MaxResults: "1000" },
      {
        "Filter.1.Name": "tag:cluster",
        "Filter.1.Value.1": "a\\*b",
        "Filter.2.Name": "state",
        "Filter.2.Value.1": "open",
        "Filter.2.Value.2": "active",
        MaxResults: "1000",
      },
    ]);
  });

  it("cancels each by itself when it does not know all of them", async () => {
    const { adapter, calls } = await loopbackEc2((_action, parameters) =>
      Object.values(parameters).includes("sir-unknown")
        ? { status: 400, code: "InvalidSpotInstanceRequestID.NotFound" }
        : "<spotInstanceRequestSet><item><spotInstanceRequestId>sir-1</spotInstanceRequestId><state>cancelled</state></item></spotInstanceRequestSet>",
    );
    expect(await adapter.cancelSpotRequests(["sir-1", "sir-unknown"], signal)).toEqual([
      { id: "sir-1", state: "cancelled" },
    ]);
    expect(calls).toHaveLength(3);
  });
});

describe("tags after a launch", () => {
  it("are set on the instances first, then on what EC2 shows of them", async () => {
    const { adapter, calls } = await loopbackEc2((action) =>
      action === "CreateTags"
        ? "<return>true</return>"
        : "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>" +
          "<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>" +
          "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet>" +
          "</item></instancesSet></item></reservationSet>",
    );
    await adapter.tagInstances(["i-1"], { cluster: "default" }, signal);
    const tag = { "Tag.1.Key": "cluster", "Tag.1.Value": "default" };
    expect(calls).toEqual([
      ["CreateTags", { "ResourceId.1": "i-1", ...tag }],
      ["DescribeInstances", { "Filter.1.Name": "instance-id", "Filter.1.Value.1": "i-1", MaxResults: "1000" }],
      ["CreateTags", { "ResourceId.1": "vol-1", "ResourceId.2": "eni-1", ...tag }],
    ]);
  });
});

describe("a question about nothing", () => {
  it("is not asked, as EC2 would take it for one about everything", async () => {
    const { adapter, calls } = await loopbackEc2(() => "");
    expect([
      await adapter.spotPrices([], signal),
      await adapter.placementScores({ instanceTypes: [], count: 1 }, signal),
      await adapter.describeSpotRequests({ ids: [] }, signal),
      await adapter.describeSpotRequests({ instanceIds: [] }, signal),
      await adapter.cancelSpotRequests([], signal),
      await adapter.tagInstances([], {}, signal),
    ]).toEqual([new Map(), undefined, [], [], [], undefined]);
    expect(calls).toEqual([]);
  });
});

import {
  CancelSpotInstanceRequestsCommand,
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  GetSpotPlacementScoresCommand,
  RequestSpotInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type Instance,
  type RequestSpotInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { FakeClock } from "../../support/fake-clock.js";
import { eventually, GROUP_ID, IMAGE_ID, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

let box: TestSandbox;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  box = await openTestSandbox({ clock });
});
afterEach(() => box.close());

type LaunchSpecification = RequestSpotInstancesCommandInput["LaunchSpecification"];

const SPECIFICATION = {
  ImageId: IMAGE_ID,
  InstanceType: "m5.large",
  SecurityGroupIds: [GROUP_ID],
} satisfies LaunchSpecification;
const SPOT = { InstanceMarketOptions: { MarketType: "spot" } } as const;

async function request(input: Partial<RequestSpotInstancesCommandInput> = {}): Promise<readonly string[]> {
  const command = new RequestSpotInstancesCommand({ LaunchSpecification: SPECIFICATION, ...input });
  const { SpotInstanceRequests = [] } = await box.ec2.send(command);
  return SpotInstanceRequests.map(({ SpotInstanceRequestId = "" }) => SpotInstanceRequestId);
}

/** State, status and whether there is an instance, of each request. */
async function shown(ids?: readonly string[]): Promise<readonly (readonly unknown[])[]> {
  const command = new DescribeSpotInstanceRequestsCommand({ ...(ids && { SpotInstanceRequestIds: [...ids] }) });
  const { SpotInstanceRequests = [] } = await box.ec2.send(command);
  return SpotInstanceRequests.map(({ State, Status, InstanceId }) => [State, Status?.Code, InstanceId !== undefined]);
}

async function instances(): Promise<readonly Instance[]> {
  const { Reservations = [] } = await box.ec2.send(new DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

describe("RequestSpotInstances", () => {
  it("answers before it looks: open, and fulfilled in its time, with an instance that has none of its tags", async () => {
    const tags = [{ Key: "a", Value: "b" }];
    const ids = await request({
      InstanceCount: 2,
      SpotPrice: "0.096",
      TagSpecifications: [{ ResourceType: "spot-instances-request", Tags: tags }],
    });
    expect(await shown(ids)).toEqual([
      ["open", "pending-evaluation", false],
      ["open", "pending-evaluation", false],
    ]);
    await clock.advance(1_000);
    expect(await shown(ids)).toEqual([
      ["active", "fulfilled", true],
      ["active", "fulfilled", true],
    ]);
    const { SpotInstanceRequests = [] } = await box.ec2.send(new DescribeSpotInstanceRequestsCommand({}));
    expect(SpotInstanceRequests[0]).toMatchObject({ SpotPrice: "0.096", Tags: tags, Type: "one-time" });
    expect(
      (await instances()).map(({ SpotInstanceRequestId, InstanceLifecycle, Tags }) => [
        SpotInstanceRequestId,
        InstanceLifecycle,
        Tags,
      ]),
    ).toEqual(ids.map((id) => [id, "spot", []]));
  });

  it("waits for capacity, and for the price, until it is there", async () => {
    box.sandbox.setScenario({
      refusals: [{ code: "InsufficientInstanceCapacity", for: "10s" }],
      spot: {
        prices: [
          {
            type: "c5.*",
            changes: [
              { at: "0s", usd: 0.9 },
              { at: "20s", usd: 0.01 },
            ],
          },
        ],
      },
    });
    const ids = [
      ...(await request()),
      ...(await request({ SpotPrice: "0.05", LaunchSpecification: { ...SPECIFICATION, InstanceType: "c5.large" } })),
    ];
    await clock.advance(15_000);
    expect(await shown(ids)).toEqual([
      ["active", "fulfilled", true],
      ["open", "price-too-low", false],
    ]);
    await clock.advance(10_000);
    expect(await shown(ids)).toEqual([
      ["active", "fulfilled", true],
      ["active", "fulfilled", true],
    ]);
  });

  it("begins and ends with its validity", async () => {
    box.sandbox.setScenario({ capacity: [{ instances: 0 }] });
    const at = (ms: number): Date => new Date(clock.nowMs() + ms);
    const ids = await request({ ValidFrom: at(5_000), ValidUntil: at(60_000) });
    await clock.advance(1_000);
    expect(await shown(ids)).toEqual([["open", "not-scheduled-yet", false]]);
    await clock.advance(20_000);
    expect(await shown(ids)).toEqual([["open", "capacity-not-available", false]]);
    await clock.advance(60_000);
    expect(await shown(ids)).toEqual([["closed", "schedule-expired", false]]);
  });

  it("is refused at once for what no waiting mends", async () => {
    box.sandbox.setScenario({ quotas: { spotVcpus: 1 } });
    expect((await refusalOf(request())).code).toBe("MaxSpotInstanceCountExceeded");
    expect((await refusalOf(request({ Type: "persistent" }))).code).toBe("UnsupportedOperation");
    expect(
      (await refusalOf(request({ LaunchSpecification: { ...SPECIFICATION, ImageId: "ami-12345678" } }))).code,
    ).toBe("InvalidAMIID.NotFound");
    const onInstance = [{ ResourceType: "instance" as const, Tags: [{ Key: "a", Value: "b" }] }];
    expect((await refusalOf(request({ TagSpecifications: onInstance }))).code).toBe("InvalidParameterValue");
  });

  it("gives the same requests again for the same client token", async () => {
    const ids = await request({ ClientToken: "token" });
    expect(await request({ ClientToken: "token" })).toEqual(ids);
    expect(await shown()).toHaveLength(1);
  });

  it("is unknown to Describe, Cancel and CreateTags for as long as the scenario says", async () => {
    box.sandbox.setScenario({ notFound: { spotRequests: "3s" } });
    const ids = await request();
    const code = "InvalidSpotInstanceRequestID.NotFound";
    const cancel = new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [...ids] });
    const tag = new CreateTagsCommand({ Resources: [...ids], Tags: [{ Key: "a", Value: "b" }] });
    expect([await shown(), (await refusalOf(shown(ids))).code]).toEqual([[], code]);
    expect([(await refusalOf(box.ec2.send(cancel))).code, (await refusalOf(box.ec2.send(tag))).code]).toEqual([
      code,
      code,
    ]);
    await clock.advance(3_000);
    expect(await shown(ids)).toHaveLength(1);
  });
});

describe("CancelSpotInstanceRequests", () => {
  const cancel = async (ids: readonly string[]): Promise<unknown> =>
    (await box.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [...ids] })))
      .CancelledSpotInstanceRequests;

  it("ends a request that waits, which is never fulfilled then", async () => {
    const ids = await request();
    expect(await cancel(ids)).toEqual([{ SpotInstanceRequestId: ids[0], State: "cancelled" }]);
    await clock.advance(60_000);
    expect([await shown(ids), await instances()]).toEqual([[["cancelled", "canceled-before-fulfillment", false]], []]);
  });

  it("leaves an instance running, whose own end the request tells then", async () => {
    const ids = await request();
    await clock.advance(1_000);
    await cancel(ids);
    expect(await shown(ids)).toEqual([["cancelled", "request-canceled-and-instance-running", true]]);
    const [instance] = await instances();
    await box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ""] }));
    expect(await shown(ids)).toEqual([["cancelled", "instance-terminated-by-user", true]]);
  });
});

describe("a reclaim", () => {
  async function launch(maxPrice?: string): Promise<void> {
    const SpotOptions = maxPrice === undefined ? {} : { MaxPrice: maxPrice };
    const InstanceMarketOptions = { ...SPOT.InstanceMarketOptions, SpotOptions };
    const here = { Placement: { AvailabilityZone: "us-west-2a" } };
    await box.ec2.send(new RunInstancesCommand({ ...smallest, ...here, InstanceMarketOptions }));
    await clock.advance(1);
    await eventually(() => box.machines.hosts[0]);
  }

  it("is told two minutes ahead, on the machine and by the request, and then done", async () => {
    box.sandbox.setScenario({ times: { shuttingDown: "1s" }, spot: { reclaims: [{ after: "5m" }] } });
    await launch();
    const startMs = clock.nowMs();
    const host = box.machines.hosts[0];
    await clock.advance(179_000);
    expect([await shown(), host?.reclaimMs?.()]).toEqual([[["active", "fulfilled", true]], undefined]);
    await clock.advance(1_000);
    expect(await shown()).toEqual([["active", "marked-for-termination", true]]);
    expect(Math.round(((host?.reclaimMs?.() ?? 0) - startMs) / 1000)).toBe(300);
    await clock.advance(120_000);
    expect(await shown()).toEqual([["closed", "instance-terminated-no-capacity", true]]);
    expect((await instances())[0]).toMatchObject({
      State: { Name: "shutting-down" },
      StateReason: {
        Code: "Server.SpotInstanceTermination",
        Message: "Server.SpotInstanceTermination: Spot instance termination",
      },
    });
  });

  it("comes when the price passes what the caller would pay", async () => {
    box.sandbox.setScenario({
      spot: {
        prices: [
          {
            changes: [
              { at: "0s", usd: 0.03 },
              { at: "10m", usd: 0.08 },
            ],
          },
        ],
      },
    });
    await launch("0.05");
    await clock.advance(600_000);
    expect(await shown()).toEqual([["active", "marked-for-termination", true]]);
    await clock.advance(120_000);
    expect(await shown()).toEqual([["closed", "instance-terminated-by-price", true]]);
    const refused = box.ec2.send(
      new RunInstancesCommand({
        ...smallest,
        InstanceMarketOptions: { MarketType: "spot", SpotOptions: { MaxPrice: "0.05" } },
      }),
    );
    expect(await refusalOf(refused)).toMatchObject({
      code: "SpotMaxPriceTooLow",
      message:
        "Your Spot request price of 0.05 is lower than the minimum required Spot request fulfillment price of 0.08.",
    });
  });

  it("does not come to an instance that has ended", async () => {
    box.sandbox.setScenario({ spot: { reclaims: [{ after: "5m" }] } });
    await launch();
    const [instance] = await instances();
    await box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ""] }));
    await clock.advance(300_000);
    expect(await shown()).toEqual([["closed", "instance-terminated-by-user", true]]);
  });
});

describe("the spot market", () => {
  it("shows the price of now and its changes, newest first, and the catalogue's where none is set", async () => {
    box.sandbox.setScenario({
      spot: {
        prices: [
          {
            type: "m5.large",
            zone: "*a",
            changes: [
              { at: "0s", usd: 0.04 },
              { at: "5m", usd: 0.05 },
            ],
          },
        ],
      },
    });
    const zeroMs = clock.nowMs();
    await clock.advance(600_000);
    const history = async (StartTime: Date, zone: string): Promise<unknown> => {
      const { SpotPriceHistory = [] } = await box.ec2.send(
        new DescribeSpotPriceHistoryCommand({
          InstanceTypes: ["m5.large"],
          ProductDescriptions: ["Linux/UNIX"],
          Filters: [{ Name: "availability-zone", Values: [zone] }],
          StartTime,
        }),
      );
      return SpotPriceHistory.map(({ SpotPrice, Timestamp }) => [SpotPrice, (Timestamp?.getTime() ?? 0) - zeroMs]);
    };
    expect(await history(new Date(clock.nowMs()), "us-west-2a")).toEqual([["0.050000", 300_000]]);
    expect(await history(new Date(zeroMs), "us-west-2a")).toEqual([
      ["0.050000", 300_000],
      ["0.040000", 0],
    ]);
    expect(await history(new Date(clock.nowMs()), "us-west-2b")).toEqual([
      [expect.stringMatching(/^0\.0\d+$/), -3_600_000],
    ]);
  });

  it("scores zones by the scenario, by what fits, and low for few types", async () => {
    box.sandbox.setScenario({
      capacity: [{ zone: "*c", instances: 1 }],
      spot: { scores: [{ type: "m5.large", zone: "*a", score: 2 }] },
    });
    const scores = async (types: readonly string[], single = true): Promise<unknown> => {
      const { SpotPlacementScores = [] } = await box.ec2.send(
        new GetSpotPlacementScoresCommand({
          InstanceTypes: [...types],
          TargetCapacity: 5,
          SingleAvailabilityZone: single,
        }),
      );
      return SpotPlacementScores.map(({ AvailabilityZoneId, Score }) => [AvailabilityZoneId, Score]);
    };
    expect(await scores(["m5.large"])).toEqual([
      ["usw2-az1", 2],
      ["usw2-az2", 3],
      ["usw2-az3", 1],
    ]);
    expect(await scores(["m5.large", "c5.large", "r5.large"], false)).toEqual([[undefined, 9]]);
    const none = box.ec2.send(new GetSpotPlacementScoresCommand({ InstanceTypes: ["m5.large"], TargetCapacity: 0 }));
    expect((await refusalOf(none)).code).toBe("InvalidParameterValue");
  });
});

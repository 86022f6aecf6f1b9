import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  paginateDescribeInstances,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type DescribeInstancesCommandInput,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { eventually, forEver, noTime, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ timings: forEver });
});
afterEach(() => box.close());

async function launch(input: Partial<RunInstancesCommandInput> = {}): Promise<string[]> {
  const { Instances = [] } = await box.ec2.send(new RunInstancesCommand({ ...smallest, ...input }));
  return Instances.map(({ InstanceId = "" }) => InstanceId);
}

async function idsOf(input: DescribeInstancesCommandInput): Promise<string[]> {
  const { Reservations = [] } = await box.ec2.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = "" }) => InstanceId));
}

const tagged = (...Tags: [Key: string, Value: string][]): Partial<RunInstancesCommandInput> => ({
  TagSpecifications: [{ ResourceType: "instance", Tags: Tags.map(([Key, Value]) => ({ Key, Value })) }],
});

describe("DescribeInstances", () => {
  it("answers with an empty list where there is nothing", async () => {
    const { Reservations, NextToken } = await box.ec2.send(new DescribeInstancesCommand({}));
    expect({ Reservations, NextToken }).toEqual({ Reservations: [], NextToken: undefined });
  });

  it("groups instances by the call that launched them", async () => {
    await launch({ MaxCount: 2 });
    await launch();
    const { Reservations = [] } = await box.ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations.map(({ Instances = [] }) => Instances.length)).toEqual([2, 1]);
  });

  it("gives the instances of the ids that were asked for", async () => {
    const [first = "", , third = ""] = await launch({ MaxCount: 3 });
    expect(await idsOf({ InstanceIds: [third, first] })).toEqual([first, third]);
  });

  it.each([
    [["i-0123456789abcdef0"], "The instance ID 'i-0123456789abcdef0' does not exist"],
    [["i-0123456789abcdef0", "i-11111111"], "The instance IDs 'i-0123456789abcdef0, i-11111111' do not exist"],
  ])("names all unknown ids of %j", async (unknown, message) => {
    const known = await launch();
    const refusal = await refusalOf(idsOf({ InstanceIds: [...known, ...unknown] }));
    expect(refusal).toEqual({ code: "InvalidInstanceID.NotFound", message, status: 400, requestId: true });
  });

  it.each(["nonsense", "i-", "i-xyz", "i-0123456789abcdef", "i-0123456789ABCDEF0", "vol-0123456789abcdef0"])(
    "refuses the misshapen id %s",
    async (id) => {
      const refusal = await refusalOf(idsOf({ InstanceIds: [id] }));
      expect(refusal).toEqual({
        code: "InvalidInstanceID.Malformed",
        message: `Invalid id: "${id}" (expecting "i-...")`,
        status: 400,
        requestId: true,
      });
    },
  );

  it("does not mind unknown ids in a filter", async () => {
    const [id = ""] = await launch();
    expect(await idsOf({ Filters: [{ Name: "instance-id", Values: [id, "i-0123456789abcdef0"] }] })).toEqual([id]);
  });

  describe("filters", () => {
    let ann: string;
    let ben: string;
    beforeEach(async () => {
      [ann = ""] = await launch({
        ...tagged(["user", "ann"], ["Name", "ann (reflow)"], ["odd", "a*b\\c"]),
        InstanceMarketOptions: { MarketType: "spot" },
        ClientToken: "for-ann",
        Placement: { AvailabilityZone: "us-west-2a" },
      });
      [ben = ""] = await launch({
        ...tagged(["user", "ben"], ["Name", "ben (reflow)"], ["empty", ""]),
        InstanceType: "c5.large",
        Placement: { AvailabilityZone: "us-west-2b" },
      });
    });

    it.each<[filters: Record<string, string[]>, expected: ("ann" | "ben")[]]>([
      [{ "tag:user": ["ann"] }, ["ann"]],
      [{ "tag:user": ["Ann"] }, []],
      [{ "tag:user": ["ann", "ben"] }, ["ann", "ben"]],
      [{ "tag:user": ["ann"], "tag:Name": ["ben (reflow)"] }, []],
      [{ "tag:Name": ["*(reflow)"] }, ["ann", "ben"]],
      [{ "tag:Name": ["b?n*"] }, ["ben"]],
      [{ "tag:Name": ["?"] }, []],
      [{ "tag:odd": ["a\\*b\\\\c"] }, ["ann"]],
      [{ "tag:odd": ["a\\*c"] }, []],
      [{ "tag:empty": [""] }, ["ben"]],
      [{ "tag:absent": ["*"] }, []],
      [{ "tag-key": ["empty", "nobody"] }, ["ben"]],
      [{ "tag:user": [] }, []],
      [{ "instance-state-name": ["pending"] }, ["ann", "ben"]],
      [{ "instance-state-name": ["running", "terminated"] }, []],
      [{ "instance-state-code": ["0"] }, ["ann", "ben"]],
      [{ "instance-lifecycle": ["spot"] }, ["ann"]],
      [{ "instance-lifecycle": ["*"] }, ["ann"]],
      [{ "client-token": ["for-ann"] }, ["ann"]],
      [{ "instance-type": ["c5.*"] }, ["ben"]],
      [{ "subnet-id": ["subnet-011b2c3d4e5f60711"] }, ["ann"]],
      [{ "vpc-id": ["vpc-0a1b2c3d4e5f60718"] }, ["ann", "ben"]],
      [{ "availability-zone": ["us-west-2b"] }, ["ben"]],
    ])("%j", async (filters, expected) => {
      const Filters = Object.entries(filters).map(([Name, Values]) => ({ Name, Values }));
      const names = (await idsOf({ Filters })).map((id) => ({ [ann]: "ann", [ben]: "ben" })[id]);
      expect(names).toEqual(expected);
    });

    it.each(["nonsense", "constructor", "__proto__", "tags:user"])("refuses the unknown filter %s", async (Name) => {
      const refusal = await refusalOf(idsOf({ Filters: [{ Name, Values: ["x"] }] }));
      expect(refusal).toEqual({
        code: "InvalidParameterValue",
        message: `The filter '${Name}' is invalid`,
        status: 400,
        requestId: true,
      });
    });

    it("refuses more than 200 values", async () => {
      const Values = Array.from({ length: 201 }, (_, index) => `i-${index}`);
      const refusal = await refusalOf(idsOf({ Filters: [{ Name: "instance-id", Values }] }));
      expect(refusal.code).toBe("FilterLimitExceeded");
    });
  });

  describe("pages", () => {
    it("show every instance once, in pages of the size asked for", async () => {
      const launched = await launch({ MaxCount: 12 });
      const pages: string[][] = [];
      for await (const { Reservations = [] } of paginateDescribeInstances({ client: box.ec2, pageSize: 5 }, {})) {
        pages.push(Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = "" }) => InstanceId)));
      }
      expect(pages.map((page) => page.length)).toEqual([5, 5, 2]);
      expect(pages.flat()).toEqual(launched);
    });

    it("neither repeat nor hide an instance when others go in between", async () => {
      const launched = await launch({ MaxCount: 10 });
      const first = await box.ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }));
      for (const id of launched.slice(0, 3)) box.sandbox.account.instances.delete(id);
      expect(await idsOf({ MaxResults: 5, NextToken: first.NextToken })).toEqual(launched.slice(5));
    });

    it.each([
      [4, "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5."],
      [1001, "Value ( 1001 ) for parameter maxResults is invalid. Expecting a value less than 1000."],
    ])("refuse a size of %d", async (MaxResults, message) => {
      expect(await refusalOf(idsOf({ MaxResults }))).toMatchObject({ code: "InvalidParameterValue", message });
    });

    it("do not go with ids", async () => {
      const refusal = await refusalOf(idsOf({ InstanceIds: await launch(), MaxResults: 5 }));
      expect(refusal.code).toBe("InvalidParameterCombination");
    });

    it.each(["nonsense", "e30", "WzEsMl0", Buffer.from('[-1,"i-1"]').toString("base64url")])(
      "refuse the foreign token %s",
      async (NextToken) => {
        const refusal = await refusalOf(idsOf({ NextToken }));
        expect(refusal.message).toBe(`Unable to parse pagination token ${NextToken}`);
      },
    );
  });
});

describe("DescribeInstanceStatus", () => {
  it("shows running instances, and the others when all are asked for", async () => {
    const quick = await openTestSandbox({ timings: noTime });
    try {
      const { Instances = [] } = await quick.ec2.send(new RunInstancesCommand({ ...smallest, MaxCount: 2 }));
      const [kept = "", ended = ""] = Instances.map(({ InstanceId = "" }) => InstanceId);
      const statuses = async (all: boolean): Promise<Record<string, string>> => {
        const answer = await quick.ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances: all }));
        return Object.fromEntries(
          (answer.InstanceStatuses ?? []).map((status) => [
            status.InstanceId ?? "",
            `${status.InstanceState?.Name} ${status.InstanceStatus?.Status}`,
          ]),
        );
      };
      await eventually(async () => (Object.keys(await statuses(false)).length === 2 ? true : undefined));
      await quick.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ended] }));
      await eventually(() => quick.sandbox.account.instances.get(ended)?.terminatedMs);
      expect(await statuses(false)).toEqual({ [kept]: "running ok" });
      expect(await statuses(true)).toEqual({ [kept]: "running ok", [ended]: "terminated not-applicable" });
    } finally {
      await quick.close();
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { eventually, forEver, noTime, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

const run = (input: Partial<RunInstancesCommandInput> = {}): RunInstancesCommand =>
  new RunInstancesCommand({ ...smallest, ...input });

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ timings: forEver });
});
afterEach(() => box.close());

const launchedIds = async (input: Partial<RunInstancesCommandInput>): Promise<(string | undefined)[]> =>
  ((await box.ec2.send(run(input))).Instances ?? []).map(({ InstanceId }) => InstanceId);

describe("the client token of RunInstances", () => {
  it("gives the same instances again, in their present state, for the same request", async () => {
    const first = await launchedIds({ ClientToken: "t", MaxCount: 2 });
    const again = await launchedIds({ ClientToken: "t", MaxCount: 2 });
    expect(again).toEqual(first);
    expect(box.sandbox.account.instances.size).toBe(2);
  });

  it("launches again without one, or with another", async () => {
    const ids = [
      ...(await launchedIds({ ClientToken: "a" })),
      ...(await launchedIds({ ClientToken: "b" })),
      ...(await launchedIds({ ClientToken: "" })),
      ...(await launchedIds({ ClientToken: "" })),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it("refuses other parameters", async () => {
    await launchedIds({ ClientToken: "t" });
    const refusal = await refusalOf(box.ec2.send(run({ ClientToken: "t", InstanceType: "m5.xlarge" })));
    expect(refusal).toEqual({
      code: "IdempotentParameterMismatch",
      message: "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      status: 400,
      requestId: true,
    });
  });

  it("counts in each zone by itself when the request fixes the zone", async () => {
    const a = await launchedIds({ ClientToken: "t", Placement: { AvailabilityZone: "us-west-2a" } });
    const b = await launchedIds({ ClientToken: "t", SubnetId: "subnet-021b2c3d4e5f60712" });
    expect(new Set([...a, ...b]).size).toBe(2);
  });

  it("says that its instance is terminated", async () => {
    const quick = await openTestSandbox({ timings: noTime });
    try {
      const { Instances: [instance] = [] } = await quick.ec2.send(run({ ClientToken: "t" }));
      const InstanceIds = [instance?.InstanceId ?? ""];
      await quick.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
      await eventually(async () => {
        const { Reservations = [] } = await quick.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
        return Reservations[0]?.Instances?.[0]?.State?.Name === "terminated" || undefined;
      });
      const refusal = await refusalOf(quick.ec2.send(run({ ClientToken: "t" })));
      expect(refusal.code).toBe("IdempotentInstanceTerminated");
    } finally {
      await quick.close();
    }
  });
});

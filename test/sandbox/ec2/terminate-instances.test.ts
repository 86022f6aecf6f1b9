import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { eventually, forEver, noTime, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ timings: { ...forEver, pendingMs: 0 } });
});
afterEach(() => box.close());

async function launch(input: Partial<RunInstancesCommandInput> = {}): Promise<string[]> {
  const { Instances = [] } = await box.ec2.send(new RunInstancesCommand({ ...smallest, ...input }));
  return Instances.map(({ InstanceId = "" }) => InstanceId);
}

const statesOf = (): string[] => [...box.sandbox.account.instances.values()].map(({ state }) => state);

const terminate = (...InstanceIds: string[]): TerminateInstancesCommand =>
  new TerminateInstancesCommand({ InstanceIds });

const change = (id: string, from: [number, string], to: [number, string]): object => ({
  InstanceId: id,
  PreviousState: { Code: from[0], Name: from[1] },
  CurrentState: { Code: to[0], Name: to[1] },
});

describe("TerminateInstances", () => {
  it("answers with the state before and the state now of each instance", async () => {
    const [running = ""] = await launch();
    await eventually(() => statesOf().includes("running") || undefined);
    const first = await box.ec2.send(terminate(running));
    expect(first.TerminatingInstances).toEqual([change(running, [16, "running"], [32, "shutting-down"])]);
    const again = await box.ec2.send(terminate(running, running));
    expect(again.TerminatingInstances).toEqual([change(running, [32, "shutting-down"], [32, "shutting-down"])]);
  });

  it("ends a pending instance before its machine is ever switched on", async () => {
    const pending = await openTestSandbox({ timings: { ...noTime, pendingMs: 3_600_000 } });
    try {
      const { Instances: [instance] = [] } = await pending.ec2.send(new RunInstancesCommand(smallest));
      const id = instance?.InstanceId ?? "";
      const { TerminatingInstances } = await pending.ec2.send(terminate(id));
      expect(TerminatingInstances).toEqual([change(id, [0, "pending"], [32, "shutting-down"])]);
      await eventually(() => pending.sandbox.account.instances.get(id)?.terminatedMs);
      expect(pending.machines.hosts).toEqual([]);
    } finally {
      await pending.close();
    }
  });

  it("ends nothing when one id is unknown", async () => {
    const [known = ""] = await launch();
    const before = statesOf();
    const refusal = await refusalOf(box.ec2.send(terminate(known, "i-0123456789abcdef0")));
    expect(refusal).toEqual({
      code: "InvalidInstanceID.NotFound",
      message: "The instance ID 'i-0123456789abcdef0' does not exist",
      status: 400,
      requestId: true,
    });
    expect(before.concat(statesOf())).not.toContain("shutting-down");
  });

  it("refuses a call without ids", async () => {
    expect(await refusalOf(box.ec2.send(terminate()))).toEqual({
      code: "MissingParameter",
      message: "The request must contain the parameter InstanceId",
      status: 400,
      requestId: true,
    });
  });

  it("ends nothing in a dry run", async () => {
    const ids = await launch();
    const refusal = await refusalOf(box.ec2.send(new TerminateInstancesCommand({ InstanceIds: ids, DryRun: true })));
    expect(refusal.code).toBe("DryRunOperation");
    expect(statesOf()).not.toContain("shutting-down");
  });

  it("spares all instances of a zone in which one is protected, and ends those of other zones", async () => {
    const in2a = { Placement: { AvailabilityZone: "us-west-2a" } };
    const [guarded = ""] = await launch({ ...in2a, DisableApiTermination: true });
    const [neighbour = ""] = await launch(in2a);
    const [elsewhere = ""] = await launch({ Placement: { AvailabilityZone: "us-west-2b" } });
    const refusal = await refusalOf(box.ec2.send(terminate(guarded, neighbour, elsewhere)));
    expect(refusal).toEqual({
      code: "OperationNotPermitted",
      message: `The instance '${guarded}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      status: 400,
      requestId: true,
    });
    const { instances } = box.sandbox.account;
    expect([guarded, neighbour, elsewhere].map((id) => instances.get(id)?.state === "shutting-down")).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("leaves a terminated instance that says why, without addresses, network and volumes", async () => {
    const quick = await openTestSandbox({ timings: noTime });
    try {
      const { Instances: [launched] = [] } = await quick.ec2.send(new RunInstancesCommand(smallest));
      const id = launched?.InstanceId ?? "";
      await eventually(() => quick.machines.hosts[0]);
      await quick.ec2.send(terminate(id));
      await eventually(() => quick.sandbox.account.instances.get(id)?.terminatedMs);
      const { Reservations } = await quick.ec2.send(new DescribeInstancesCommand({}));
      expect(Reservations?.[0]?.Instances).toEqual([
        {
          InstanceId: id,
          ImageId: smallest.ImageId,
          State: { Code: 48, Name: "terminated" },
          StateReason: {
            Code: "Client.UserInitiatedShutdown",
            Message: "Client.UserInitiatedShutdown: User initiated shutdown",
          },
          StateTransitionReason: expect.stringMatching(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/),
          PrivateDnsName: "",
          PublicDnsName: "",
          AmiLaunchIndex: 0,
          ProductCodes: [],
          InstanceType: "m5.large",
          LaunchTime: launched?.LaunchTime,
          Placement: launched?.Placement,
          Monitoring: { State: "disabled" },
          SourceDestCheck: true,
          SecurityGroups: [],
          Architecture: "x86_64",
          RootDeviceType: "ebs",
          RootDeviceName: "/dev/xvda",
          BlockDeviceMappings: [],
          VirtualizationType: "hvm",
          ClientToken: launched?.ClientToken,
          Tags: [],
          Hypervisor: "xen",
          NetworkInterfaces: [],
          EbsOptimized: false,
          EnaSupport: true,
          MetadataOptions: launched?.MetadataOptions,
        },
      ]);
    } finally {
      await quick.close();
    }
  });
});

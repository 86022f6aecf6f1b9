import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RunInstancesCommand, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { forEver, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

const run = (input: Partial<RunInstancesCommandInput> = {}): RunInstancesCommand =>
  new RunInstancesCommand({ ...smallest, ...input });

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ timings: forEver });
});
afterEach(() => box.close());

describe("the block devices of a launch", () => {
  const ebs = (Ebs: object, DeviceName = "/dev/xvdb"): Partial<RunInstancesCommandInput> => ({
    BlockDeviceMappings: [{ DeviceName, Ebs }],
  });

  it.each<
    [what: string, input: Partial<Record<keyof RunInstancesCommandInput, unknown>>, code: string, message: string]
  >([
    [
      "an unknown volume type",
      ebs({ VolumeType: "gp9", VolumeSize: 1 }),
      "InvalidParameterValue",
      "Value (gp9) for parameter volumeType is invalid. Expected one of standard, gp2, gp3, io1, io2, st1, sc1.",
    ],
    [
      "a volume without a size",
      ebs({ VolumeType: "gp3" }),
      "InvalidBlockDeviceMapping",
      "The request must contain the parameter size or snapshotId",
    ],
    [
      "a root volume smaller than its image",
      ebs({ VolumeType: "gp3", VolumeSize: 4 }, "/dev/xvda"),
      "InvalidBlockDeviceMapping",
      "Volume of size 4GB is smaller than snapshot 'snap-0c3488073a14ab0af', expect size >= 8GB",
    ],
    [
      "an st1 volume below 125 GiB",
      ebs({ VolumeType: "st1", VolumeSize: 124 }),
      "InvalidParameterValue",
      "Volume of 124GiB is too small for volume type st1; minimum is 125GiB.",
    ],
    [
      "a gp2 volume beyond 16 TiB",
      ebs({ VolumeType: "gp2", VolumeSize: 16_385 }),
      "InvalidParameterValue",
      "Volume of 16385GiB is too large for volume type gp2; maximum is 16384GiB.",
    ],
    [
      "operations for gp2",
      ebs({ VolumeType: "gp2", VolumeSize: 10, Iops: 300 }),
      "InvalidParameterCombination",
      "The parameter iops is not supported for gp2 volumes.",
    ],
    [
      "no operations for io1",
      ebs({ VolumeType: "io1", VolumeSize: 10 }),
      "MissingParameter",
      "The parameter iops must be specified for io1 volumes.",
    ],
    [
      "too few operations for gp3",
      ebs({ VolumeType: "gp3", VolumeSize: 10, Iops: 100 }),
      "InvalidParameterValue",
      "Value (100) for parameter iops is invalid. Minimum volume iops of gp3 is 3000.",
    ],
    [
      "too much throughput for gp3",
      ebs({ VolumeType: "gp3", VolumeSize: 10, Throughput: 3000 }),
      "InvalidParameterValue",
      "Value (3000) for parameter throughput is invalid. Maximum volume throughput of gp3 is 2000.",
    ],
    [
      "throughput for io2",
      ebs({ VolumeType: "io2", VolumeSize: 10, Iops: 300, Throughput: 200 }),
      "InvalidParameterCombination",
      "The parameter throughput is not supported for io2 volumes.",
    ],
    [
      "one device twice",
      {
        BlockDeviceMappings: [
          { DeviceName: "/dev/xvdb", Ebs: { VolumeSize: 1 } },
          { DeviceName: "/dev/xvdb", Ebs: { VolumeSize: 1 } },
        ],
      },
      "InvalidBlockDeviceMapping",
      "The device '/dev/xvdb' is used in more than one block-device mapping",
    ],
  ])("refuses %s and launches nothing", async (_what, input, code, message) => {
    const refusal = await refusalOf(box.ec2.send(run(input as Partial<RunInstancesCommandInput>)));
    expect(refusal).toEqual({ code, message, status: 400, requestId: true });
    expect(box.sandbox.account.instances.size).toBe(0);
    expect(box.sandbox.account.volumes.size).toBe(0);
  });
});

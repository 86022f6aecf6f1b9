import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { requestTags } from "../../../src/sandbox/tag-request.js";
import { FakeClock } from "../../support/fake-clock.js";
import { openTestSandbox, REGION, refusalOf, smallest, type TestSandbox } from "../support.js";

let box: TestSandbox;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  box = await openTestSandbox({ clock });
});
afterEach(() => box.close());

const vpcs = (): Promise<unknown> => box.ec2.send(new DescribeVpcsCommand({ MaxResults: 5 }));

/** The codes of so many calls, one after the other; empty for those that were answered. */
async function codes(count: number, call: () => Promise<unknown>): Promise<readonly string[]> {
  const ended: string[] = [];
  for (let at = 0; at < count; at += 1) {
    ended.push(
      await call().then(
        () => "",
        (error: Error) => error.name,
      ),
    );
  }
  return ended;
}

/** A client's options for other services of the same endpoint. */
const options = (): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
} => ({
  endpoint: box.sandbox.endpoint,
  region: REGION,
  credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
  maxAttempts: 1,
});

describe("calls", () => {
  it("are counted by action since the scenario was set, refused ones too, those of machines not", async () => {
    const { Instances } = await box.ec2.send(new RunInstancesCommand(smallest));
    box.sandbox.setScenario({ denied: [{ action: "DescribeVpcs" }] });
    await codes(2, vpcs);
    await box.ec2.send(new DescribeInstancesCommand({}));
    const ecr = new ECRClient(options());
    await ecr.send(new GetAuthorizationTokenCommand({}));
    ecr.destroy();
    const instanceId = Instances?.[0]?.InstanceId ?? "";
    const { endpoint } = box.sandbox;
    await requestTags({ endpoint, region: REGION, instanceId, tags: { a: "b" }, nowMs: clock.nowMs() });
    expect(box.sandbox.calls()).toEqual({ DescribeInstances: 1, DescribeVpcs: 2, "ecr:GetAuthorizationToken": 1 });
    box.sandbox.setScenario({});
    expect(box.sandbox.calls()).toEqual({});
  });

  it("are throttled by the share that the scenario gives their actions, the same ones each time", async () => {
    const run = async (): Promise<readonly string[]> => {
      box.sandbox.setScenario({ seed: 3, throttled: [{ action: "Describe*", share: 0.4, for: "1m" }] });
      return codes(15, vpcs);
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set(["", "RequestLimitExceeded"]));
    expect(await run()).toEqual(first);
    expect(await refusalOf(box.ec2.send(new TerminateInstancesCommand({ InstanceIds: ["i-12345678"] })))).toMatchObject(
      {
        code: "InvalidInstanceID.NotFound",
      },
    );
    await clock.advance(60_000);
    expect(new Set(await codes(15, vpcs))).toEqual(new Set([""]));
  });

  it("are throttled by real token buckets when asked for: five launches, and two more each second", async () => {
    box.sandbox.setScenario({ throttle: "real" });
    const launch = (): Promise<unknown> => box.ec2.send(new RunInstancesCommand(smallest));
    const throttled = "RequestLimitExceeded";
    expect(await codes(7, launch)).toEqual(["", "", "", "", "", throttled, throttled]);
    await clock.advance(1_000);
    expect(await codes(3, launch)).toEqual(["", "", throttled]);
    expect(await refusalOf(launch())).toMatchObject({ status: 503, message: "Request limit exceeded." });
  });

  it("that tag what they make are denied without the permission to tag", async () => {
    box.sandbox.setScenario({ denied: [{ action: "CreateTags" }] });
    const Tags = [{ Key: "a", Value: "b" }];
    const TagSpecifications = [{ ResourceType: "instance" as const, Tags }];
    const tagged = box.ec2.send(new RunInstancesCommand({ ...smallest, TagSpecifications }));
    expect(await refusalOf(tagged)).toMatchObject({
      code: "UnauthorizedOperation",
      message: expect.stringContaining("to perform: ec2:CreateTags on resource"),
    });
    expect((await box.ec2.send(new RunInstancesCommand(smallest))).Instances).toHaveLength(1);
    expect(box.sandbox.calls()).toEqual({ RunInstances: 2 });
  });

  it("that are denied get each service's own words and status", async () => {
    box.sandbox.setScenario({ denied: [{ action: "Describe*" }, { action: "s3:Put*" }, { action: "ecr:*" }] });
    const because = "because no identity-based policy allows the";
    expect(await refusalOf(vpcs())).toMatchObject({
      code: "UnauthorizedOperation",
      status: 403,
      message:
        "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not authorized " +
        `to perform: ec2:DescribeVpcs on resource: arn:aws:ec2:us-west-2:123456789012:*/* ${because} ec2:DescribeVpcs action`,
    });
    const s3 = new S3Client({ ...options(), forcePathStyle: true });
    await expect(
      s3.send(new PutObjectCommand({ Bucket: "reflow-ec2-sandbox", Key: "a", Body: "x" })),
    ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    s3.destroy();
    const ecr = new ECRClient(options());
    await expect(ecr.send(new GetAuthorizationTokenCommand({}))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("ecr:GetAuthorizationToken on resource: *"),
    });
    ecr.destroy();
  });

  it("are answered late where the scenario says so, when the work is long done", async () => {
    box.sandbox.setScenario({ latency: [{ action: "RunInstances", time: "2s" }] });
    let answered = false;
    const launch = box.ec2.send(new RunInstancesCommand(smallest)).then(() => (answered = true));
    while (box.sandbox.account.instances.size === 0) await new Promise((resolve) => setImmediate(resolve));
    await vpcs();
    expect(answered).toBe(false);
    await clock.advance(2_000);
    expect(await launch).toBe(true);
  });

  it("see a Date header that is off by the endpoint's clock", async () => {
    box.sandbox.setScenario({ clock: { endpointOffset: "-6m" } });
    const reply = await fetch(box.sandbox.endpoint);
    expect(reply.headers.get("date")).toBe("Wed, 31 Dec 2025 23:54:00 GMT");
  });
});

describe("a new instance", () => {
  it("is unknown to everybody but its own call and its machine until its time has come", async () => {
    box.sandbox.setScenario({ notFound: { instances: "3s" } });
    const launch = { ...smallest, ClientToken: "token" };
    const { Instances } = await box.ec2.send(new RunInstancesCommand(launch));
    const id = Instances?.[0]?.InstanceId ?? "";
    const again = await box.ec2.send(new RunInstancesCommand(launch));
    expect(again.Instances?.map(({ InstanceId }) => InstanceId)).toEqual([id]);
    const asks = [
      () => box.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
      () => box.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
      () => box.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "a", Value: "b" }] })),
      () => box.ec2.send(new GetConsoleOutputCommand({ InstanceId: id })),
    ];
    for (const ask of asks) expect((await refusalOf(ask())).code).toBe("InvalidInstanceID.NotFound");
    expect((await box.ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
    const { endpoint } = box.sandbox;
    await requestTags({ endpoint, region: REGION, instanceId: id, tags: { own: "tag" }, nowMs: clock.nowMs() });
    expect((await box.ec2.send(new DescribeTagsCommand({}))).Tags).toEqual([]);
    await clock.advance(3_000);
    for (const ask of [asks[0], asks[2], asks[3], asks[1]]) await ask?.();
  });
});

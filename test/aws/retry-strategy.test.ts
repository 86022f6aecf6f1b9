import { describe, expect, it } from "@jest/globals";
import { EagerClock } from "../sandbox/eager-clock.js";
import { closeLoopbacks, loopbackEc2 } from "./loopback-ec2.js";

closeLoopbacks();

const signal = new AbortController().signal;
const EMPTY = "<reservationSet/>";

describe("a call that EC2 throttles", () => {
  const THROTTLED = { status: 503, code: "RequestLimitExceeded" };

  it("is repeated by the pacing alone, six calls in all, and then says what it was", async () => {
    const { adapter, calls } = await loopbackEc2(() => THROTTLED, { clock: new EagerClock() });
    await expect(adapter.describeInstances({ tags: { a: "b" } }, signal)).rejects.toMatchObject({
      exitCode: 4,
      refusal: { code: "RequestLimitExceeded", kind: "throttled" },
    });
    expect(calls).toHaveLength(6);
  });

  it("succeeds when EC2 takes it again", async () => {
    let asked = 0;
    const answer = (): string | typeof THROTTLED => ((asked += 1) < 3 ? THROTTLED : EMPTY);
    const { adapter, calls } = await loopbackEc2(answer, { clock: new EagerClock() });
    expect(await adapter.describeInstances({ tags: { a: "b" } }, signal)).toEqual([]);
    expect(calls).toHaveLength(3);
  });
});

describe("a call that fails for EC2's own trouble", () => {
  it("is repeated by the SDK, three calls in all", async () => {
    const { adapter, calls } = await loopbackEc2(() => ({ status: 500, code: "InternalError" }));
    await expect(adapter.describeInstances({ tags: { a: "b" } }, signal)).rejects.toMatchObject({
      refusal: { code: "InternalError", kind: "other" },
    });
    expect(calls).toHaveLength(3);
  });

  it.each([
    ["InternalError", "other"],
    ["InsufficientInstanceCapacity", "capacity"],
  ])("(%s) is never repeated for a launch, whose status 500 may mean that there is no capacity", async (code, kind) => {
    const { adapter, calls } = await loopbackEc2(() => ({ status: 500, code }));
    const query = { imageId: "ami-1", instanceType: "c6a.large", count: 1 };
    const outcome = await adapter.probeCapacity(query, signal).catch((error: unknown) => error);
    expect(outcome).toEqual(kind === "capacity" ? "none" : expect.objectContaining({ refusal: expect.anything() }));
    expect(calls).toHaveLength(1);
  });
});

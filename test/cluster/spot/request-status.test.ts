import { describe, expect, it } from "@jest/globals";
import type { SpotRequest, SpotRequestState } from "../../../src/cluster/ports.js";
import { decisionOf, isReclaimed, refusalOfSpotStatus, spotRefused } from "../../../src/cluster/spot/request-status.js";

const request = (state: SpotRequestState, status: string, instanceId?: string): SpotRequest => ({
  id: "sir-1",
  state,
  status,
  statusMessage: "",
  statusMs: 0,
  instanceId,
  tags: {},
});

describe("a spot request", () => {
  it.each<[state: SpotRequestState, status: string, ageMs: number, kind: string]>([
    ["open", "pending-evaluation", 60_000, "waiting"],
    ["open", "pending-fulfillment", 60_000, "waiting"],
    ["open", "capacity-not-available", 29_000, "waiting"],
    ["open", "capacity-not-available", 30_000, "refused"],
    ["open", "price-too-low", 30_000, "refused"],
    ["failed", "bad-parameters", 0, "refused"],
    ["open", "system-error", 0, "refused"],
    ["closed", "schedule-expired", 0, "refused"],
    ["cancelled", "canceled-before-fulfillment", 0, "refused"],
    // EC2 says active for a moment before it names the instance.
    ["active", "fulfilled", 0, "waiting"],
  ])("without an instance that is %s (%s) after %i ms is %s", (state, status, ageMs, kind) => {
    expect(decisionOf(request(state, status), ageMs).kind).toBe(kind);
  });

  it.each<[state: SpotRequestState, status: string, kind: string]>([
    ["active", "fulfilled", "fulfilled"],
    ["cancelled", "request-canceled-and-instance-running", "fulfilled"],
    ["active", "marked-for-termination", "refused"],
    ["closed", "instance-terminated-no-capacity", "refused"],
    ["closed", "instance-terminated-by-user", "refused"],
  ])("with an instance that is %s (%s) is %s", (state, status, kind) => {
    expect(decisionOf(request(state, status, "i-1"), 0).kind).toBe(kind);
  });
});

describe("the status of a spot request", () => {
  it.each([
    ["schedule-expired", "capacity", "no-capacity"],
    ["capacity-oversubscribed", "capacity", "no-capacity"],
    ["bad-parameters", "parameter", "config"],
    ["limit-exceeded", "quota", "limit"],
    ["system-error", "other", "no-capacity"],
  ])("%s is a refusal of the kind %s", (status, kind, code) => {
    const refusal = refusalOfSpotStatus(status);
    expect(refusal).toMatchObject({ code: status, kind });
    expect(spotRefused("c6a.large", refusal, "said EC2")).toMatchObject({
      code,
      refusal,
      message: `RequestSpotInstances: ${status}: said EC2`,
    });
  });

  it.each([
    ["marked-for-termination", true],
    ["marked-for-stop", true],
    ["instance-terminated-by-price", true],
    ["instance-terminated-by-user", false],
    ["request-canceled-and-instance-running", false],
    ["fulfilled", false],
  ])("%s means that EC2 takes the instance back: %s", (status, reclaimed) => {
    expect(isReclaimed(status)).toBe(reclaimed);
  });
});

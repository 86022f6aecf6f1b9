import { describe, expect, it } from "@jest/globals";
import type { ClusterEvent } from "../../src/cluster/events.js";
import { eventLine } from "../../src/cluster/event-text.js";

const atMs = 0;
const instanceId = "i-1";

describe("the line of an event", () => {
  const lines: [ClusterEvent, string, string][] = [
    [{ atMs, kind: "members-found", count: 1, asked: 0 }, "debug", "found 1 member, asked 0 for offers"],
    [
      { atMs, kind: "member-unusable", instanceId, problem: "connection refused" },
      "warning",
      "i-1 cannot be used: connection refused",
    ],
    [
      { atMs, kind: "offer-accepted", instanceId, allocUri: "h:9000/a", reused: true },
      "debug",
      "reserved h:9000/a on i-1",
    ],
    [{ atMs, kind: "offer-gone", instanceId }, "debug", "what i-1 offered is taken by now; looking further"],
    [
      {
        atMs,
        kind: "plan-made",
        instanceType: "c6a.large",
        market: "on-demand",
        hourlyUsd: 0.0765,
        reason: "cheapest",
      },
      "info",
      "launching c6a.large (on-demand, 0.0765 USD/h with volumes): cheapest",
    ],
    [
      { atMs, kind: "instance-launched", instanceId, instanceType: "c6a.large", zone: "us-west-2a" },
      "info",
      "launched c6a.large i-1 in us-west-2a",
    ],
    [
      { atMs, kind: "phase-started", phase: "tagged", instanceId, limitMs: 90_000 },
      "info",
      "waiting for the reflowlet to tag its instance (limit 1m30s)",
    ],
    [
      { atMs, kind: "phase-retried", phase: "offer", instanceId, problem: "reset" },
      "debug",
      "still waiting for an offer of i-1: reset",
    ],
    [
      { atMs, kind: "phase-done", phase: "running", instanceId, ms: 8_240 },
      "debug",
      "done waiting for the instance to run of i-1 after 8.2s",
    ],
    [{ atMs, kind: "instance-terminating", instanceId, reason: "timed out" }, "info", "terminating i-1: timed out"],
    [{ atMs, kind: "instance-state", instanceId, state: "shutting-down" }, "debug", "i-1 is shutting-down"],
    [
      { atMs, kind: "cleanup-failed", instanceId, problem: "endpoint down" },
      "alarm",
      "i-1 could not be terminated and may still cost money: endpoint down",
    ],
    [{ atMs, kind: "warning", message: "old data" }, "warning", "old data"],
  ];
  it.each(lines)("%j", (event, loudness, text) => {
    expect(eventLine(event)).toEqual({ loudness, text });
  });

  it("of a launch has the plan's price where it is known", () => {
    const event: ClusterEvent = { atMs, kind: "instance-launched", instanceId, instanceType: "t", zone: "z" };
    expect(eventLine(event, 0.13).text).toBe("launched t i-1 in z, 0.1300 USD/h");
  });
});

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
        count: 1,
        hourlyUsd: 0.0765,
        reason: "cheapest",
      },
      "info",
      "launching c6a.large (on-demand, 0.0765 USD/h with volumes): cheapest",
    ],
    [
      {
        atMs,
        kind: "offering-refused",
        instanceType: "c6a.large",
        zone: "us-west-2a",
        market: "spot",
        code: "InsufficientInstanceCapacity",
      },
      "info",
      "EC2 refused c6a.large (spot in us-west-2a): InsufficientInstanceCapacity; looking elsewhere",
    ],
    [{ atMs, kind: "image-found", imageId: "ami-1", foundMs: undefined }, "debug", "image ami-1, as configured"],
    [
      { atMs, kind: "image-found", imageId: "ami-1", foundMs: Date.UTC(2026, 10, 23) },
      "debug",
      "image ami-1, the newest on 2026-11-23",
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
    [
      { atMs, kind: "phase-started", phase: "upload", instanceId: undefined, limitMs: undefined },
      "info",
      "waiting for the repository to have the reflowlet",
    ],
    [
      { atMs, kind: "upload-started", path: "/r", url: "s3://b/k", doneBytes: 0, totalBytes: 104_857_600 },
      "info",
      "uploading /r to s3://b/k: 104.9 MB",
    ],
    [
      { atMs, kind: "upload-started", path: "/r", url: "s3://b/k", doneBytes: 8_388_608, totalBytes: 104_857_600 },
      "info",
      "uploading /r to s3://b/k: 104.9 MB, of which 8.4 MB are there from an earlier run",
    ],
    [
      { atMs, kind: "upload-progress", addedBytes: 20, doneBytes: 60, totalBytes: 500 },
      "info",
      "uploaded 60 B of 500 B (12 %)",
    ],
    [
      { atMs, kind: "upload-progress", addedBytes: 10, doneBytes: 70, totalBytes: 500 },
      "debug",
      "uploaded 70 B of 500 B (14 %)",
    ],
    [
      { atMs, kind: "upload-retried", what: "part 3", problem: "reset" },
      "info",
      "part 3 of the upload failed, trying again: reset",
    ],
    [
      { atMs, kind: "upload-done", url: "s3://b/k", totalBytes: 1_000, sent: true, ms: 1_240 },
      "info",
      "uploaded 1.0 kB in 1.2s",
    ],
    [
      { atMs, kind: "upload-done", url: "s3://b/k", totalBytes: 1_000, sent: false, ms: 40 },
      "debug",
      "s3://b/k is there already (1.0 kB)",
    ],
    [{ atMs, kind: "instance-terminating", instanceId, reason: "timed out" }, "info", "terminating i-1: timed out"],
    [{ atMs, kind: "instance-state", instanceId, state: "shutting-down" }, "debug", "i-1 is shutting-down"],
    [
      { atMs, kind: "cleanup-failed", instanceId, problem: "endpoint down" },
      "alarm",
      "i-1 could not be terminated and may still cost money: endpoint down",
    ],
    [
      { atMs, kind: "lease-renewed", allocUri: "h:9000/a", grantedMs: 120_000, afterFailures: 0 },
      "debug",
      "renewed the lease of h:9000/a for 2m",
    ],
    [
      { atMs, kind: "lease-renewed", allocUri: "h:9000/a", grantedMs: 120_000, afterFailures: 2 },
      "info",
      "renewed the lease of h:9000/a after 2 failures",
    ],
    [
      { atMs, kind: "lease-trouble", allocUri: "h:9000/a", problem: "reset", failures: 1, leftMs: 30_000 },
      "warning",
      "the lease of h:9000/a could not be renewed, trying again (30s left): reset",
    ],
    [
      { atMs, kind: "lease-trouble", allocUri: "h:9000/a", problem: "reset", failures: 2, leftMs: 28_000 },
      "debug",
      "the lease of h:9000/a could not be renewed, trying again (28s left): reset",
    ],
    [
      { atMs, kind: "lease-lost", allocUri: "h:9000/a", why: "zombie alloc" },
      "alarm",
      "the lease of h:9000/a is lost: zombie alloc",
    ],
    [
      { atMs, kind: "lease-ended", allocUri: "h:9000/a", release: "freed", problem: "", leftMs: 9_000 },
      "debug",
      "freed h:9000/a",
    ],
    [
      { atMs, kind: "lease-ended", allocUri: "h:9000/a", release: "gone", problem: "zombie alloc", leftMs: 9_000 },
      "warning",
      "h:9000/a was gone before it was freed: zombie alloc",
    ],
    [
      { atMs, kind: "lease-ended", allocUri: "h:9000/a", release: "expired", problem: "reset", leftMs: 9_000 },
      "debug",
      "h:9000/a could not be freed, its lease is ended: reset",
    ],
    [
      { atMs, kind: "lease-ended", allocUri: "h:9000/a", release: "left", problem: "reset", leftMs: 9_000 },
      "warning",
      "h:9000/a could not be freed, its lease runs out by itself within 9s: reset",
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

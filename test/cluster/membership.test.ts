import { describe, expect, it } from "@jest/globals";
import { addressOf, standingOf } from "../../src/cluster/membership.js";
import type { Instance } from "../../src/cluster/ports.js";

const instance = (changes: Partial<Instance>): Instance => ({
  id: "i-1",
  type: "c6a.large",
  state: "running",
  stateReason: "",
  market: "on-demand",
  zone: "us-west-2a",
  launchTimeMs: 0,
  publicDnsName: "ec2-203-0-113-7.us-west-2.compute.amazonaws.com",
  publicIp: "203.0.113.7",
  privateIp: "10.0.0.7",
  imageId: "ami-1",
  tags: {},
  ...changes,
});

describe("where a member's reflowlet is reached", () => {
  const dns = "ec2-203-0-113-7.us-west-2.compute.amazonaws.com";
  it.each([
    ["the public name, where there is one", {}, "auto", { host: dns, port: 9000 }],
    [
      "the public address, where names are switched off",
      { publicDnsName: "" },
      "auto",
      { host: "203.0.113.7", port: 9000 },
    ],
    [
      "the private address, where there is no public one",
      { publicDnsName: "", publicIp: "" },
      "auto",
      { host: "10.0.0.7", port: 9000 },
    ],
    ["the private address, where it is asked for", {}, "private", { host: "10.0.0.7", port: 9000 }],
    [
      "nowhere, where a public address is asked for and missing",
      { publicDnsName: "", publicIp: "" },
      "public",
      undefined,
    ],
    ["the port that its tag names", { tags: { "reflow-ec2:port": "40123" } }, "auto", { host: dns, port: 40123 }],
    [
      "port 9000, where the tag is no port",
      { tags: { "reflow-ec2:port": "70000" } },
      "auto",
      { host: dns, port: 9000 },
    ],
  ] as const)("is %s", (_title, changes, which, address) => {
    expect(addressOf(instance(changes), which)).toEqual(address);
  });
});

describe("what a probe launched", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");
  const probe = (deadline: string) =>
    instance({ tags: { "reflow-ec2:probe": "true", "reflowlet:version": "v1", "reflow-ec2:deadline": deadline } });

  it("is no usable member, though its reflowlet answers", () => {
    expect(standingOf(probe("2026-01-01T00:01:00Z"), "v1", nowMs)).toEqual({
      health: "probe",
      problem: "is being probed; ends by 2026-01-01T00:01:00.000Z",
    });
  });

  it("is an orphan once its time is over, though its reflowlet answers", () => {
    expect(standingOf(probe("2025-12-31T23:59:00Z"), "v1", nowMs)).toEqual({
      health: "orphan",
      problem: "a probe left it behind; it had until 2025-12-31T23:59:00.000Z",
    });
  });
});

describe("what EC2 alone tells of an instance", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");
  it.each([
    ["a running instance of our version should answer", { tags: { "reflowlet:version": "v1" } }, "ready"],
    [
      "one without a version and before its deadline boots",
      { tags: { "reflow-ec2:deadline": "2026-01-01T00:01:00Z" } },
      "booting",
    ],
    [
      "one without a version and past its deadline is an orphan",
      { tags: { "reflow-ec2:deadline": "2025-12-31T23:59:00Z" } },
      "orphan",
    ],
    ["one without a deadline, launched by another tool, is never an orphan", {}, "booting"],
    ["a deadline that is no time is none", { tags: { "reflow-ec2:deadline": "soon" } }, "booting"],
    ["one of another version is not ours to use", { tags: { "reflowlet:version": "v0" } }, "other-version"],
    ["a pending one with a version boots", { state: "pending", tags: { "reflowlet:version": "v1" } }, "booting"],
    ["one that shuts down is ending", { state: "shutting-down", tags: { "reflowlet:version": "v1" } }, "ending"],
    ["a stopped one is ending", { state: "stopped" }, "ending"],
  ] as const)("%s", (_title, changes, health) => {
    expect(standingOf(instance(changes), "v1", nowMs).health).toBe(health);
  });
});

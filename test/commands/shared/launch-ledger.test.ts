import { describe, expect, it } from "@jest/globals";
import type { ClusterEvent } from "../../../src/cluster/events.js";
import { LaunchLedger } from "../../../src/commands/shared/launch-ledger.js";

const atMs = 0;
const launched = (instanceId: string): ClusterEvent => ({
  atMs,
  kind: "instance-launched",
  instanceId,
  instanceType: "c6a.large",
  zone: "us-west-2a",
});
const accepted: ClusterEvent = { atMs, kind: "offer-accepted", instanceId: "i-1", allocUri: "h:9000/a", reused: false };
const gone = (state: "shutting-down" | "terminated"): ClusterEvent => ({
  atMs,
  kind: "instance-state",
  instanceId: "i-1",
  state,
});

const lease = { atMs, allocUri: "h:9000/a" };
const renewed: ClusterEvent = { ...lease, kind: "lease-renewed", grantedMs: 120_000, afterFailures: 0 };

describe("what may remain of a lease", () => {
  it.each<[string, ClusterEvent[], string]>([
    [
      "the alloc while it is held",
      [renewed, renewed],
      "warning: left before freeing h:9000/a; what is left runs out by itself within minutes\n" +
        "hint: 'reflow-ec2 free h:9000/a' ends it now\n",
    ],
    [
      "nothing once it is freed",
      [renewed, { ...lease, kind: "lease-ended", release: "freed", problem: "", leftMs: 0 }],
      "",
    ],
    ["nothing once it is lost", [renewed, { ...lease, kind: "lease-lost", why: "zombie" }], ""],
  ])("is %s", (_name, events, words) => {
    const ledger = new LaunchLedger();
    for (const event of events) ledger.onEvent(event);
    expect(ledger.lastWords()).toBe(words);
  });
});

describe("what may remain of a launch", () => {
  it.each<[string, ClusterEvent[], string[]]>([
    ["nothing before one", [], []],
    ["the instance while it boots", [launched("i-1")], ["i-1"]],
    ["both of two", [launched("i-1"), launched("i-2")], ["i-1", "i-2"]],
    ["nothing to clean up once it is of use", [launched("i-1"), accepted], []],
    ["nothing once EC2 ends it", [launched("i-1"), gone("shutting-down")], []],
    ["nothing once it is gone", [launched("i-1"), gone("terminated")], []],
    ["the other one", [launched("i-1"), launched("i-2"), gone("terminated")], ["i-2"]],
  ])("is %s", (_name, events, ids) => {
    const ledger = new LaunchLedger();
    for (const event of events) ledger.onEvent(event);
    const words = ledger.lastWords();
    expect(words.match(/i-\d+/g)?.filter((id, index, all) => all.indexOf(id) === index) ?? []).toEqual(ids);
    expect(words === "" || words.endsWith("\n")).toBe(true);
  });

  it("may be an instance whose id is not known yet while EC2 has not answered", () => {
    const ledger = new LaunchLedger();
    ledger.onEvent({ atMs, kind: "phase-started", phase: "launch", instanceId: undefined, limitMs: 60_000 });
    const unanswered = ledger.lastWords();
    ledger.onEvent(launched("i-1"));
    ledger.onEvent({ atMs, kind: "launch-answered" });
    ledger.onEvent(accepted);
    expect({ unanswered, answered: ledger.lastWords() }).toEqual({
      unanswered:
        "warning: left while EC2 was asked for an instance; it may still come, and cost money\n" +
        "hint: 'reflow-ec2 list' shows it ('list --orphans' those of a probe), 'reflow-ec2 terminate' ends it\n",
      answered: "",
    });
  });

  it("is told of some while others have no answer yet, and of none that was refused", () => {
    const ledger = new LaunchLedger();
    const asked: ClusterEvent = {
      atMs,
      kind: "phase-started",
      phase: "launch",
      instanceId: undefined,
      limitMs: 60_000,
    };
    for (const event of [asked, asked, asked, asked, launched("i-1")]) ledger.onEvent(event);
    ledger.onEvent({ atMs, kind: "launch-answered" });
    ledger.onEvent({ atMs, kind: "launch-answered" });
    expect(ledger.lastWords()).toBe(
      "warning: left before cleaning up; may still run and cost money: i-1\n" +
        "hint: 'reflow-ec2 terminate i-1' ends what is left\n" +
        "warning: left while EC2 was asked for instances; they may still come, and cost money\n" +
        "hint: 'reflow-ec2 list' shows them ('list --orphans' those of a probe), 'reflow-ec2 terminate' ends them\n",
    );
    ledger.onEvent(gone("terminated"));
    ledger.onEvent({ atMs, kind: "launch-answered" });
    ledger.onEvent({ atMs, kind: "launch-answered" });
    expect(ledger.lastWords()).toBe("");
  });
});

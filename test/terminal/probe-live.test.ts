import { describe, expect, it } from "@jest/globals";
import type { ProbeProgress } from "../../src/cluster/probe/request.js";
import { probeLiveText } from "../../src/terminal/probe-live.js";
import { PROBE } from "../support/sample-probe.js";

const progress = (changes: Partial<ProbeProgress>): ProbeProgress => ({
  type: "c6a.large",
  sample: 1,
  stage: "probing",
  waitingFor: "waiting for the bootstrap (connection refused)",
  instanceId: "i-0123456789abcdef0",
  startedMs: 10_000,
  result: undefined,
  ...changes,
});
const [verified] = PROBE.samples;

describe("a probe that goes on, on a terminal", () => {
  it("is a line that counts, and one for each instance that is under way", () => {
    const all = [
      progress({ stage: "done", result: verified }),
      progress({ sample: 2 }),
      progress({ type: "m6a.large", instanceId: undefined, waitingFor: "waiting for EC2 to accept the launch" }),
      progress({ type: "r6a.large", stage: "waiting", startedMs: undefined }),
    ];
    expect(probeLiveText(all, 41_000, 100)).toBe(
      [
        "probing: 1 verified, 2 under way, 1 waiting",
        "  c6a.large 2/2         31s  i-0123456789abcdef0 waiting for the bootstrap (connection refused)",
        "  m6a.large             31s   waiting for EC2 to accept the launch",
      ].join("\n"),
    );
  });

  it("tells what is waited for once all is decided", () => {
    const all = [
      progress({ stage: "ending", result: verified }),
      progress({ stage: "ending", result: verified }),
      progress({ stage: "done", result: verified }),
      progress({ stage: "ending", result: verified, instanceId: undefined }),
    ];
    const rest = progress({ stage: "skipped", startedMs: undefined });
    expect(probeLiveText([rest, ...all], 41_000, 100)).toBe(
      "probing: 4 verified, 1 not begun\n  seeing to the end of 2 instances",
    );
    expect(probeLiveText(all, 41_000, 100)).toBe("probing: 4 verified\n  seeing to the end of 2 instances");
    expect(probeLiveText(all, 41_000, 20)).toBe("probing: 4 verified\n  seeing to the en…");
  });

  it("fits the terminal: lines are cut, and more than a dozen are only counted", () => {
    const many = Array.from({ length: 15 }, (_, at) => progress({ type: `c${at}.large` }));
    const lines = probeLiveText(many, 41_000, 40).split("\n");
    expect(lines.length).toBe(14);
    expect(lines.at(-1)).toBe("  and 3 more");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
  });
});

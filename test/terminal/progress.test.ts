import { describe, expect, it } from "@jest/globals";
import type { ClusterEvent } from "../../src/cluster/events.js";
import { NO_COLORS } from "../../src/terminal/colors.js";
import { Progress, type ProgressLevel, mayMove } from "../../src/terminal/progress.js";
import { FakeClock } from "../support/fake-clock.js";

const waiting: ClusterEvent = {
  atMs: 0,
  kind: "phase-started",
  phase: "bootstrap",
  instanceId: "i-1",
  limitMs: 300_000,
};

function open(level: ProgressLevel, moves: boolean) {
  const clock = new FakeClock();
  const screen = { lines: "", spinner: undefined as { text: string; suffix: () => string } | undefined };
  const progress = new Progress({
    output: { write: (text) => void (screen.lines += text), isTTY: moves, columns: 80 },
    clock,
    colors: NO_COLORS,
    level,
    startSpinner: moves
      ? (text, suffix) => {
          const spinner = { text, suffix };
          screen.spinner = spinner;
          // As the real one: it asks for the suffix to count its lines, when it starts and when its text changes.
          suffix();
          return {
            setText: (next) => {
              spinner.text = next;
              suffix();
            },
            write: (lines) => void (screen.lines += lines),
            stop: () => void (screen.spinner = undefined),
          };
        }
      : undefined,
  });
  const spins = (): string | undefined => screen.spinner && `${screen.spinner.text} ${screen.spinner.suffix()}`;
  return { clock, progress, screen, spins };
}

describe("progress on a terminal", () => {
  it("says what is waited for, for how long, and how long it may take", async () => {
    const { clock, progress, screen, spins } = open("normal", true);
    progress.waitFor("asking the members");
    expect(spins()).toBe("asking the members (0s)");
    await clock.advance(2_000);
    expect(spins()).toBe("asking the members (2s)");
    progress.onEvent(waiting);
    expect(spins()).toBe("waiting for the bootstrap (0s of 5m)");
    await clock.advance(72_000);
    expect(spins()).toBe("waiting for the bootstrap (1m12s of 5m)");
    expect(screen.lines).toBe("");
  });

  it("shows several lines that are asked for at each frame", () => {
    const { progress, screen, spins } = open("normal", true);
    let count = 1;
    progress.show(() => `probing: ${count} waiting\n  c6a.large`);
    count = 2;
    spins();
    expect([screen.spinner?.text, spins()]).toEqual([
      "probing: 2 waiting\n  c6a.large",
      "probing: 2 waiting\n  c6a.large ",
    ]);
    progress.stop();
    expect(screen.spinner).toBeUndefined();
  });

  it("writes what stays above the spinner, and leaves a clear screen", () => {
    const { progress, screen, spins } = open("normal", true);
    progress.waitFor("asking");
    progress.onEvent({ atMs: 0, kind: "instance-terminating", instanceId: "i-1", reason: "timed out" });
    expect([screen.lines, spins()]).toEqual(["terminating i-1: timed out\n", "waiting until i-1 is gone (0s)"]);
    progress.stop();
    progress.stop();
    expect(screen.spinner).toBeUndefined();
  });

  it("moves no more once it has left the screen, and tells in lines what still happens", () => {
    const { progress, screen } = open("normal", true);
    progress.waitFor("asking");
    progress.leave();
    progress.waitFor("asking again");
    progress.show(() => "probing");
    progress.onEvent(waiting);
    progress.onEvent({ atMs: 0, kind: "instance-terminating", instanceId: "i-1", reason: "it is not needed any more" });
    expect(screen).toEqual({ lines: "terminating i-1: it is not needed any more\n", spinner: undefined });
  });

  it("moves no more once it is quiet", () => {
    const { progress, screen } = open("normal", true);
    progress.waitFor("asking");
    progress.setLevel("quiet");
    progress.waitFor("asking again");
    progress.note("note");
    progress.warn("warning");
    expect(screen).toEqual({ lines: "", spinner: undefined });
  });
});

describe("progress in a pipe", () => {
  it("is a line for each step, and none for what only moves", () => {
    const { progress, screen } = open("normal", false);
    progress.waitFor("asking the members");
    progress.onEvent(waiting);
    progress.note("note");
    progress.warn("careful");
    progress.alarm("money");
    progress.stop();
    expect(screen.lines).toBe("waiting for the bootstrap (limit 5m)\nnote\nwarning: careful\nwarning: money\n");
  });

  it.each<[ProgressLevel, string]>([
    ["quiet", "warning: money\n"],
    ["normal", "warning: money\n"],
    ["detailed", "i-1 is running\nwarning: money\n"],
  ])("has details only when they are wanted, and alarms always: %s", (level, lines) => {
    const { progress, screen } = open(level, false);
    progress.onEvent({ atMs: 0, kind: "instance-state", instanceId: "i-1", state: "running" });
    progress.alarm("money");
    expect(screen.lines).toBe(lines);
  });

  it("tells the price of the plan with its launch, and of no other", () => {
    const { progress, screen } = open("normal", false);
    const launched = { atMs: 0, kind: "instance-launched", instanceId: "i-1", zone: "z" } as const;
    progress.onEvent({
      atMs: 0,
      kind: "plan-made",
      instanceType: "a.b",
      market: "spot",
      count: 1,
      hourlyUsd: 2,
      reason: "r",
    });
    progress.onEvent({ ...launched, instanceType: "a.b" });
    progress.onEvent({ ...launched, instanceType: "c.d" });
    expect(screen.lines).toBe(
      "launching a.b (spot, 2.00 USD/h with volumes): r\nlaunched a.b i-1 in z, 2.00 USD/h\nlaunched c.d i-1 in z\n",
    );
  });

  it("tells a phase once for all launches that come to it together, and where they stand on a terminal", () => {
    const launched = (instanceId: string) =>
      ({ atMs: 0, kind: "instance-launched", instanceId, instanceType: "a.b", zone: "z" }) as const;
    const started = (instanceId: string, phase: "running" | "bootstrap") =>
      ({ atMs: 0, kind: "phase-started", phase, instanceId, limitMs: undefined }) as const;
    const events = [
      launched("i-1"),
      launched("i-2"),
      started("i-1", "running"),
      started("i-2", "running"),
      started("i-2", "bootstrap"),
      started("i-1", "bootstrap"),
    ];
    const [pipe, terminal] = [open("normal", false), open("normal", true)];
    for (const event of events) {
      pipe.progress.onEvent(event);
      terminal.progress.onEvent(event);
      if (event === events[4])
        expect(terminal.screen.spinner?.text).toBe("waiting for 2 instances: 1 pending, 1 booting");
    }
    expect(pipe.screen.lines).toBe(
      "launched a.b i-1 in z\nlaunched a.b i-2 in z\nwaiting for the instance to run\nwaiting for the bootstrap\n",
    );
  });

  it("shows control characters of what others said", () => {
    const { progress, screen } = open("normal", false);
    progress.warn("\u001b[2Jgone");
    expect(screen.lines).toBe("warning: \\x1b[2Jgone\n");
  });
});

describe("a terminal", () => {
  it.each<[Record<string, string>, boolean, number | undefined, boolean]>([
    [{}, true, 80, true],
    [{}, false, undefined, false],
    [{}, true, 0, false],
    [{}, true, undefined, false],
    [{ CI: "true" }, true, 80, false],
    [{ CI: "1" }, true, 80, false],
    [{ CI: "" }, true, 80, true],
    [{ CI: "false" }, true, 80, true],
    [{ CI: "0" }, true, 80, true],
    [{ TERM: "dumb" }, true, 80, false],
  ])("with %j, terminal %s of width %s, may show what moves: %s", (env, isTTY, columns, moves) => {
    expect(mayMove(env, { isTTY, columns })).toBe(moves);
  });
});

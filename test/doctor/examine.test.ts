import { describe, expect, it } from "@jest/globals";
import type { Check as CheckOn } from "../../src/doctor/check.js";
import { examine, exitCodeOf } from "../../src/doctor/examine.js";
import { failure, ok, skipped, warning, type Examined, type Finding } from "../../src/doctor/finding.js";
import { AccessError, ConfigError, EndpointError } from "../../src/errors.js";
import { deferred } from "../../src/lib/deferred.js";
import { FakeClock } from "../support/fake-clock.js";

const clock = new FakeClock();
/** Checks of these tests look at nothing else. */
const context = { clock };
type Check = CheckOn<typeof context>;

const never = new AbortController().signal;

const broken = failure(5, "it is 0", "nothing is launched", "ask for more");

function check(name: string, needs: readonly string[], run: () => Finding | Promise<Finding>): Check {
  return { name, needs, consequence: "nothing works", run: async () => run() };
}

const look = (checks: readonly Check[], onFinding?: (finding: Examined) => void): Promise<readonly Examined[]> =>
  examine(context, checks, { signal: never, onFinding });

describe("examining", () => {
  it("gives what each check found, in the order of the checks", async () => {
    const found = await look([check("one", [], () => ok("well")), check("two", ["one"], () => broken)]);
    expect(found).toEqual([
      { name: "one", status: "ok", summary: "well" },
      { name: "two", ...broken },
    ]);
  });

  it("skips what needs a check that failed, or was skipped for it, and names the one that failed", async () => {
    const found = await look([
      check("root", [], () => broken),
      check("leaf", ["root"], () => ok("never run")),
      check("tip", ["leaf"], () => ok("never run")),
    ]);
    expect(found.slice(1)).toEqual([
      { name: "leaf", status: "skipped", summary: "because of root", because: "root" },
      { name: "tip", status: "skipped", summary: "because of root", because: "root" },
    ]);
  });

  it("goes on after a warning", async () => {
    const found = await look([check("odd", [], () => warning("a", "b", "c")), check("next", ["odd"], () => ok("run"))]);
    expect(found[1]).toEqual({ name: "next", status: "ok", summary: "run" });
  });

  it("tells findings in order, each as soon as it and all before it are known", async () => {
    const slow = deferred<Finding>();
    const told: string[] = [];
    const done = look(
      [check("slow", [], () => slow.promise), check("quick", [], () => ok("")), check("last", [], () => ok(""))],
      ({ name }) => told.push(name),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
    slow.resolve(ok(""));
    await done;
    expect(told).toEqual(["slow", "quick", "last"]);
  });

  it("runs many at once, and no more than eight", async () => {
    let [running, most] = [0, 0];
    const busy = async (): Promise<Finding> => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return ok("");
    };
    await look(Array.from({ length: 30 }, (_, index) => check(`c${index}`, [], busy)));
    expect(most).toBe(8);
  });

  it.each<[string, Error, object]>([
    [
      "one of our errors is a failure with its hint and its exit code",
      new EndpointError("nobody answers", { hint: "look at the network" }),
      {
        status: "failure",
        summary: "nobody answers",
        consequence: "nothing works",
        fix: "look at the network",
        exitCode: 2,
        problems: undefined,
      },
    ],
    [
      "the mistakes of a configuration are told, without one that the message has",
      new ConfigError("c.yaml: b", [
        { source: "c.yaml", line: 1, key: "a", message: "unknown" },
        { source: "c.yaml", key: "", message: "b" },
      ]),
      {
        status: "failure",
        summary: "c.yaml: b",
        consequence: "nothing works",
        fix: "mend what is named",
        exitCode: 2,
        problems: [{ source: "c.yaml", line: 1, key: "a", message: "unknown" }],
      },
    ],
    [
      "what may not be looked at is not known",
      new AccessError("denied"),
      { status: "skipped", summary: "it may not be looked at: denied" },
    ],
  ])("%s", async (_title, error, finding) => {
    expect(await look([check("it", [], () => Promise.reject(error))])).toEqual([{ name: "it", ...finding }]);
  });

  it("gives up a check that hangs, after a minute", async () => {
    const done = look([check("hangs", [], () => new Promise(() => undefined))]);
    expect(await clock.runUntil(done)).toEqual([
      {
        name: "hangs",
        status: "failure",
        summary: "no answer within 60 s",
        consequence: "nothing works",
        fix: "try again, and look at the network",
        exitCode: 124,
        problems: undefined,
      },
    ]);
  });

  it("throws what is no error of ours: it is a bug, also where others wait for that check", async () => {
    const bug = new TypeError("x is undefined");
    const checks = [check("bug", [], () => Promise.reject(bug)), check("waits", ["bug"], () => ok(""))];
    await expect(look(checks)).rejects.toBe(bug);
  });

  it("ends when the signal aborts", async () => {
    const controller = new AbortController();
    const checks = [check("hangs", [], () => new Promise(() => undefined)), check("waits", ["hangs"], () => ok(""))];
    const done = examine(context, checks, { signal: controller.signal });
    controller.abort(new Error("Ctrl-C"));
    await expect(done).rejects.toThrow("Ctrl-C");
  });
});

describe("the exit code", () => {
  it.each<[string, readonly Finding[], number]>([
    ["is that of the first failure", [ok(""), broken, failure(8, "", "", "")], 5],
    ["is 0 with warnings alone", [warning("", "", ""), skipped("")], 0],
  ])("%s", (_title, findings, code) => {
    expect(exitCodeOf(findings.map((finding) => ({ name: "it", ...finding })))).toBe(code);
  });
});

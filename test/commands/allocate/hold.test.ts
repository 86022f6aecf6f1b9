import { describe, expect, it } from "@jest/globals";
import { PartialError } from "../../../src/errors.js";
import { ClosedPipeError } from "../../../src/terminal/closed-pipe.js";
import { FakeCluster } from "../../support/fake-cluster.js";
import { FakeWorld, runIn } from "../../support/fake-world.js";
import { ALLOCATION } from "../../support/sample-results.js";
import { runningUntil } from "./running.js";

const { uri } = ALLOCATION.alloc;

const holding = (...flags: readonly string[]): FakeWorld =>
  new FakeWorld(["allocate", "--hold", "-o", "name", ...flags], {
    cluster: new FakeCluster({ allocation: ALLOCATION }),
  });

describe("allocate --hold", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("prints the alloc as soon as it has it, and keeps its lease until %s", async (name, code) => {
    const world = holding();
    let flushedWith: string | undefined;
    world.flush = async () => void (flushedWith ??= world.stdoutText);
    const { ended } = await runningUntil(world, () => flushedWith !== undefined);
    expect([flushedWith, world.cluster.requests.map(({ method }) => method)]).toEqual([
      `${uri}\n`,
      ["allocate", "hold"],
    ]);
    world.send(name);
    expect(await ended).toEqual({ code, stdout: `${uri}\n`, stderr: `interrupted by ${name}\n` });
  });

  it("ends with 10 when the lease is lost", async () => {
    const world = holding();
    const { ended } = await runningUntil(world, () => world.cluster.lose.has(uri));
    world.cluster.lose.get(uri)?.("zombie alloc");
    expect(await ended).toEqual({
      code: 10,
      stdout: `${uri}\n`,
      stderr:
        `error: the lease of ${uri} was lost: zombie alloc\n` +
        "hint: What ran in the alloc is gone. Run the command again for another alloc.\n",
    });
  });

  it("ends with 10 although nobody has read yet what it printed", async () => {
    const world = holding();
    world.flush = () => {
      world.flush = async () => undefined;
      return new Promise(() => undefined);
    };
    const { ended } = await runningUntil(world, () => world.cluster.lose.has(uri));
    world.cluster.lose.get(uri)?.("zombie alloc");
    expect(await ended).toMatchObject({ code: 10, stdout: `${uri}\n` });
  });

  it("frees the alloc that nobody could be told of", async () => {
    const full = holding();
    full.flush = async () => {
      throw new PartialError("cannot write to standard output: disk full");
    };
    expect(await runIn(full)).toMatchObject({ code: 9, stderr: "error: cannot write to standard output: disk full\n" });

    const closed = holding();
    closed.flush = async () => closed.abort(new ClosedPipeError());
    expect(await runIn(closed)).toMatchObject({ code: 0, stderr: "" });
    for (const { cluster } of [full, closed])
      expect(cluster.requests.at(-1)).toEqual({ method: "hold", uris: [uri], free: true, until: "later" });
  });

  it("prints one document with -o json, and what it waits for on a terminal", async () => {
    const cluster = new FakeCluster({ allocation: ALLOCATION });
    const world = new FakeWorld(["allocate", "--hold", "-o", "json"], { cluster, terminal: true });
    const { ended } = await runningUntil(world, () => world.stderrText.includes("keeping 1 lease alive"));
    world.send("SIGINT");
    const { stdout } = await ended;
    expect(JSON.parse(stdout)).toMatchObject({ alloc: { uri } });
  });

  it("writes how it ended to the status file", async () => {
    const world = holding("--status-file", "status.json");
    const { ended } = await runningUntil(world, () => world.cluster.lose.has(uri));
    world.send("SIGINT");
    await ended;
    expect(world.written.get("status.json")?.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { state: "running", exitCode: null },
      {
        state: "ended",
        exitCode: 130,
        failure: { exitCode: 130, code: "interrupted", reason: "interrupted by SIGINT" },
        command: null,
        leases: [{ uri, outcome: "freed" }],
      },
    ]);
  });
});

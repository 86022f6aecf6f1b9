import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { withStartLock } from "../../src/sandbox/start-lock.js";
import { EagerClock } from "./eager-clock.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reflow-ec2-lock-"));
  path = join(folder, "state", "sandbox.lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const alive = new Set([100, 200]);
let nonces = 0;

function lock<T>(pid: number, work: () => Promise<T>, signal = new AbortController().signal): Promise<T> {
  nonces += 1;
  const isAlive = (other: number): boolean => alive.has(other);
  return withStartLock({ path, pid, isAlive, clock: new EagerClock(), nonce: `nonce${nonces}` }, signal, work);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the start lock", () => {
  it("names its holder while it is held, and is gone afterwards", async () => {
    const text = await lock(100, () => readFile(path, "utf8"));
    expect(text).toMatch(/^100 nonce\d+\n$/);
    expect(await readdir(join(folder, "state"))).toEqual([]);
  });

  it("is gone after work that fails, and the failure is passed on", async () => {
    await expect(lock(100, () => Promise.reject(new Error("work failed")))).rejects.toThrow("work failed");
    expect(await readdir(join(folder, "state"))).toEqual([]);
  });

  it("lets in one after the other", async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      for (let turns = 0; turns < 20; turns += 1) await turn();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, (_, index) => lock(index % 2 === 0 ? 100 : 200, work)));
    expect(most).toBe(1);
  });

  it.each([
    ["of a process that is gone", "999 old\n"],
    ["that is empty", ""],
    ["that holds nonsense", "\u0000\u0001 nonsense"],
    ["of process 0", "0 x\n"],
  ])("is taken over when one %s was left", async (_what, left) => {
    await mkdir(join(folder, "state"));
    await writeFile(path, left);
    expect(await lock(100, async () => "done")).toBe("done");
    expect(await readdir(join(folder, "state"))).toEqual([]);
  });

  it("lets in one after the other when all find one of a process that is gone", async () => {
    await mkdir(join(folder, "state"));
    await writeFile(path, "999 old\n");
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      for (let turns = 0; turns < 20; turns += 1) await turn();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => lock(100, work)));
    expect([most, await readdir(join(folder, "state"))]).toEqual([1, []]);
  });

  it("is not waited for any longer when the signal aborts", async () => {
    const controller = new AbortController();
    await lock(100, async () => {
      const second = lock(200, async () => "in", controller.signal);
      controller.abort(new Error("Ctrl-C"));
      await expect(second).rejects.toThrow("Ctrl-C");
    });
  });

  it("says which file cannot be written", async () => {
    await writeFile(join(folder, "state"), "a file where a folder belongs");
    await expect(lock(100, async () => "in")).rejects.toMatchObject({
      name: "UsageError",
      exitCode: 2,
      message: expect.stringContaining(`cannot lock the sandbox's state with ${path}: `),
      hint: "Make the folder writable, or name another one with XDG_STATE_HOME.",
    });
  });
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "../../src/lib/clock.js";
import { systemProcesses } from "../../src/sandbox/processes.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reflow-ec2-processes-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Real processes take real time; it is looked for often, and given up after ten seconds. */
async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await look()) return;
    await systemClock.sleep(10);
  }
  throw new Error("it never happened");
}

describe("the system's processes", () => {
  it("are started with their arguments, write to their log, and end by a signal", async () => {
    const program = join(folder, "program.mjs");
    await writeFile(
      program,
      'console.log(JSON.stringify(process.argv.slice(2)), process.cwd()); console.error("and errors"); setInterval(() => {}, 1000);',
    );
    const log = join(folder, "log");
    const processes = systemProcesses(process, program);
    const pid = await processes.startDaemon(["/state", "us-west-2"], log);
    try {
      await until(async () => (await readFile(log, "utf8")).includes("and errors"));
      expect(await readFile(log, "utf8")).toBe('["/state","us-west-2"] /\nand errors\n');
      expect(processes.isAlive(pid)).toBe(true);
    } finally {
      processes.signal(pid, "SIGTERM");
    }
    await until(() => !processes.isAlive(pid));
    processes.signal(pid, "SIGKILL");
  });

  it("fail to start with a reason", async () => {
    const processes = systemProcesses({ ...process, execPath: join(folder, "nothing") }, "x");
    await expect(processes.startDaemon([], join(folder, "log"))).rejects.toThrow("ENOENT");
  });

  it("of somebody else are alive too", () => {
    const kill = (): boolean => {
      throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    };
    expect(systemProcesses({ pid: 1, execPath: "node", kill }, "x").isAlive(1)).toBe(true);
  });
});

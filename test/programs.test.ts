import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { isForeground, systemPrograms } from "../src/programs.js";

const folder = mkdtempSync(join(tmpdir(), "reflow-ec2-programs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string, mode: number): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
};
const plain = file("plain", "", 0o644);
const orphan = file("orphan", "#!/no/such/interpreter\n", 0o755);

const programs = systemPrograms({ PATH: `${folder}:${process.env["PATH"]}`, GIVEN: "given" });
const sh = async (script: string, env: Readonly<Record<string, string>> = {}) => {
  const outcome = await programs.start(["sh", "-c", script], env);
  if (outcome.kind !== "started") throw new Error(outcome.problem);
  return outcome.program;
};

describe("a program", () => {
  it.each([["sh"], ["/bin/sh"]])("that is there is found as %s", async (name) => {
    expect(await programs.check(name)).toBeUndefined();
  });

  it.each([
    ["nosuch", 127, "not found"],
    [`${plain}/deeper`, 127, "not found"],
    ["plain", 126, "permission denied"],
    [plain, 126, "permission denied"],
    [folder, 126, "it is a folder"],
  ] as const)("cannot be run as %s, which is told without running it", async (name, exitCode, problem) => {
    expect(await programs.check(name)).toEqual({ kind: "not-runnable", exitCode, problem });
  });

  it.each([
    ["nosuch", 127, "not found, or the interpreter that its first line names is not"],
    [plain, 126, "permission denied"],
    [orphan, 127, "not found, or the interpreter that its first line names is not"],
    ["a\0b", 126, "ERR_INVALID_ARG_VALUE"],
  ] as const)("that cannot be run is told when it is started, too: %j", async (name, exitCode, problem) => {
    expect(await programs.start([name], {})).toEqual({ kind: "not-runnable", exitCode, problem });
  });

  it("runs with what is added to the environment, and tells its code", async () => {
    const program = await sh('test "$GIVEN$ADDED" = givenadded && exit 7', { ADDED: "added" });
    expect(await program.ended).toEqual({ kind: "exited", code: 7 });
  });

  it("gets signals, and tells which one killed it", async () => {
    const program = await sh("exec sleep 60");
    program.kill("SIGTERM");
    expect(await program.ended).toEqual({ kind: "killed", signal: "SIGTERM", signalNumber: 15 });
    program.kill("SIGKILL");
  });
});

describe("the foreground of a terminal", () => {
  it.each([
    ["is where the terminal's group is the process's", "7 (node) S 1 7 7 34816 7 4194560 0", true],
    ["is not where another group has the terminal", "7 (node) S 1 7 7 34816 9 4194560 0", false],
    ["is nowhere without a terminal", "7 (node) S 1 7 7 0 -1 4194560 0", false],
    ["is found whatever the program is called", "7 (a) S 1 (b) R) S 1 7 7 34816 7 4194560 0", true],
  ])("%s", (_title, line, foreground) => {
    expect(isForeground(line)).toBe(foreground);
  });

  it("can be asked of any process", async () => {
    const program = await sh("exit 0");
    expect(typeof program.hearsTerminal()).toBe("boolean");
    await program.ended;
  });
});

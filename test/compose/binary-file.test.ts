import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { binaryFile } from "../../src/compose/binary-file.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "reflow-ec2-binary-"));
  await writeFile(join(home, "reflow"), "0123456789");
  await mkdir(join(home, "folder"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("a binary on this machine", () => {
  it.each([
    ["by its path", () => join(home, "reflow")],
    ["below the home", () => "~/reflow"],
  ])("is found %s and read piece by piece", async (_how, path) => {
    const file = binaryFile(path(), home);
    const opened = await file.open();
    if (opened.kind !== "open") throw new Error(opened.problem);
    const { binary } = opened;
    const piece = await binary.read(3, 4);
    await binary.close();
    expect([file.path, binary.sizeBytes, Buffer.from(piece).toString()]).toEqual([join(home, "reflow"), 10, "3456"]);
  });

  it.each([
    ["no file", "~/none", "there is no such file"],
    ["a path through a file", "~/reflow/x", "there is no such file"],
    ["a directory", "~/folder", "it is a directory"],
    ["a device", "/dev/null", "it is no file"],
  ])("is not %s", async (_what, path, problem) => {
    expect(await binaryFile(path, home).open()).toEqual({ kind: "unusable", problem });
  });

  it("says so when it becomes shorter while it is read", async () => {
    const opened = await binaryFile("~/reflow", home).open();
    if (opened.kind !== "open") throw new Error(opened.problem);
    await truncate(join(home, "reflow"), 5);
    await expect(opened.binary.read(0, 10)).rejects.toMatchObject({
      exitCode: 2,
      message: `${join(home, "reflow")} became shorter while it was read`,
    });
    await opened.binary.close();
  });
});

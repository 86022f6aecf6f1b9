import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { replaceFile } from "../../src/lib/replace-file.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reflow-ec2-replace-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("replacing a file", () => {
  it("makes one that only its owner may read, and leaves nothing else", async () => {
    const path = join(folder, "status");
    writeFileSync(path, "old", { mode: 0o644 });
    await replaceFile(path, "new", ".1");
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777, readdirSync(folder)]).toEqual([
      "new",
      0o600,
      ["status"],
    ]);
  });

  it("keeps the mode of the file that is there, if that is wanted", async () => {
    const [old, made] = [join(folder, "old"), join(folder, "made")];
    writeFileSync(old, "old");
    chmodSync(old, 0o664);
    await replaceFile(old, "new", ".1", "keep");
    await replaceFile(made, "new", ".1", "keep");
    expect([old, made].map((path) => statSync(path).mode & 0o777)).toEqual([0o664, 0o600]);
  });

  it("makes what a link leads to and is not there yet", async () => {
    const link = join(folder, "link");
    symlinkSync("target", link);
    await replaceFile(link, "new", ".1");
    expect([readFileSync(join(folder, "target"), "utf8"), lstatSync(link).isSymbolicLink()]).toEqual(["new", true]);
    symlinkSync("round", join(folder, "round"));
    await replaceFile(join(folder, "round"), "new", ".1");
    expect(readFileSync(join(folder, "round"), "utf8")).toBe("new");
  });

  it("goes through a link, which stays one", async () => {
    const [target, link] = [join(folder, "target"), join(folder, "link")];
    writeFileSync(target, "old");
    symlinkSync(target, link);
    await replaceFile(link, "new", ".1");
    expect([readFileSync(target, "utf8"), lstatSync(link).isSymbolicLink()]).toEqual(["new", true]);
  });

  it("writes to what is no file, and does not replace it", async () => {
    await replaceFile("/dev/null", "new", ".1");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("adds to what the process has open, such as a log behind /dev/stdout, and keeps what others wrote there", async () => {
    const path = join(folder, "log");
    writeFileSync(path, "old ");
    const open = openSync(path, "a");
    await replaceFile(`/dev/fd/${open}`, "new", ".1");
    writeSync(open, " newer");
    closeSync(open);
    expect(readFileSync(path, "utf8")).toBe("old new newer");
  });

  it("leaves a link that leads to an open file without a name", async () => {
    const [path, link] = [join(folder, "log"), join(folder, "link")];
    writeFileSync(path, "old ");
    const open = openSync(path, "r+");
    symlinkSync(`/proc/self/fd/${open}`, link);
    unlinkSync(path);
    await replaceFile(link, "new", ".1");
    const text = readFileSync(open, "utf8");
    closeSync(open);
    expect([lstatSync(link).isSymbolicLink(), text, readdirSync(folder)]).toEqual([true, "old new", ["link"]]);
  });

  it("throws what the system says, and leaves nothing", async () => {
    await expect(replaceFile(join(folder, "no", "status"), "new", ".1")).rejects.toThrow(/ENOENT/);
    await expect(replaceFile(folder, "new", ".1")).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

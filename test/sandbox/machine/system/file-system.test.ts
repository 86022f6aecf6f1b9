import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BlockDevices } from "../../../../src/sandbox/machine/system/block-devices.js";
import { FileError, MachineFiles } from "../../../../src/sandbox/machine/system/file-system.js";
import { VOLUMES } from "../test-machine.js";

const XEN = { instanceType: "m4.large", cpus: 2, memoryBytes: 8e9, features: [], ebsNvme: false };

let outside: string;
let files: MachineFiles;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "reflow-ec2-files-"));
  files = new MachineFiles(join(outside, "root"), new BlockDevices(VOLUMES, XEN));
});
afterEach(async () => {
  await files.close();
  rmSync(outside, { recursive: true, force: true });
});

describe("a machine's files", () => {
  it.each(["/../../escaped", "../escaped", "/a/../../escaped", "/./../escaped", "escaped"])(
    "stay below its root: %s",
    async (path) => {
      files.write(path, "x");
      await files.settled();
      expect(readFileSync(join(outside, "root", "escaped"), "utf8")).toBe("x");
      expect(existsSync(join(outside, "escaped"))).toBe(false);
    },
  );

  it("have the mode that they are given, whatever they had", async () => {
    files.write("/etc/secret", "a");
    await files.settled();
    files.write("/etc/secret", "b", 0o600);
    await files.settled();
    expect(statSync(join(outside, "root/etc/secret")).mode & 0o777).toBe(0o600);
    expect({ text: files.readText("/etc/secret"), mode: files.mode("/etc/secret") }).toEqual({
      text: "b",
      mode: 0o600,
    });
  });

  it("are followed by the host's directory, which forgets what is removed", async () => {
    files.write("/tmp/a/b", "1", 0o755);
    files.write("/tmp/c", "2");
    await files.settled();
    files.remove("/tmp/a");
    files.write("/tmp/c", "3");
    files.makeDirectory("/mnt/data");
    await files.settled();
    const names = readdirSync(join(outside, "root"), { recursive: true, encoding: "utf8" }).sort();
    expect(names).toEqual(["mnt", "mnt/data", "tmp", "tmp/c"]);
    expect(readFileSync(join(outside, "root/tmp/c"), "utf8")).toBe("3");
  });

  it("are as the machine wrote them where the host's directory cannot be written, which is told", async () => {
    writeFileSync(join(outside, "root"), "a file");
    files.write("/etc/a", "x");
    await expect(files.settled()).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(files.readText("/etc/a")).toBe("x");
  });

  it("are told from directories, devices and what is not there", () => {
    files.write("/etc/a", "");
    const kinds = ["/etc/a", "/etc", "/dev/xvdb", "/dev/xvdz", "/dev", "/none", "/etc/a/b", `/${"x".repeat(5000)}`];
    expect(kinds.map((path) => files.kind(path))).toEqual([
      "file",
      "directory",
      "block",
      "missing",
      "missing",
      "missing",
      "missing",
      "missing",
    ]);
  });

  it("are listed with the devices among them", () => {
    files.write("/dev/shm/x", "");
    expect(files.list("/dev")).toEqual(["shm", "xvda", "xvdb"]);
  });

  it("take nothing into /dev/null", () => {
    files.write("/dev/null", "x");
    expect({ kind: files.kind("/dev/null"), read: files.read("/dev/null") }).toEqual({ kind: "file", read: undefined });
  });

  it.each([
    ["/etc/a/b", "/etc/a/b: Not a directory"],
    ["/etc", "/etc: Is a directory"],
    [`/${"x".repeat(300)}`, `/${"x".repeat(300)}: File name too long`],
  ])("say why they cannot be written: %.20s", (path, message) => {
    files.write("/etc/a", "");
    expect(() => files.write(path, "")).toThrow(new FileError(message));
  });
});

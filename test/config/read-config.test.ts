import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ConfigError } from "../../src/errors.js";
import { findConfigPath, MAX_CONFIG_BYTES, readConfigFile } from "../../src/config/read-config.js";

describe("the configuration's path", () => {
  it.each([
    ["the flag beats all", { flag: "/a.yaml", env: { REFLOW_EC2_CONFIG: "/b.yaml" } }, "/a.yaml"],
    ["the environment beats the default", { env: { REFLOW_EC2_CONFIG: "/b.yaml" } }, "/b.yaml"],
    ["an empty variable is none", { env: { REFLOW_EC2_CONFIG: "" } }, "/home/ann/.reflow/config.yaml"],
    ["an empty flag is none", { flag: "", env: {} }, "/home/ann/.reflow/config.yaml"],
    ["Reflow's own place is the default", { env: {} }, "/home/ann/.reflow/config.yaml"],
  ])("%s", (_name, location, expected) => {
    const path = findConfigPath({ home: "/home/ann", ...location });
    expect(path).toBe(expected);
  });
});

describe("reading the file", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "reflow-ec2-config-"));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  async function failure(path: string): Promise<{ message: string; problems: unknown; hint: string | undefined }> {
    try {
      await readConfigFile(path);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { message: error.message, problems: error.problems, hint: error.hint };
    }
    throw new Error("the file was read");
  }

  it("gives its text, without a byte order mark", async () => {
    const path = join(directory, "config.yaml");
    await writeFile(path, "\uFEFFuser: user,user=Zoë\n");
    const text = await readConfigFile(path);
    expect(text).toBe("user: user,user=Zoë\n");
  });

  it("says of a missing file what to do", async () => {
    const path = join(directory, "none", "config.yaml");
    const error = await failure(path);
    expect(error).toEqual({
      message: `configuration file ${path}: there is no such file`,
      problems: [{ source: path, key: "", message: "there is no such file" }],
      hint: "Make one with `reflow-ec2 setup`, name another with --config, or try without AWS with --sandbox.",
    });
  });

  it("takes a file in the place of a folder for a missing file", async () => {
    await writeFile(join(directory, "file"), "");
    const error = await failure(join(directory, "file", "config.yaml"));
    expect(error.problems).toEqual([
      { source: join(directory, "file", "config.yaml"), key: "", message: "there is no such file" },
    ]);
  });

  it("refuses a directory", async () => {
    await mkdir(join(directory, "d"));
    const error = await failure(join(directory, "d"));
    expect(error.problems).toEqual([
      { source: join(directory, "d"), key: "", message: "expected a file, found a directory" },
    ]);
  });

  it("refuses a device, which might never end", async () => {
    const error = await failure("/dev/zero");
    expect(error.problems).toEqual([{ source: "/dev/zero", key: "", message: "expected a regular file" }]);
  });

  it("refuses a path that no system has", async () => {
    const error = await failure("a\u0000b");
    expect(error.message).toMatch(/^configuration file a\0b: it cannot be read: /);
  });

  // Root may read what nobody may.
  const itAsUser = process.getuid?.() === 0 ? it.skip : it;
  itAsUser("says that permission is denied", async () => {
    const path = join(directory, "config.yaml");
    await writeFile(path, "user: user\n");
    await chmod(path, 0);
    const error = await failure(path);
    expect(error.problems).toEqual([{ source: path, key: "", message: "permission to read it is denied" }]);
  });

  it("refuses a file above the limit and takes one at the limit", async () => {
    const path = join(directory, "config.yaml");
    await writeFile(path, "#".repeat(MAX_CONFIG_BYTES + 1));
    const error = await failure(path);
    await writeFile(path, "#".repeat(MAX_CONFIG_BYTES));
    const text = await readConfigFile(path);
    expect([error.problems, text.length]).toEqual([
      [{ source: path, line: 1, key: "", message: "expected at most 1048576 bytes, found 1048577" }],
      MAX_CONFIG_BYTES,
    ]);
  });

  it("gives the mark to who will write the text again", async () => {
    const path = join(directory, "config.yaml");
    await writeFile(path, "\uFEFFuser: user\n");
    expect(await readConfigFile(path, undefined, { keepMark: true })).toBe("\uFEFFuser: user\n");
  });

  it("refuses bytes that are not UTF-8, with their line", async () => {
    const path = join(directory, "config.yaml");
    await writeFile(path, Buffer.concat([Buffer.from("a: Zo\u00eb\n\nb: "), Buffer.from([0xff, 0xfe, 0x0a, 0x00])]));
    const error = await failure(path);
    expect(error.problems).toEqual([
      { source: path, line: 3, key: "", message: "expected UTF-8 text, found other bytes" },
    ]);
  });
});

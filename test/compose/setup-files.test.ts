import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { setupFiles } from "../../src/compose/setup-files.js";
import { ConfigError } from "../../src/errors.js";
import { parseAuthority } from "../../src/tls/authority.js";
import { EagerClock } from "../sandbox/eager-clock.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reflow-ec2-setup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let drafts = 0;
const files = setupFiles(new EagerClock(), (length) => Buffer.alloc(length, (drafts += 1)));
const { signal } = new AbortController();
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("files of setup", () => {
  it("are made for their owner alone, with their folder, and leave no draft", async () => {
    const path = join(folder, "new", "config.yaml");
    await files.replace(path, "a: 1\n");
    expect([
      readFileSync(path, "utf8"),
      modeOf(path),
      modeOf(join(folder, "new")),
      readdirSync(join(folder, "new")),
    ]).toEqual(["a: 1\n", "600", "700", ["config.yaml"]]);
  });

  it("become their owner's alone when they are replaced, copied or restricted", async () => {
    const path = join(folder, "config.yaml");
    writeFileSync(path, "a: 1\n");
    chmodSync(path, 0o644);
    expect(await files.look(path)).toEqual({ text: "a: 1\n", openToOthers: true });
    await files.copy(path, `${path}.bak`);
    await files.replace(path, "a: 2\n");
    expect([modeOf(path), modeOf(`${path}.bak`), readFileSync(`${path}.bak`, "utf8")]).toEqual([
      "600",
      "600",
      "a: 1\n",
    ]);
    chmodSync(path, 0o640);
    await files.restrict(path);
    expect(await files.look(path)).toEqual({ text: "a: 2\n", openToOthers: false });
  });

  it("keep the mark that some editors put before the first line", async () => {
    const path = join(folder, "config.yaml");
    writeFileSync(path, "\uFEFFa: 1\n");
    expect((await files.look(path))?.text).toBe("\uFEFFa: 1\n");
  });

  it("are changed by one process at a time, and no lock stays", async () => {
    const path = join(folder, "new", "count");
    const add = (): Promise<void> =>
      files.whileChanging(path, signal, async () => {
        const { text = "0" } = (await files.look(path)) ?? {};
        await files.replace(path, String(Number(text) + 1));
      });
    await Promise.all([add(), add(), add(), add()]);
    expect([readFileSync(path, "utf8"), readdirSync(join(folder, "new"))]).toEqual(["4", ["count"]]);
    writeFileSync(join(folder, "file"), "");
    const blocked = files.whileChanging(join(folder, "file", "count"), signal, async () => undefined);
    await expect(blocked).rejects.toMatchObject({ exitCode: 2, problems: [{ source: join(folder, "file", "count") }] });
  });

  it("are copied once: what is there is left", async () => {
    const path = join(folder, "config.yaml");
    await files.replace(path, "a: 1\n");
    await files.copy(path, `${path}.bak`);
    await files.replace(path, "a: 2\n");
    await files.copy(path, `${path}.bak`);
    expect(readFileSync(`${path}.bak`, "utf8")).toBe("a: 1\n");
  });

  it("are absent, not wrong, where there is none", async () => {
    expect(await files.look(join(folder, "none"))).toBeUndefined();
    writeFileSync(join(folder, "file"), "");
    expect(await files.look(join(folder, "file", "below"))).toBeUndefined();
  });

  it("hold an authority that is made once, however many ask at the same time", async () => {
    const path = join(folder, "new", "reflow.pem");
    const made = await Promise.all([files.makeAuthority(path), files.makeAuthority(path)]);
    expect([...made].sort()).toEqual(["made", "was-there"]);
    expect([parseAuthority(readFileSync(path, "utf8"), path).certificate.ca, modeOf(path)]).toEqual([true, "600"]);
  });

  it("that cannot be read or written are told with their path", async () => {
    mkdirSync(join(folder, "config.yaml"));
    writeFileSync(join(folder, "file"), "");
    const below = join(folder, "file", "config.yaml");
    const failures = [
      files.look(join(folder, "config.yaml")),
      files.replace(below, ""),
      files.copy(join(folder, "none"), join(folder, "copy")),
      files.move(join(folder, "none"), join(folder, "copy")),
      files.restrict(join(folder, "none")),
      files.makeAuthority(join(folder, "file", "reflow.pem")),
    ];
    for (const failure of failures) {
      const error: unknown = await failure.catch((thrown: unknown) => thrown);
      expect([error instanceof ConfigError, String(error).includes(folder)]).toEqual([true, true]);
    }
  });
});

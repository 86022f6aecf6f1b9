import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { imageCache } from "../../src/compose/image-cache.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "reflow-ec2-cache-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const cacheIn = (env: Readonly<Record<string, string>> = {}) =>
  imageCache(env, home, (length) => Buffer.alloc(length, 7));

const NEWEST = { id: "ami-0a1b", foundMs: 1_700_000_000_000 };

describe("the cache of images", () => {
  it("gives back what was written, by region and architecture", async () => {
    const cache = cacheIn();
    await cache.write("us-west-2", "x86_64", NEWEST);
    await cache.write("us-west-2", "arm64", { ...NEWEST, id: "ami-0c2d" });
    expect([
      await cacheIn().read("us-west-2", "x86_64"),
      (await cacheIn().read("us-west-2", "arm64"))?.id,
      await cacheIn().read("us-east-1", "x86_64"),
    ]).toEqual([NEWEST, "ami-0c2d", undefined]);
  });

  it("is one file of the user alone, where caches belong", async () => {
    await cacheIn({ XDG_CACHE_HOME: join(home, "caches") }).write("us-west-2", "x86_64", NEWEST);
    const path = join(home, "caches", "reflow-ec2", "images.json");
    expect([(await stat(path)).mode & 0o777, JSON.parse(await readFile(path, "utf8"))]).toEqual([
      0o600,
      { "us-west-2 x86_64": NEWEST },
    ]);
  });

  it.each(["", "{", "null", '{"us-west-2 x86_64": 7}', '{"us-west-2 x86_64": {"id": "rm -rf", "foundMs": 1}}'])(
    "is empty when the file says %p, and mends it with the next image",
    async (text) => {
      await mkdir(join(home, ".cache", "reflow-ec2"), { recursive: true });
      await writeFile(join(home, ".cache", "reflow-ec2", "images.json"), text);
      const before = await cacheIn().read("us-west-2", "x86_64");
      await cacheIn().write("us-west-2", "x86_64", NEWEST);
      expect([before, await cacheIn().read("us-west-2", "x86_64")]).toEqual([undefined, NEWEST]);
    },
  );

  it("is no reason to fail where nothing can be written", async () => {
    await writeFile(join(home, "file"), "");
    const cache = cacheIn({ XDG_CACHE_HOME: join(home, "file") });
    await cache.write("us-west-2", "x86_64", NEWEST);
    expect(await cache.read("us-west-2", "x86_64")).toBeUndefined();
  });
});

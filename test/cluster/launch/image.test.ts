import { describe, expect, it } from "@jest/globals";
import { findImage, type FoundImage } from "../../../src/cluster/launch/image.js";
import type { CachedImage, ImageCache, MachineImage } from "../../../src/cluster/ports.js";
import { AccessError } from "../../../src/errors.js";
import { clusterWorld, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";

const signal = new AbortController().signal;
const HOUR_MS = 60 * 60_000;

const image = (id: string, changes: Partial<MachineImage> = {}): MachineImage => ({
  id,
  name: `Flatcar-stable-${id}-hvm`,
  architecture: "x86_64",
  createdMs: 0,
  state: "available",
  ...changes,
});

const worldWith = async (imageId: string | undefined, images: readonly MachineImage[]): Promise<ClusterWorld> => {
  const world = await clusterWorld({ launch: { ...SETTINGS.launch, imageId } });
  world.ec2.images.splice(0, Infinity, ...images);
  return world;
};

const find = (
  world: ClusterWorld,
  more: { imageCache?: ImageCache; feed?: Readonly<Record<string, string>> } = {},
): Promise<FoundImage> => {
  const imageFeed = more.feed && { newest: async () => new Map(Object.entries(more.feed ?? {})) };
  const context = { ...world.context, imageFeed, imageCache: more.imageCache };
  return world.clock.runUntil(findImage(context, "c6a.large", signal));
};

/** A cache that holds one image and remembers what is written. */
const cacheWith = (cached: CachedImage | undefined): ImageCache & { readonly written: unknown[] } => {
  const written: unknown[] = [];
  return { written, read: async () => cached, write: async (...entry) => void written.push(entry) };
};

describe("the configured image", () => {
  it("is launched as it is when it is there", async () => {
    expect(await find(await worldWith("ami-1", [image("ami-1")]))).toEqual({ id: "ami-1", foundMs: undefined });
  });

  it.each([
    [
      "is gone",
      [],
      "the image ami-1 is not in us-west-2, or is not shared with this account",
      /leave `ec2cluster: ami` out/,
    ],
    [
      "cannot be launched",
      [image("ami-1", { state: "deregistered" })],
      "the image ami-1 (Flatcar-stable-ami-1-hvm) cannot be launched: it is deregistered",
      /withdraws/,
    ],
    [
      "is of another architecture",
      [image("ami-1", { architecture: "arm64" })],
      "the image ami-1 (Flatcar-stable-ami-1-hvm) is for arm64, and a c6a.large is x86_64",
      /other architecture/,
    ],
  ])("is told before any launch when it %s", async (_what, images, message, hint) => {
    const error: unknown = await find(await worldWith("ami-1", images)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 2, message, hint: expect.stringMatching(hint) });
  });

  it("is launched with a warning when EC2 lets nobody look at images", async () => {
    const world = await worldWith("ami-1", []);
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: () => new AccessError("DescribeImages: not allowed") };
    expect([await find(world), world.events.map((event) => event.kind === "warning" && event.message)]).toEqual([
      { id: "ami-1", foundMs: undefined },
      ["the image ami-1 could not be looked at: DescribeImages: not allowed"],
    ]);
  });
});

describe("without a configured image", () => {
  const releases = [
    image("ami-1", { name: "Flatcar-stable-3510.2.8-hvm" }),
    image("ami-3", { name: "Flatcar-stable-4593.2.5-hvm", createdMs: 2 }),
    image("ami-2", { name: "Flatcar-stable-4593.2.5-hvm", createdMs: 1 }),
    image("ami-9", { name: "Flatcar-stable-9999.0.0-hvm", architecture: "arm64" }),
  ];

  it("the newest stable Flatcar for the type's architecture is found, by release and then by date", async () => {
    const world = await worldWith(undefined, releases);
    expect(await find(world)).toEqual({ id: "ami-3", foundMs: world.clock.nowMs() });
  });

  it("Flatcar's feed is believed, if EC2 has what it names", async () => {
    const world = await worldWith(undefined, releases);
    const [believed, unknown] = [
      await find(world, { feed: { "us-west-2": "ami-2" } }),
      await find(world, { feed: { "us-west-2": "ami-7", "us-east-1": "ami-1" } }),
    ];
    expect([believed.id, unknown.id]).toEqual(["ami-2", "ami-3"]);
  });

  it("Flatcar's feed is believed with a warning where EC2 lets nobody look at images, and nothing is found without it", async () => {
    const world = await worldWith(undefined, releases);
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: () => new AccessError("DescribeImages: not allowed") };
    const fed = await find(world, { feed: { "us-west-2": "ami-2" } });
    expect([fed.id, world.events.map((event) => event.kind === "warning" && event.message)]).toEqual([
      "ami-2",
      ["the image ami-2 could not be looked at: DescribeImages: not allowed"],
    ]);
    await expect(find(world)).rejects.toMatchObject({ exitCode: 6, message: "DescribeImages: not allowed" });
  });

  it("what was found is remembered for a day", async () => {
    const world = await worldWith(undefined, releases);
    const nowMs = world.clock.nowMs();
    const cache = cacheWith(undefined);
    await find(world, { imageCache: cache });
    const fresh = { id: "ami-1", foundMs: nowMs - 23 * HOUR_MS };
    const stale = { id: "ami-1", foundMs: nowMs - 25 * HOUR_MS };
    expect([
      cache.written,
      await find(world, { imageCache: cacheWith(fresh) }),
      (await find(world, { imageCache: cacheWith(stale) })).id,
    ]).toEqual([[["us-west-2", "x86_64", { id: "ami-3", foundMs: expect.any(Number) }]], fresh, "ami-3"]);
  });

  it("a remembered image that is gone, or from the future, is looked for anew", async () => {
    const world = await worldWith(undefined, releases);
    const gone = cacheWith({ id: "ami-7", foundMs: world.clock.nowMs() - 1 });
    const future = cacheWith({ id: "ami-1", foundMs: world.clock.nowMs() + HOUR_MS });
    expect([(await find(world, { imageCache: gone })).id, (await find(world, { imageCache: future })).id]).toEqual([
      "ami-3",
      "ami-3",
    ]);
  });

  it("a region without one is told before any launch", async () => {
    const error: unknown = await find(await worldWith(undefined, [])).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      exitCode: 2,
      message: "there is no Flatcar stable image for x86_64 in us-west-2",
      hint: "name an image with `ec2cluster: ami: ami-…`",
    });
  });
});

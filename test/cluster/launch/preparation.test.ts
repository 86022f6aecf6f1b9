import { describe, expect, it } from "@jest/globals";
import { LaunchPreparation } from "../../../src/cluster/launch/preparation.js";
import type { BootstrapVerdict } from "../../../src/cluster/ports.js";
import { ConfigError } from "../../../src/errors.js";
import { clusterWorld, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";

const never = new AbortController().signal;
const MINUTE_MS = 60_000;
const THERE: BootstrapVerdict = { kind: "there" };

interface Prepared extends ClusterWorld {
  readonly preparation: LaunchPreparation;
  /** The questions that were asked, in order. */
  readonly asked: string[];
}

/** A world whose bootstrap answers with each of `verdicts` in turn, and with the last one from then on. */
async function preparing(verdicts: readonly BootstrapVerdict[] = [THERE], launch = SETTINGS.launch): Promise<Prepared> {
  const world = await clusterWorld({ launch, architectures: ["x86_64", "arm64"] });
  const asked: string[] = [];
  const trouble = (name: string): undefined => void asked.push(name);
  world.ec2.behaviour = { ...world.ec2.behaviour, trouble };
  let checks = 0;
  const checkBootstrap = async (signal: AbortSignal): Promise<BootstrapVerdict> => {
    asked.push("bootstrap");
    await world.clock.sleep(1_000, signal);
    return verdicts[Math.min(checks++, verdicts.length - 1)] ?? THERE;
  };
  return { ...world, asked, preparation: new LaunchPreparation({ ...world.context, checkBootstrap }) };
}

const imageEvents = ({ events }: ClusterWorld): readonly unknown[] =>
  events.flatMap((event) => (event.kind === "image-found" ? [event.imageId] : []));

describe("the preparation of launches", () => {
  it("asks each thing once for all launches of the process, side by side", async () => {
    const world = await preparing();
    const { clock, preparation } = world;
    const types = ["c6a.large", "m6a.large", "c6a.2xlarge"];
    const images = await clock.runUntil(Promise.all(types.map((type) => preparation.prepare(type, never))));
    const places = await clock.runUntil(
      Promise.all([
        preparation.placements(never),
        preparation.placements(never),
        preparation.prepare("c6a.large", never),
      ]),
    );
    const image = { id: "ami-0c3488073a14ab0af", foundMs: undefined };
    expect({ images, zones: places[0].length, again: places[2], asked: world.asked.sort() }).toEqual({
      images: [image, image, image],
      zones: 3,
      again: image,
      asked: ["DescribeImages", "DescribeSubnets", "bootstrap"],
    });
    expect(imageEvents(world)).toEqual([image.id]);
  });

  it("looks for an image for each architecture", async () => {
    const world = await preparing([THERE], { ...SETTINGS.launch, imageId: undefined });
    const { clock, preparation } = world;
    const [some] = world.ec2.images;
    world.ec2.images.push({ ...some!, id: "ami-a64", architecture: "arm64", name: "Flatcar-stable-1.0.0-hvm" });
    const images = await clock.runUntil(
      Promise.all(["c6a.large", "c7g.large"].map((type) => preparation.prepare(type, never))),
    );
    expect([images[1]?.id, images[0]?.id === "ami-a64"]).toEqual(["ami-a64", false]);
  });

  it("asks again after an hour, as images are withdrawn and subnets fill up", async () => {
    const { asked, clock, preparation } = await preparing();
    const all = (): Promise<unknown> =>
      clock.runUntil(Promise.all([preparation.prepare("c6a.large", never), preparation.placements(never)]));
    await all();
    await clock.advance(59 * MINUTE_MS);
    await all();
    expect(asked).toHaveLength(3);
    await clock.advance(MINUTE_MS);
    await all();
    expect(asked).toHaveLength(6);
  });

  it("goes on for others when the call that began it is given up", async () => {
    const { asked, clock, preparation } = await preparing();
    const beginner = new AbortController();
    const began = preparation.prepare("c6a.large", beginner.signal);
    const other = preparation.prepare("c6a.large", never);
    beginner.abort(new Error("Ctrl-C"));
    await expect(began).rejects.toThrow("Ctrl-C");
    const image = await clock.runUntil(other);
    expect([image.id, asked.sort()]).toEqual(["ami-0c3488073a14ab0af", ["DescribeImages", "bootstrap"]]);
  });

  it("leaves nothing behind when all who waited are given up", async () => {
    const { clock, preparation } = await preparing();
    const [one, two] = [new AbortController(), new AbortController()];
    const calls = [one, two].map(({ signal }) => preparation.prepare("c6a.large", signal));
    one.abort(new Error("Ctrl-C"));
    two.abort(new Error("Ctrl-C"));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it("that failed is tried again by the next launch, though only what failed", async () => {
    const { asked, clock, preparation } = await preparing([{ kind: "wrong", problem: "status 404" }, THERE]);
    const prepare = (): Promise<unknown> =>
      clock.runUntil(preparation.prepare("c6a.large", never)).catch((error: unknown) => error);
    expect([await prepare(), await prepare()]).toEqual([
      expect.any(ConfigError),
      { id: "ami-0c3488073a14ab0af", foundMs: undefined },
    ]);
    expect(asked.sort()).toEqual(["DescribeImages", "bootstrap", "bootstrap"]);
  });

  it("takes a minute at most, even where a question hangs", async () => {
    const { clock, context } = await clusterWorld();
    const checkBootstrap = (signal: AbortSignal): Promise<BootstrapVerdict> =>
      clock.sleep(9e9, signal).then(() => THERE);
    const preparation = new LaunchPreparation({ ...context, checkBootstrap });
    await expect(clock.runUntil(preparation.prepare("c6a.large", never))).rejects.toMatchObject({
      exitCode: 124,
      message: "no answer within 60 s (bootstrap)",
    });
    expect(clock.monotonicMs()).toBe(MINUTE_MS);
  });
});

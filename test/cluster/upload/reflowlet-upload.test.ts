import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { Cluster } from "../../../src/cluster/cluster.js";
import type { ClusterContext } from "../../../src/cluster/context.js";
import type { BinaryFile, OpenBinary } from "../../../src/cluster/ports.js";
import { ReflowletUpload } from "../../../src/cluster/upload/reflowlet-upload.js";
import type { Surroundings } from "../../../src/cluster/upload/surroundings.js";
import { AccessError, CapacityError, ConfigError, EndpointError, InterruptedError } from "../../../src/errors.js";
import { clusterWorld, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";
import { FakeObjects, memoryBinary } from "../../support/fake-objects.js";

const MIB = 1024 * 1024;
const HEAD = Buffer.from("#!reflow-ec2-sandbox reflowlet\n");
/** Four parts, each of its own. */
const CONTENT = Buffer.concat([HEAD, ...[1, 2, 3].map((fill) => Buffer.alloc(8 * MIB, fill)), Buffer.from("end")]);
const KEY = `objects/sha256:${createHash("sha256").update(CONTENT).digest("hex")}`;
const PATH = "/usr/local/bin/reflow";
const ONE_CPU = { requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 } };

interface UploadWorld extends ClusterWorld {
  readonly objects: FakeObjects;
  readonly upload: ReflowletUpload;
}

/** A world whose reflowlet is a file. A next run finds the objects of the last. */
async function uploadWorld(
  objects = new FakeObjects(),
  binary: OpenBinary = memoryBinary(CONTENT),
): Promise<UploadWorld> {
  const file: BinaryFile = { path: PATH, open: () => Promise.resolve({ kind: "open", binary }) };
  return worldOf(objects, file);
}

async function worldOf(objects: FakeObjects, file: BinaryFile): Promise<UploadWorld> {
  const { reflowletImage: _image, ...launch } = SETTINGS.launch;
  const world = await clusterWorld({ launch });
  const upload = new ReflowletUpload({ file, source: "config.yaml", bucket: "b", objects: async () => objects });
  const context: ClusterContext = { ...world.context, upload };
  return { ...world, context, cluster: new Cluster(context), objects, upload };
}

const ensure = (world: UploadWorld, signal = new AbortController().signal): Promise<boolean> =>
  world.clock.runUntil(world.upload.ensure(surroundings(world), signal));

const surroundings = ({ clock, events }: UploadWorld): Surroundings => ({
  clock,
  architectures: ["x86_64"],
  tell: (event) => void events.push({ atMs: clock.nowMs(), ...event }),
});

const kinds = ({ events }: UploadWorld): readonly string[] => events.map(({ kind }) => kind);

describe("a reflowlet on this machine", () => {
  it("is uploaded before the launch, and installed from there", async () => {
    const world = await uploadWorld();
    const { timings } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(world.objects.objects.get(KEY)?.equals(CONTENT)).toBe(true);
    expect(world.upload.url).toBe(`s3://b/${KEY}`);
    expect(Object.keys(timings)).toContain("upload");
    expect(kinds(world).indexOf("upload-done")).toBeLessThan(kinds(world).indexOf("plan-made"));
    // What others did while it was uploaded counts: the members are looked for again.
    expect(
      kinds(world)
        .filter((kind) => kind === "members-found" || kind === "upload-done")
        .slice(0, 3),
    ).toEqual(["members-found", "upload-done", "members-found"]);
  });

  it("is not uploaded when a member serves", async () => {
    const world = await uploadWorld();
    world.ec2.add({
      id: "i-0aaaaaaaaaaaaaaaa",
      tags: { Name: "ann (reflow)", cluster: "default", managedby: "reflow", user: "ann", "reflowlet:version": "v1" },
    });
    world.machines.addReflowlet("i-0aaaaaaaaaaaaaaaa");
    const { reused } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect([reused, world.objects.calls]).toEqual([true, []]);
  });

  it("is looked up once, and then known", async () => {
    const world = await uploadWorld();
    await ensure(world);
    world.objects.calls.length = 0;
    expect([await ensure(world), world.objects.calls]).toEqual([false, []]);
  });

  it("is not uploaded when it is there", async () => {
    const world = await uploadWorld();
    world.objects.objects.set(KEY, CONTENT);
    expect([await ensure(world), world.objects.calls]).toEqual([false, ["head"]]);
  });

  it("is uploaded over an object of another size", async () => {
    const world = await uploadWorld();
    world.objects.objects.set(KEY, Buffer.from("cut sh"));
    expect(await ensure(world)).toBe(true);
    expect(world.objects.objects.get(KEY)?.equals(CONTENT)).toBe(true);
  });

  it("goes in few parts at a time, and tells how far it is", async () => {
    const world = await uploadWorld();
    await ensure(world);
    expect(world.objects.mostInFlight).toBe(3);
    const progress = world.events.flatMap((event) => (event.kind === "upload-progress" ? [event.doneBytes] : []));
    expect(progress).toEqual([8 * MIB, 16 * MIB, 24 * MIB, CONTENT.length]);
    expect(world.events.at(-1)).toMatchObject({ kind: "upload-done", sent: true, totalBytes: CONTENT.length });
  });
});

describe("an upload that is disturbed", () => {
  it("sends a part again when the connection broke", async () => {
    const world = await uploadWorld();
    let failures = 2;
    world.objects.before = (call) => {
      if (call !== "part 2" || failures === 0) return;
      failures -= 1;
      throw new EndpointError("UploadPart: ECONNRESET");
    };
    expect(await ensure(world)).toBe(true);
    expect(world.objects.calls.filter((call) => call === "part 2")).toHaveLength(3);
    expect(world.events.filter(({ kind }) => kind === "upload-retried")).toEqual(
      [1, 2].map(() => expect.objectContaining({ what: "part 2", problem: "UploadPart: ECONNRESET" })),
    );
  });

  it.each([
    ["an S3 that stays in trouble", new CapacityError("SlowDown"), 6],
    ["credentials that may not", new AccessError("AccessDenied"), 1],
    ["a bucket that is not there", new ConfigError("NoSuchBucket"), 1],
  ])("gives up at %s, and launches nothing", async (_what, error, tries) => {
    const world = await uploadWorld();
    world.objects.before = (call) => {
      if (call === "start") throw error;
    };
    await expect(world.clock.runUntil(world.cluster.allocate(ONE_CPU))).rejects.toBe(error);
    expect(world.objects.calls.filter((call) => call === "start")).toHaveLength(tries);
    expect([world.ec2.launches, world.objects.objects.size]).toEqual([[], 0]);
  });

  it.each(["head", "pending", "start", "part 1", "part 3", "part 4", "complete"])(
    "leaves at Ctrl-C during %s nothing at the object's place, and the next run goes on",
    async (when) => {
      const first = await uploadWorld();
      const controller = new AbortController();
      const interrupted = new InterruptedError("SIGINT", 2);
      first.objects.before = (call) => {
        if (call === when) controller.abort(interrupted);
      };
      await expect(ensure(first, controller.signal)).rejects.toBe(interrupted);
      expect([first.objects.objects.size, first.upload.url]).toEqual([0, undefined]);
      const sent = [...first.objects.uploads.values()].flatMap(({ parts }) => [...parts.keys()]);

      first.objects.before = () => undefined;
      first.objects.calls.length = 0;
      const second = await uploadWorld(first.objects);
      expect(await ensure(second)).toBe(true);
      expect(second.objects.objects.get(KEY)?.equals(CONTENT)).toBe(true);
      const again = second.objects.calls.filter((call) => call.startsWith("part "));
      expect(again.sort()).toEqual([1, 2, 3, 4].filter((part) => !sent.includes(part)).map((part) => `part ${part}`));
      expect(second.objects.uploads.size).toBe(0);
    },
  );

  it("begins anew when somebody else ended the upload, and is content when that made the object", async () => {
    const world = await uploadWorld();
    let aborted = false;
    world.objects.before = (call) => {
      if (call === "complete" && !aborted) world.objects.uploads.clear();
      if (call === "complete") aborted = true;
    };
    expect(await ensure(world)).toBe(true);
    expect(world.objects.calls.filter((call) => call === "start")).toHaveLength(2);

    const other = await uploadWorld();
    other.objects.before = (call) => {
      if (call !== "part 4") return;
      other.objects.objects.set(KEY, CONTENT);
      other.objects.uploads.clear();
    };
    expect(await ensure(other)).toBe(true);
    expect(other.objects.calls.filter((call) => call === "start")).toHaveLength(1);
  });

  it("ends without an object when the file changes meanwhile", async () => {
    const content = Buffer.from(CONTENT);
    const world = await uploadWorld(new FakeObjects(), memoryBinary(content));
    world.objects.before = (call) => {
      if (call === "start") content.write("changed", 20 * MIB);
    };
    await expect(ensure(world)).rejects.toThrow(`${PATH} changed while it was uploaded`);
    expect([world.objects.objects.size, world.objects.uploads.size]).toEqual([0, 0]);
  });

  it("is refused by a service that does not say what arrived", async () => {
    const world = await uploadWorld();
    const send = world.objects.uploadPart.bind(world.objects);
    world.objects.uploadPart = async (request, signal) => {
      const part = await send(request, signal);
      return part === "gone" ? part : { ...part, sha256: undefined };
    };
    await expect(ensure(world)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("checksum") });
    expect(world.objects.objects.size).toBe(0);
  });
});

describe("a file that cannot be the reflowlet", () => {
  it.each<[what: string, file: BinaryFile, problem: string]>([
    [
      "is not there",
      { path: PATH, open: async () => ({ kind: "unusable", problem: "there is no such file" }) },
      `${PATH}: there is no such file`,
    ],
    [
      "is no program",
      { path: PATH, open: async () => ({ kind: "open", binary: memoryBinary(Buffer.from("text")) }) },
      `${PATH}: expected a Linux program (ELF) for x86_64, found something else`,
    ],
  ])(
    "because it %s ends a launch, and the plan of one, before anything is asked of S3 or launched",
    async (_what, file, message) => {
      const world = await worldOf(new FakeObjects(), file);
      const refusal = { exitCode: 2, problems: [{ source: "config.yaml", key: "reflow-ec2.binary", message }] };
      await expect(world.clock.runUntil(world.cluster.planAllocate(ONE_CPU))).rejects.toMatchObject(refusal);
      await expect(world.clock.runUntil(world.cluster.allocate(ONE_CPU))).rejects.toMatchObject(refusal);
      expect([world.objects.calls, world.ec2.launches]).toEqual([[], []]);
    },
  );
});

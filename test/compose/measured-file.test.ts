import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { formatMeasured, mergeMeasured, NOTHING_MEASURED, type MeasuredResult } from "../../src/catalog/measured.js";
import { planLaunch } from "../../src/cluster/plan-launch.js";
import { claimMeasured, measuredPathOf, readMeasured, saveMeasured } from "../../src/compose/measured-file.js";
import type { Clock } from "../../src/lib/clock.js";
import { FAILED_RESULT, VERIFIED_RESULT } from "../catalog/sample-measured.js";
import { load } from "../config/samples.js";
import { EagerClock } from "../sandbox/eager-clock.js";
import { SETTINGS } from "../support/cluster-world.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reflow-ec2-measured-"));
  path = join(folder, "m.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let savers = 0;

function saver(clock: Clock = new EagerClock()): Parameters<typeof saveMeasured>[0] {
  savers += 1;
  const nonce = Buffer.alloc(8, savers);
  return { clock, randomBytes: () => nonce };
}

function save(results: readonly MeasuredResult[], clock?: Clock): Promise<void> {
  return saveMeasured(saver(clock), path, results);
}

const content = (...results: readonly MeasuredResult[]): string =>
  formatMeasured(mergeMeasured(NOTHING_MEASURED, results));

describe("the file of own measurements", () => {
  const pathOf = (own: string, measured?: string): string =>
    measuredPathOf(
      load(`reflow-ec2: {generation: 2023${own}}`, { source: "/etc/r/config.yaml" }),
      { measured },
      "/home/ann",
    );

  it.each([
    ["beside the configuration", "", undefined, "/etc/r/reflow-ec2-measured.json"],
    ["where the configuration says, seen from its folder", ", measured: ../m.json", undefined, "/etc/m.json"],
    ["at an absolute path", ", measured: /srv/m.json", undefined, "/srv/m.json"],
    ["in the home", ", measured: ~/m.json", undefined, "/home/ann/m.json"],
    [
      "in the sandbox's folder in a rehearsal, whatever the configuration says",
      ", measured: /srv/m.json",
      "/s/m.json",
      "/s/m.json",
    ],
  ])("is %s", (_where, own, measured, expected) => {
    expect(pathOf(own, measured)).toBe(expected);
  });

  it("holds nothing while it is missing", async () => {
    expect([await readMeasured(path), await readMeasured(join(folder, "no", "m.json"))]).toEqual([
      new Map(),
      new Map(),
    ]);
  });

  it("is made by the first results, together with its folder, for everybody to read", async () => {
    path = join(folder, "shared", "m.json");
    await save([VERIFIED_RESULT]);
    await save([FAILED_RESULT]);
    expect([
      await readFile(path, "utf8"),
      (await stat(path)).mode & 0o777,
      await readdir(join(folder, "shared")),
    ]).toEqual([content(VERIFIED_RESULT, FAILED_RESULT), 0o644, ["m.json"]]);
  });

  it("is not made by no results", async () => {
    await save([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("loses nothing when many save at the same time", async () => {
    const results = Array.from({ length: 20 }, (_, index) => ({ ...VERIFIED_RESULT, type: `t${index}.large` }));
    await Promise.all(results.map((result) => save([result])));
    expect([await readFile(path, "utf8"), await readdir(folder)]).toEqual([content(...results), ["m.json"]]);
  });

  it("is saved after some seconds where a saver died and left its lock", async () => {
    await writeFile(`${path}.lock`, "dead");
    const clock = new EagerClock();
    await save([VERIFIED_RESULT], clock);
    expect([await readFile(path, "utf8"), clock.monotonicMs(), await readdir(folder)]).toEqual([
      content(VERIFIED_RESULT),
      5_000,
      ["m.json"],
    ]);
  });

  it("is given up after ten seconds of others who save one after the other", async () => {
    let others = 0;
    class BusyClock extends EagerClock {
      override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
        await super.sleep(ms, signal);
        others += 1;
        await writeFile(`${path}.lock`, `other ${others}`);
      }
    }
    await writeFile(`${path}.lock`, "other");
    await expect(save([VERIFIED_RESULT], new BusyClock())).rejects.toMatchObject({
      exitCode: 124,
      message: `others have kept measured data ${path} for 10 s`,
      hint: `Try again; if nobody saves there, remove ${path}.lock.`,
    });
    expect([await readFile(`${path}.lock`, "utf8"), await readdir(folder)]).toEqual([
      `other ${others}`,
      ["m.json.lock"],
    ]);
  });

  it("that is damaged is an error that names it, and stays as it is", async () => {
    await writeFile(path, "{}\n");
    const expected = {
      exitCode: 2,
      message: `the measured data in ${path} is damaged`,
      problems: [{ source: path, key: "schemaVersion", message: "expected 1, found nothing" }],
    };
    await expect(readMeasured(path)).rejects.toMatchObject(expected);
    await expect(save([VERIFIED_RESULT])).rejects.toMatchObject(expected);
    await expect(claimMeasured(saver(), path)).rejects.toMatchObject(expected);
    expect([await readFile(path, "utf8"), await readdir(folder)]).toEqual(["{}\n", ["m.json"]]);
  });

  it("that is a folder is an error that says how to name another", async () => {
    await mkdir(path);
    await expect(readMeasured(path)).rejects.toMatchObject({
      message: `measured data ${path}: expected a file, found a directory`,
      hint: "Name another file with `reflow-ec2: measured` in the configuration, or move this one away.",
    });
  });

  it("that cannot be written is an error that says where", async () => {
    // A file where the folder should be: whoever runs the tests may write everywhere.
    await writeFile(join(folder, "file"), "");
    path = join(folder, "file", "m.json");
    const unwritable = {
      exitCode: 2,
      message: expect.stringMatching(/^measured data .*file\/m\.json cannot be written: E/),
      hint: "Make its folder writable, or name another file with `reflow-ec2: measured` in the configuration.",
    };
    await expect(save([VERIFIED_RESULT])).rejects.toMatchObject(unwritable);
    await expect(claimMeasured(saver(), path)).rejects.toMatchObject(unwritable);
  });

  it("changes what is planned: less memory than was thought, or a type that does not come up", async () => {
    const planned = async (instanceTypes: readonly string[]): Promise<string> => {
      const catalog = await loadCatalog("us-west-2", await readMeasured(path));
      const context = { settings: { ...SETTINGS, instanceTypes }, catalog };
      return planLaunch(context, { cpu: 2, mem: 3.3 * 2 ** 30 }, {}).instanceType;
    };
    const there = { ...VERIFIED_RESULT, region: "us-west-2" };
    const [any, named] = [await planned([]), await planned(SETTINGS.instanceTypes)];
    await save([{ ...there, memoryBytes: 3.3 * 2 ** 30 }]);
    const withLess = await planned(SETTINGS.instanceTypes);
    await save([{ ...FAILED_RESULT, ...there, type: any, outcome: "failed", dateMs: there.dateMs + 1_000 }]);
    expect([named, withLess, (await planned([])) === any]).toEqual(["c6a.large", "m6a.large", false]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { dataGiBFor, layOutDisks, MOST_SLICES } from "../../src/catalog/disks.js";
import type { ClusterSection, DiskType } from "../../src/config/model.js";

/** What Reflow of 2023 asked for. */
interface RecordedLayout {
  readonly type: DiskType;
  readonly askedGiB: number;
  readonly slices: number;
  readonly devices: readonly string[];
  readonly volumesGiB: readonly number[];
  readonly totalGiB: number;
}

const recorded = JSON.parse(
  readFileSync(new URL("../fixtures/tables/disks.json", import.meta.url), "utf8"),
) as RecordedLayout[];

function layOut(type: DiskType, sizeGiB: number, slices: number): Omit<RecordedLayout, "type" | "askedGiB" | "slices"> {
  const { volumes, totalGiB } = layOutDisks({ type, sizeGiB, slices });
  const devices = volumes.map((volume) => volume.deviceName);
  return { devices, volumesGiB: volumes.map((volume) => volume.sizeGiB), totalGiB };
}

describe("layOutDisks", () => {
  it.each<DiskType>(["gp2", "gp3", "io1", "io2", "standard"])("lays out %s exactly as Reflow does", (type) => {
    const rows = recorded.filter((row) => row.type === type);
    expect(rows).toHaveLength(80);
    expect(rows.map((row) => ({ ...row, ...layOut(type, row.askedGiB, row.slices) }))).toEqual(rows);
  });

  it.each<[DiskType, number, number, number, number]>([
    ["st1", 0, 0, 125, 1],
    ["st1", 100, 2, 125, 1],
    ["st1", 126, 2, 250, 2],
    ["st1", 501, 2, 500, 2],
    ["sc1", 1, 4, 125, 1],
    ["sc1", 1300, 2, 1300, 2],
    ["gp2", 1200, 5, 1336, 4],
    ["gp2", 2200, 10, 2338, 7],
    ["gp2", 402, 2, 668, 2],
    ["gp3", 300, 0, 300, 1],
  ])("gives for %s of %d GiB in %d slices %d GiB in %d", (type, sizeGiB, slices, totalGiB, count) => {
    const { volumes, totalGiB: total } = layOutDisks({ type, sizeGiB, slices });
    expect({ total, count: volumes.length }).toEqual({ total: totalGiB, count });
  });

  it.each<DiskType>(["gp2", "gp3", "st1", "sc1"])("gives %s volumes of one size, never less than was asked", (type) => {
    const smallest = type === "gp2" || type === "gp3" ? 1 : 125;
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: -2, max: 40 }), (sizeGiB, slices) => {
        const { volumes, totalGiB } = layOutDisks({ type, sizeGiB, slices });
        const perVolume = volumes[0]?.sizeGiB ?? 0;
        expect(volumes.every((volume) => volume.sizeGiB === perVolume)).toBe(true);
        expect(new Set(volumes.map((volume) => volume.deviceName)).size).toBe(volumes.length);
        expect(perVolume).toBeGreaterThanOrEqual(smallest);
        expect(totalGiB).toBe(perVolume * volumes.length);
        // Whole GiB only: a remainder below one per volume is lost, as in Reflow.
        expect(totalGiB).toBeGreaterThan(sizeGiB - volumes.length);
      }),
    );
  });

  it("names at most as many devices as there are letters", () => {
    const { devices } = layOut("gp3", 10_000, 99);
    expect(devices).toHaveLength(MOST_SLICES);
    expect([devices[0], devices.at(-1)]).toEqual(["/dev/xvdb", "/dev/xvdz"]);
  });
});

describe("dataGiBFor", () => {
  const bySize: ClusterSection["disk"] = {
    kind: "by-size",
    sizeGiBBySize: { large: 100, "2xlarge": 400 },
    defaultGiB: 300,
  };

  it.each<[ClusterSection["disk"], string, number]>([
    [{ kind: "fixed", sizeGiB: 250 }, "m5.2xlarge", 250],
    [bySize, "m5.large", 100],
    [bySize, "m7i-flex.2xlarge", 400],
    [bySize, "m5.xlarge", 300],
    [bySize, "m5.metal", 300],
    [bySize, "u-6tb1.metal", 300],
    [bySize, "m5.constructor", 300],
    [bySize, "", 300],
  ])("with %j gives %s %d GiB", (disk, instanceType, sizeGiB) => {
    expect(dataGiBFor(disk, instanceType)).toBe(sizeGiB);
  });
});

import { describe, expect, it } from "@jest/globals";
import { checkVolume, VOLUME_LIMITS, type VolumeAsked } from "../../src/catalog/volume-limits.js";
import type { DiskType } from "../../src/config/model.js";

const types = Object.keys(VOLUME_LIMITS) as DiskType[];

describe("checkVolume", () => {
  it.each<VolumeAsked[]>([
    [{ type: "gp2", sizeGiB: 1 }],
    [{ type: "gp2", sizeGiB: 16_384 }],
    [{ type: "gp3", sizeGiB: 1 }],
    [{ type: "gp3", sizeGiB: 1, iops: 3_000 }],
    [{ type: "gp3", sizeGiB: 65_536, iops: 80_000, throughputMiBps: 2_000 }],
    [{ type: "gp3", sizeGiB: 10, throughputMiBps: 750 }],
    [{ type: "io1", sizeGiB: 4, iops: 200 }],
    [{ type: "io2", sizeGiB: 256, iops: 256_000 }],
    [{ type: "st1", sizeGiB: 125 }],
    [{ type: "sc1", sizeGiB: 16_384 }],
    [{ type: "standard", sizeGiB: 1_024 }],
  ])("accepts %j", (volume) => {
    expect(checkVolume(volume)).toEqual([]);
  });

  it.each<[VolumeAsked, string[]]>([
    [{ type: "gp3", sizeGiB: 0 }, ["sizeGiB: gp3 volumes have a size of 1 to 65536 GiB, not 0"]],
    [{ type: "gp3", sizeGiB: 1.5 }, ["sizeGiB: gp3 volumes have a size of 1 to 65536 GiB, not 1.5"]],
    [{ type: "gp2", sizeGiB: Number.NaN }, ["sizeGiB: gp2 volumes have a size of 1 to 16384 GiB, not NaN"]],
    [{ type: "standard", sizeGiB: 1_025 }, ["sizeGiB: standard volumes have a size of 1 to 1024 GiB, not 1025"]],
    [
      { type: "st1", sizeGiB: 124, iops: 100, throughputMiBps: 500 },
      [
        "sizeGiB: st1 volumes have a size of 125 to 16384 GiB, not 124",
        "iops: st1 volumes take no iops; use gp3, io1 or io2",
        "throughputMiBps: st1 volumes take no throughput; use gp3",
      ],
    ],
    [{ type: "io1", sizeGiB: 10 }, ["iops: io1 volumes need iops"]],
    [{ type: "io2", sizeGiB: 10, iops: 99 }, ["iops: io2 volumes have iops of 100 to 256000 a second, not 99"]],
    [
      { type: "io1", sizeGiB: 10, iops: 501 },
      ["iops: 501 iops are too many for 10 GiB of io1, which takes 500 at most"],
    ],
    [
      { type: "gp3", sizeGiB: 7, iops: 3_501 },
      ["iops: 3501 iops are too many for 7 GiB of gp3, which takes 3500 at most"],
    ],
    [
      { type: "gp3", sizeGiB: 10, throughputMiBps: 751 },
      ["throughputMiBps: a throughput of 751 MiB/s needs 3004 iops, not 3000"],
    ],
    [
      { type: "gp3", sizeGiB: 10, throughputMiBps: 124 },
      ["throughputMiBps: gp3 volumes have a throughput of 125 to 2000 MiB/s, not 124"],
    ],
  ])("says of %j all that EC2 would refuse", (volume, problems) => {
    expect(checkVolume(volume).map(({ field, message }) => `${field}: ${message}`)).toEqual(problems);
  });

  it.each(types)("holds %s to its sizes on both ends", (type) => {
    const { min, max } = VOLUME_LIMITS[type].sizeGiB;
    const refusals = [min - 1, min, max, max + 1].map((sizeGiB) =>
      checkVolume({ type, sizeGiB }).some(({ field }) => field === "sizeGiB"),
    );
    expect(refusals).toEqual([true, false, false, true]);
  });
});

import { describe, expect, it } from "@jest/globals";
import {
  coverage,
  offeredResources,
  shortfalls,
  usableDiskBytes,
  shortfallText,
} from "../../src/catalog/offered-resources.js";
import { sampleType } from "./sample-type.js";

const GIB = 2 ** 30;

describe("offeredResources", () => {
  it("are vCPUs, usable memory, the data volumes' file system, and each feature once per vCPU", () => {
    const type = sampleType({ vcpu: 8, usableMemoryBytes: 30e9, features: ["intel_avx", "intel_avx2"] });
    expect(offeredResources(type, 300)).toEqual({
      cpu: 8,
      mem: 30e9,
      disk: Math.trunc(300 * GIB * 0.97),
      intel_avx: 8,
      intel_avx2: 8,
    });
  });

  it("do not name intel_turbo, which no reflowlet ever offers", () => {
    expect(Object.keys(offeredResources(sampleType({ features: ["intel_turbo"] }), 1))).toEqual(["mem", "cpu", "disk"]);
  });
});

describe("usableDiskBytes", () => {
  // Share of the volume that ext4 reported as its size: mke2fs 1.47, default features, volume less 4 MiB for LVM.
  it.each([
    [1, 0.962383],
    [2, 0.963825],
    [4, 0.963799],
    [8, 0.971614],
    [16, 0.97747],
    [32, 0.978814],
    [100, 0.978681],
    [200, 0.978994],
    [300, 0.980751],
    [500, 0.982157],
    [1000, 0.983227],
    [4000, 0.984031],
    [16000, 0.992052],
  ])("of %d GiB is less than what a file system there reports, by at most 2.3 %%", (dataGiB, measuredShare) => {
    const share = usableDiskBytes(dataGiB) / (dataGiB * GIB);
    expect(share).toBeLessThan(measuredShare);
    expect(share).toBeGreaterThan(measuredShare - 0.023);
  });

  it("is nothing without data volumes", () => {
    expect(usableDiskBytes(0)).toBe(0);
  });
});

describe("shortfalls", () => {
  const offered = { cpu: 4, mem: 16e9, disk: 100e9, intel_avx: 4 };

  it.each<[string, Record<string, number>, ReturnType<typeof shortfalls>]>([
    ["nothing", {}, []],
    ["less than there is", { cpu: 0.5, mem: 1 }, []],
    ["all that there is", { ...offered }, []],
    ["zero of what is not there", { gpu: 0 }, []],
    ["too much of one", { cpu: 5, mem: 1e9 }, [{ resource: "cpu", offered: 4, needed: 5 }]],
    [
      "too much of several",
      { cpu: 4.1, disk: 2e11 },
      [
        { resource: "cpu", offered: 4, needed: 4.1 },
        { resource: "disk", offered: 100e9, needed: 2e11 },
      ],
    ],
    ["a feature that is not there", { intel_avx512: 1 }, [{ resource: "intel_avx512", offered: 0, needed: 1 }]],
    ["a word that every object knows", { constructor: 1 }, [{ resource: "constructor", offered: 0, needed: 1 }]],
    ["what is no number", { cpu: NaN }, [{ resource: "cpu", offered: 4, needed: NaN }]],
    ["no end of it", { mem: Infinity }, [{ resource: "mem", offered: 16e9, needed: Infinity }]],
  ])("of a need for %s", (_what, need, expected) => {
    expect(shortfalls(offered, need)).toEqual(expected);
  });
});

describe("coverage", () => {
  it.each([
    ["half when half of the scarcest is there", { cpu: 4, mem: 8e9 }, { cpu: 8, mem: 8e9 }, 0.5],
    ["one when more than enough is there", { cpu: 4, mem: 8e9 }, { cpu: 1, mem: 1e9 }, 1],
    ["one when nothing is needed", { cpu: 4 }, {}, 1],
    ["one when zero is needed", { cpu: 4 }, { cpu: 0, gpu: 0 }, 1],
    ["zero when something is missing", { cpu: 4 }, { cpu: 1, gpu: 1 }, 0],
  ])("is %s", (_what, offered, need, expected) => {
    expect(coverage(offered, need)).toBe(expected);
  });
});

describe("shortfallText", () => {
  it.each([
    [{ resource: "mem", offered: 3.4 * 2 ** 30, needed: 32 * 2 ** 30 }, "mem 3.4GiB of 32.0GiB"],
    [{ resource: "cpu", offered: 2, needed: 2.5 }, "cpu 2 of 2.5"],
    [{ resource: "intel_avx512", offered: 0, needed: 1 / 3 }, "intel_avx512 0 of 0.333"],
  ])("writes %j as %s", (shortfall, text) => {
    expect(shortfallText(shortfall)).toBe(text);
  });
});

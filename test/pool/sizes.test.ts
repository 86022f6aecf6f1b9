import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../src/errors.js";
import { parseCpu, parseSize, sizeText } from "../../src/pool/sizes.js";

const KIB = 2 ** 10;
const GIB = 2 ** 30;
const EIB = 2 ** 60;

describe("sizeText", () => {
  it.each([
    [0, "0B"],
    [-0, "0B"],
    [1, "1B"],
    [0.9, "0B"],
    [-0.9, "0B"],
    [1_023, "1023B"],
    [1_023.9, "1023B"],
    [1_024, "1.0KiB"],
    [1_536, "1.5KiB"],
    [1_048_575, "1024.0KiB"],
    [1_048_576, "1.0MiB"],
    [GIB, "1.0GiB"],
    [1.25 * GIB, "1.2GiB"],
    [-1.25 * GIB, "-1.2GiB"],
    [1.25 * GIB + 1, "1.3GiB"],
    [1.35 * KIB, "1.3KiB"],
    [1.75 * GIB, "1.8GiB"],
    [0.25 * KIB, "256B"],
    [1_023.25 * KIB, "1023.2KiB"],
    [1_023.75 * KIB, "1023.8KiB"],
    [-15_977_278_341.12, "-14.9GiB"],
    [2 ** 40, "1.0TiB"],
    [2 ** 50, "1.0PiB"],
    [7.25 * EIB, "7.2EiB"],
    [-8 * EIB, "-8.0EiB"],
  ])("prints %d bytes as %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe("parseSize", () => {
  it.each([
    ["1B", 1],
    ["4096b", 4_096],
    ["1KiB", 1_024],
    ["1kib", 1_024],
    ["1.5 GiB", 1.5 * GIB],
    [" 32GiB\n", 32 * GIB],
    [".5KiB", 512],
    ["2.MiB", 2 * 2 ** 20],
    ["32Gi", 32 * GIB],
    ["500MB", 500_000_000],
    ["1kB", 1_000],
    ["1TiB", 2 ** 40],
    ["1PiB", 2 ** 50],
    ["7EiB", 7 * EIB],
    ["0.1KiB", 102],
  ])("reads %j as %d bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    ["", "is not a size"],
    [" ", "is not a size"],
    ["GiB", "is not a size"],
    ["-1GiB", "is negative"],
    ["\u22121GiB", "is negative"],
    ["0", "has no unit"],
    ["32", "has no unit"],
    ["0GiB", "is zero"],
    ["0.0B", "is zero"],
    ["0.1B", "is less than a byte"],
    ["32G", "is ambiguous: G may count in 1024s or in 1000s, write GiB or GB"],
    ["32k", "is ambiguous: k may count in 1024s or in 1000s, write KiB or KB"],
    ["32GiBs", 'has an unknown unit, "GiBs"'],
    ["32 bytes", 'has an unknown unit, "bytes"'],
    ["32constructor", 'has an unknown unit, "constructor"'],
    ["NaN", "is not a size"],
    ["Infinity", "is not a size"],
    ["InfinityGiB", "is not a size"],
    ["1e3GiB", "is not a size"],
    ["0x10GiB", "is not a size"],
    ["1_000MiB", "is not a size"],
    ["1,5GiB", "is not a size"],
    ["1.2.3GiB", "is not a size"],
    ["1 2GiB", "is not a size"],
    ["+1GiB", "is not a size"],
    ["\u0663GiB", "is not a size"],
    ["8EiB", "is larger than any size that Reflow can count (8EiB)"],
    [`${"9".repeat(400)}B`, "is larger than any size that Reflow can count (8EiB)"],
  ])("refuses %j: it %s", (text, problem) => {
    const error = thrown(() => parseSize(text, "--mem"));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: `--mem ${shortened(text)} ${problem}`,
      hint: "Give a number above zero and a unit (B, KiB, MiB, GiB, TiB, PiB or EiB), e.g. --mem 32GiB.",
    });
  });

  it("speaks of a size where it is not told of what", () => {
    expect(thrown(() => parseSize("x"))).toMatchObject({
      message: 'size "x" is not a size',
      hint: "Give a number above zero and a unit (B, KiB, MiB, GiB, TiB, PiB or EiB), e.g. 32GiB.",
    });
  });
});

describe("parseCpu", () => {
  it.each([
    ["8", 8],
    ["0.5", 0.5],
    [".25", 0.25],
    [" 96 ", 96],
  ])("reads %j as %d vCPUs", (text, cpus) => {
    expect(parseCpu(text)).toBe(cpus);
  });

  it.each([
    ["", "is not a number of vCPUs"],
    ["-1", "is negative"],
    ["0", "is zero"],
    ["0.000", "is zero"],
    ["eight", "is not a number of vCPUs"],
    ["NaN", "is not a number of vCPUs"],
    ["Infinity", "is not a number of vCPUs"],
    ["1e3", "is not a number of vCPUs"],
    ["500m", "is not a number of vCPUs"],
    ["8 cpus", "is not a number of vCPUs"],
    ["9".repeat(400), "is larger than any number of vCPUs"],
  ])("refuses %j: it %s", (text, problem) => {
    const error = thrown(() => parseCpu(text, "--cpu"));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: `--cpu ${shortened(text)} ${problem}`,
      hint: "Give a number of vCPUs above zero, e.g. --cpu 8 or --cpu 0.5.",
    });
  });
});

function shortened(text: string): string {
  return text.length > 60 ? `"${"9".repeat(55)}…"` : JSON.stringify(text);
}

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

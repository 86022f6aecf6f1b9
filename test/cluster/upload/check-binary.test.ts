import { describe, expect, it } from "@jest/globals";
import { binaryProblem } from "../../../src/cluster/upload/check-binary.js";

function elf(type: number, machine: number, bigEndian = false): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header[5] = bigEndian ? 2 : 1;
  const write = (value: number, at: number): number =>
    bigEndian ? header.writeUInt16BE(value, at) : header.writeUInt16LE(value, at);
  write(type, 16);
  write(machine, 18);
  return header;
}

const X86 = ["x86_64"] as const;
const EXPECTED = "expected a Linux program (ELF) for x86_64, found";

describe("a reflowlet binary", () => {
  it.each([
    ["a program for x86_64", elf(2, 62), X86],
    ["a position-independent one", elf(3, 62), X86],
    ["one for arm64 where instances are", elf(2, 183), ["arm64"] as const],
    ["what stands for it in the sandbox", Buffer.from("#!reflow-ec2-sandbox reflowlet\nmore"), X86],
  ])("may be %s", (_what, header, architectures) => {
    expect(binaryProblem(header, architectures)).toBeUndefined();
  });

  it.each([
    ["an empty file", Buffer.alloc(0), `${EXPECTED} an empty file`],
    ["a few bytes", Buffer.from("\x7fELF"), `${EXPECTED} something else`],
    ["a text", Buffer.from("instructions: see the manual, page 12"), `${EXPECTED} something else`],
    ["a shell script", Buffer.from("#!/bin/sh\nexec reflow\n"), `${EXPECTED} a script`],
    ["another program of the sandbox", Buffer.from("#!reflow-ec2-sandbox helper\n"), `${EXPECTED} a script`],
    ["a macOS program", Buffer.from("cffaedfe0c00000100000000020000001900", "hex"), `${EXPECTED} a program for macOS`],
    ["a Windows program", Buffer.from(`MZ${"\0".repeat(40)}`), `${EXPECTED} a program for Windows`],
    ["an archive", Buffer.from("1f8b0800000000000003", "hex"), `${EXPECTED} a gzip archive`],
    ["an object file", elf(1, 62), `${EXPECTED} an ELF file that is no program`],
    ["a program for another machine", elf(2, 22, true), `${EXPECTED} one for another machine (ELF number 22)`],
    [
      "a program for arm64",
      elf(2, 183),
      `${EXPECTED} one for arm64: \`architectures\` under \`reflow-ec2:\` says what instances may run on`,
    ],
  ])("may not be %s", (_what, header, problem) => {
    expect(binaryProblem(header, X86)).toBe(problem);
  });

  it("must run on every architecture that instances may have", () => {
    expect(binaryProblem(elf(2, 62), ["x86_64", "arm64"])).toContain("found one for x86_64");
  });
});

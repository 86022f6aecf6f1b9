/** What is read of a file to see what it is. */
export const HEADER_BYTES = 64;

/** The first line of what stands for a reflowlet in the sandbox. */
const SANDBOX_LINE = /^#!reflow-ec2-sandbox reflowlet\s/;

/** ELF's numbers of machines. */
const MACHINES: ReadonlyMap<number, "x86_64" | "arm64"> = new Map([
  [62, "x86_64"],
  [183, "arm64"],
]);
/** ELF's types of files that can be executed: fixed and position-independent. */
const EXECUTABLE = [2, 3];

/** The beginnings of programs of other systems. */
const OTHERS: readonly (readonly [start: string, what: string])[] = [
  ["cffaedfe", "a program for macOS"],
  ["cefaedfe", "a program for macOS"],
  ["cafebabe", "a program for macOS"],
  ["4d5a", "a program for Windows"],
  ["1f8b", "a gzip archive"],
  ["504b0304", "a zip archive"],
  ["2321", "a script"],
];

/**
 * Why a file cannot be the reflowlet of instances: `expected …, found …`; undefined when it can.
 * @param header its first 64 bytes, or all if there are less
 * @param architectures what instances may run on, each of which it must run on
 */
export function binaryProblem(header: Uint8Array, architectures: readonly ("x86_64" | "arm64")[]): string | undefined {
  const bytes = Buffer.from(header);
  if (SANDBOX_LINE.test(bytes.toString("latin1"))) return undefined;
  const expected = `expected a Linux program (ELF) for ${architectures.join(" and ")}`;
  if (bytes.length < 20 || !bytes.subarray(0, 4).equals(Buffer.from("\x7fELF", "latin1"))) {
    return `${expected}, found ${otherKind(bytes)}`;
  }
  const bigEndian = bytes[5] === 2;
  const [type, machine] = [16, 18].map((at) => (bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at)));
  if (type === undefined || !EXECUTABLE.includes(type)) {
    return `${expected}, found an ELF file that is no program`;
  }
  const found = MACHINES.get(machine ?? 0);
  if (found === undefined) return `${expected}, found one for another machine (ELF number ${machine ?? 0})`;
  if (architectures.every((architecture) => architecture === found)) return undefined;
  return `${expected}, found one for ${found}: \`architectures\` under \`reflow-ec2:\` says what instances may run on`;
}

function otherKind(bytes: Buffer): string {
  if (bytes.length === 0) return "an empty file";
  const start = bytes.toString("hex", 0, 4);
  return OTHERS.find(([known]) => start.startsWith(known))?.[1] ?? "something else";
}

import type { Process, Program } from "../system/process.js";

const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};

/** `test` and `[`: 0 true, 1 false, 2 not understood. */
export const testCommand: Program = async (process) => {
  const [name = "", ...words] = process.argv;
  if (name.endsWith("[") && words.pop() !== "]") return complain(process, "missing `]'");
  const negated = words[0] === "!" && words.length > 1;
  const result = evaluate(negated ? words.slice(1) : words, process);
  if (typeof result === "string") return complain(process, result);
  return result === negated ? 1 : 0;
};

function evaluate(words: readonly string[], process: Process): boolean | string {
  const [first = "", second = "", third = ""] = words;
  if (words.length === 0) return false;
  if (words.length === 1) return first !== "";
  if (words.length === 2) return unary(first, second, process);
  if (words.length > 3) return "too many arguments";
  if (second === "=" || second === "==") return first === third;
  if (second === "!=") return first !== third;
  const compare = NUMBERS[second];
  if (compare === undefined) return `${second}: binary operator expected`;
  const wrong = [first, third].find((text) => !/^\s*[+-]?\d+\s*$/.test(text));
  return wrong === undefined ? compare(Number(first), Number(third)) : `${wrong}: integer expression expected`;
}

function unary(operator: string, operand: string, { world }: Process): boolean | string {
  const { files } = world;
  const kind = operand === "" ? "missing" : files.kind(operand);
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-e":
      return kind !== "missing";
    case "-f":
      return kind === "file";
    case "-d":
      return kind === "directory";
    case "-b":
      return kind === "block";
    case "-r":
    case "-w":
      return kind !== "missing";
    case "-x":
      return kind === "directory" || files.isExecutable(operand);
    case "-s":
      return kind === "file" && files.size(operand) > 0;
    default:
      return `${operator}: unary operator expected`;
  }
}

function complain(process: Process, message: string): number {
  process.stderr(`${process.argv[0] ?? "test"}: ${message}\n`);
  return 2;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../src/lib/seeded-random.js";
import type { CheckedJson } from "../../src/terminal/json/config.js";
import { runProgram } from "../support/fake-world.js";
import { SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

const EXAMPLE = readFileSync(new URL("../../config.example.yaml", import.meta.url), "utf8");
const TEXTS = [SAMPLE_2020, SAMPLE_2023, EXAMPLE];

/** A number from 0 up to a limit. */
type Below = (limit: number) => number;
type Mutation = (lines: readonly string[], below: Below) => readonly string[];

const VALUES = [
  "", "~", "1", "-1", "1e400", "0x1F", "1_000", "12:30", "2001-01-01", "true", "off", '"off"', "''", "[]", "{}", "[[a], {b: c}]",
  "{a: {b: 1}}", "|\n  text", ">-\n  text", "*x", "&x y", "&x [*x]", "!!binary aGk=", "!!set {a}", "!!int x", "? a", "@a", "`a`", "%a", "- a", ": a", "#", "a: b",
  "<<", "__proto__", "constructor", "\u2028", "\u202e", "\u{1f980}", "kv,labels==;=", "s3,bucket", "tls,file=,file=,,",
]; // prettier-ignore

/** Puts something in the place of the line at an index. */
function at(lines: readonly string[], index: number, by: readonly string[]): readonly string[] {
  return [...lines.slice(0, index), ...by, ...lines.slice(index + 1)];
}

/** Changes one line. */
function onLine(change: (line: string, below: Below) => string): Mutation {
  return (lines, below) => {
    const index = below(lines.length);
    return at(lines, index, [change(lines[index] ?? "", below)]);
  };
}

/** A number of up to so many digits, seldom of all of them. */
const giant = (below: Below, digits: number): number => 10 ** (1 + below(1 + below(digits)));

const pick = <Item>(items: readonly Item[], below: Below): Item => items[below(items.length)] as Item;
const inserted = (text: string, by: string, below: Below): string => {
  const index = below(text.length + 1);
  return text.slice(0, index) + by + text.slice(index);
};

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a line less": (lines, below) => at(lines, below(lines.length), []),
  "a line twice": (lines, below) => {
    const index = below(lines.length);
    return at(lines, index, [lines[index] ?? "", lines[index] ?? ""]);
  },
  "a line elsewhere": (lines, below) => {
    const line = pick(lines, below);
    return [...lines.slice(0, 5), line, ...lines.slice(5)];
  },
  "other indentation": onLine((line, below) => " ".repeat(below(9)) + line.trimStart()),
  "a tab": onLine((line, below) => inserted(line, "\t", below)),
  "another value": onLine((line, below) => line.replace(/:.*$/, () => `: ${pick(VALUES, below)}`)),
  "another item": onLine((line, below) => line.replace(/- .*$/, () => `- ${pick(VALUES, below)}`)),
  "a slip in a key": onLine((line, below) => {
    const letter = 97 + below(26);
    return line.replace(/[a-z](?=[a-z]*:)/, String.fromCharCode(letter));
  }),
  "a sign more": onLine((line, below) => inserted(line, pick([..."{}[]:,&*#?|-<>=!%@`'\"\\"], below), below)),
  "a giant value": onLine((line, below) => line.replace(/:.*$/, `: ${"x".repeat(giant(below, 5))}`)),
  "a giant list": onLine((line, below) => line.replace(/:.*$/, `: [${"a, ".repeat(giant(below, 3))}]`)),
  "a bomb of aliases": (lines, below) => {
    const names = Array.from({ length: 2 + below(1 + below(6)) }, (_, index) => `a${index}`);
    const bomb = names.map((name, index) => `${name}: &${name} [${`*a${index - 1}, `.repeat(index === 0 ? 0 : 9)}x]`);
    return [...bomb, ...lines, `ec2cluster: *${names.at(-1)}`];
  },
  "a merge": (lines, below) => [...lines, `zebra: &z {<<: ${pick(["*z", "{a: 1}", "[{b: 1}, 2]", "x"], below)}, a: 2}`],
  "a deep value": onLine((line, below) => {
    const depth = giant(below, 4);
    return line.replace(/:.*$/, `: ${"[".repeat(depth)}${"]".repeat(below(2) * depth)}`);
  }),
  "deep lines": (lines, below) => [
    ...lines,
    ...Array.from({ length: 10 + below(200) }, (_, depth) => `${" ".repeat(depth)}k:`),
  ],
  "a second document": (lines, below) => [...lines.slice(0, below(lines.length)), "---", ...lines],
  "Windows' line ends": (lines) => lines.map((line) => `${line}\r`),
  "an end in the middle": (lines, below) => lines.slice(0, below(lines.length)),
  "a control character": onLine((line, below) => inserted(line, String.fromCharCode(below(32)), below)),
};

/** Mutations of the bytes, below what a text editor does. */
const BYTE_MUTATIONS: Readonly<Record<string, (bytes: Buffer, below: Below) => Buffer>> = {
  "a bit flipped": (bytes, below) => {
    const changed = Buffer.from(bytes);
    const index = below(bytes.length);
    changed[index] = (changed[index] ?? 0) ^ (1 << below(8));
    return changed;
  },
  "a byte of no text": (bytes, below) => {
    const index = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, index), Buffer.from([0x80 + below(128)]), bytes.subarray(index)]);
  },
  "a NUL": (bytes, below) => {
    const index = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, index), Buffer.alloc(1), bytes.subarray(index)]);
  },
};

/** A configuration with one to four things changed in it, and what they are. */
function mutant(below: Below): { readonly bytes: Buffer; readonly mutations: readonly string[] } {
  let lines: readonly string[] = pick(TEXTS, below).split("\n");
  const mutations: string[] = [];
  for (let count = 1 + below(3); count > 0 && lines.length > 0; count -= 1) {
    const [name, mutate] = pick(Object.entries(MUTATIONS), below);
    lines = mutate(lines, below);
    mutations.push(name);
  }
  const bytes = Buffer.from(lines.join("\n"));
  if (bytes.length === 0 || below(5) > 0) return { bytes, mutations };
  const [name, mutate] = pick(Object.entries(BYTE_MUTATIONS), below);
  return { bytes: mutate(bytes, below), mutations: [...mutations, name] };
}

/** What is wrong with what `config validate` made of some mutants; nothing should be. */
export interface MutantFailure {
  readonly mutations: readonly string[];
  readonly head: string;
  readonly what: string;
}

/** How many to a command line. */
const BATCH = 50;

/**
 * Checks mutated configurations with the whole program, in this process.
 * @returns how many were good and how many wrong, and where the program did not do as it should
 */
export async function validateMutants(
  count: number,
  seed: number,
): Promise<{ readonly good: number; readonly wrong: number; readonly failures: readonly MutantFailure[] }> {
  const random = seededRandom(seed);
  const below: Below = (limit) => Math.floor(random() * limit);
  const folder = mkdtempSync(join(tmpdir(), "reflow-ec2-mutants-"));
  const failures: MutantFailure[] = [];
  let good = 0;
  try {
    for (let done = 0; done < count; done += BATCH) {
      const mutants = Array.from({ length: Math.min(BATCH, count - done) }, () => mutant(below));
      const paths = mutants.map((_, index) => join(folder, `${index}.yaml`));
      mutants.forEach(({ bytes }, index) => writeFileSync(paths[index] ?? "", bytes));
      const { code, stdout, stderr } = await runProgram(["config", "validate", "-o", "json", ...paths]);
      const files = code === 0 || code === 2 ? (JSON.parse(stdout) as CheckedJson).files : [];
      mutants.forEach(({ bytes, mutations }, index) => {
        const file = files[index];
        if (file?.good === true) good += 1;
        const what = file === undefined ? `exit code ${code}: ${stderr}` : faultOf(file, bytes);
        if (what !== undefined) failures.push({ mutations, head: bytes.toString("latin1").slice(0, 300), what });
      });
      if (stderr !== "" || code !== (files.every((file) => file.good) ? 0 : 2)) {
        failures.push({ mutations: [], head: "", what: `exit code ${code}, standard error: ${stderr}` });
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { good, wrong: count - good, failures };
}

function faultOf(file: CheckedJson["files"][number], bytes: Buffer): string | undefined {
  const lines = bytes.toString("latin1").split("\n").length;
  const unplaced = file.problems.find(({ line }) => line === null || line < 1 || line > lines);
  if (unplaced !== undefined) return `not in one of the ${lines} lines: ${JSON.stringify(unplaced)}`;
  if (file.good !== (file.problems.length === 0)) return "good and wrong at once";
  const raw = [...file.problems.map(({ message }) => message), ...file.warnings].find((text) =>
    /\n|\bat .*\.[jt]s:|undefined|\[object|Error:/.test(text),
  );
  return raw === undefined ? undefined : `no words for people: ${raw}`;
}

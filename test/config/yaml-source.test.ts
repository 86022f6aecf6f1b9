import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readYaml } from "../../src/config/yaml-source.js";
import { fixture, mistakeLines, mistakes, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

const typed = (): boolean => false;
const NOT_A_MAPPING = "expected a mapping with keys such as ec2cluster, found";
const TOO_MANY = "expected at most 50000 words and signs, found more";
const TOO_DEEP = "expected at most 50 levels, found more";

/** Nine lists of nine times the list before: 9^9 values in nine lines. */
function laughs(): string {
  const names = [..."abcdefghi"];
  const first = "a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n";
  const others = names.slice(1).map((name, index) => {
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${names[index] ?? ""}`).join(", ")}]\n`;
  });
  return first + others.join("");
}

describe("YAML as Go's programs read it", () => {
  it("has booleans, octal numbers and merge keys of YAML 1.1, but neither dates nor numbers to the base of sixty", () => {
    const { value, problems } = readYaml(
      `a: off
b: YES
c: 0644
d: 1_000
e: 2001-01-01
f: 1:30
g: ~
h: "off"
i: &i {x: 1, y: 1}
j: {<<: *i, y: 2}
k: {<<: [{x: 3}, *i]}
off: 1
`,
      typed,
    );
    expect({ value, problems }).toEqual({
      value: {
        a: false,
        b: true,
        c: 420,
        d: 1000,
        e: "2001-01-01",
        f: "1:30",
        g: null,
        h: "off",
        i: { x: 1, y: 1 },
        j: { x: 1, y: 2 },
        k: { x: 3, y: 1 },
        off: 1,
      },
      problems: [],
    });
  });

  it("leaves text as it stands where text is wanted", () => {
    const { value } = readYaml("a: 0644\nb: off\nc: ~\nd: [1.10]\ne: 2.50\n", (path) => path[0] !== "e");
    expect(value).toEqual({ a: "0644", b: "off", c: null, d: ["1.10"], e: 2.5 });
  });

  it("knows the lines of keys and list items, and of the nearest key above what is not there", () => {
    const { lineOf } = readYaml("a:\n  - x\n  - {b: 1,\n     c: 2}\nd: &d\n  e: 1\nf: *d\n", typed);
    const lines = [["a"], ["a", 1], ["a", 1, "c"], ["a", 7, "z"], ["d", "e"], ["f"], ["f", "e"], [], ["zebra"]].map(
      lineOf,
    );
    expect(lines).toEqual([1, 2 + 1, 4, 1, 6, 7, 6, 1, 1]);
  });

  it("takes the anchor above when a name is given twice", () => {
    const { value } = readYaml("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", typed);
    expect(value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });
});

describe("hostile input", () => {
  it.each([
    ["an empty file", "", [`1 : ${NOT_A_MAPPING} nothing`]],
    ["only comments", "# a\n# b\n", [`1 : ${NOT_A_MAPPING} nothing`]],
    ["a list", "[]", [`1 : ${NOT_A_MAPPING} a list`]],
    ["a word", "foo", [`1 : ${NOT_A_MAPPING} "foo"`]],
    ["a number", "42", [`1 : ${NOT_A_MAPPING} 42`]],
    ["null", "~", [`1 : ${NOT_A_MAPPING} nothing`]],
    ["binary bytes", "a: b\n\u0000\u0001", ["2 : expected text, found the character U+0000"]],
    ["an escape sequence", "\u001b[31m", ["1 : expected text, found the character U+001B"]],
    ["a key given twice", "a: 1\nb:\n  c: 1\n  c: 2\n", ["4 b.c: expected each key once; line 3 has it already"]],
    ["an alias without anchor", "user: *x", ["1 user: expected an anchor &x above, found none"]],
    ["an alias to itself", "key: &x {key: *x}", ["1 key.key: the alias *x contains itself"]],
    [
      "a merge with itself",
      "key: &x {<<: *x}",
      ["1 key: the alias *x contains itself", "1 key: expected a mapping behind the merge key <<"],
    ],
    ["a merge with a text", "key:\n  <<: x\n", ["2 key: expected a mapping behind the merge key <<"]],
    ["a billion laughs", laughs(), ["1 : expected at most 50000 values, aliases followed; found more"]],
    ["tabs", "key:\n\tkey: x", ["2 : expected YAML: Tabs are not allowed as indentation"]],
    ["two documents", "user: user\n---\nuser: user\n", ["2 : expected one document, found a second one"]],
    ["another YAML", "%YAML 1.2\n---\nuser: user\n", ["1 : expected YAML 1.1, found the directive %YAML 1.2"]],
    ["a tag", "user: !!binary aGk=", ["1 : expected YAML: Unresolved tag: tag:yaml.org,2002:binary"]],
    ["an open quote", "user: user\nlabels: 'x\n", ["3 : expected YAML: Missing closing 'quote"]],
    ["a key that is a list", "? [a]\n: b\n", ["1 : expected a plain word as key, found a list or mapping"]],
    ["a key that is missing", "user: user\n: b\n", ["2 : expected a plain word as key, found nothing"]],
    ["a prototype at the top", "__proto__: {x: 1}", ["1 : expected a plain word as key, found __proto__"]],
    ["a prototype within", "key:\n  __proto__: {x: 1}\n", ["2 key: expected a plain word as key, found __proto__"]],
    ["brackets without end", "user: user\na: " + "[".repeat(100_000), [`2 : ${TOO_DEEP}`]],
    ["braces within braces", `{a: ${"{a: ".repeat(60)}1${"}".repeat(61)}`, [`1 : ${TOO_DEEP}`]],
    ["lists within lists", "- ".repeat(24_000) + "x", ["1 : expected at most 50 levels, found many more"]],
    [
      "mappings within mappings",
      Array.from({ length: 60 }, (_, n) => `${" ".repeat(n)}a:\n`).join(""),
      ["50 a: expected at most 50 levels, found more"],
    ],
    [
      "a hundred thousand keys",
      Array.from({ length: 100_000 }, (_, n) => `k${n}: 1\n`).join(""),
      [`7143 : ${TOO_MANY}`],
    ],
    ["anchors upon anchors", "&a ".repeat(300_000), [`1 : ${TOO_MANY}`]],
    ["nothing but lines", "\n".repeat(1_000_000), [`50001 : ${TOO_MANY}`]],
    ["a text above the limit", "#".repeat(1_048_577), ["1 : expected at most 1048576 characters, found 1048577"]],
  ])("%s is a mistake with a line", (_name, text, expected) => {
    const lines = mistakeLines(text);
    expect(lines).toEqual(expected);
  });

  it("cannot reach an object's own methods by key", () => {
    const lines = mistakeLines("ec2cluster: {toString: 1, constructor: 2, hasOwnProperty: 3}").map(
      (line) => line.split(":")[0],
    );
    expect(lines).toEqual(["1 ec2cluster.toString", "1 ec2cluster.constructor", "1 ec2cluster.hasOwnProperty"]);
  });

  it("is shown in messages so that no terminal takes it for a command", () => {
    const lines = mistakeLines('ec2cluster: {"\\e[31m": 1}\ncache: "\\e[31m"\n');
    expect(lines).toEqual([
      '1 ec2cluster."\\u001b[31m": no such key under `ec2cluster:`; expected one of name, spot, instanceprofile, securitygroup, subnet, subnets, availabilityzone, region, ...',
      '2 cache: expected off, read, write or readwrite, found "\\u001b[31m"',
    ]);
  });

  it.each([51, 200, 800, 1500, 2200])("of %d lists within lists never exhausts the stack", (depth) => {
    const found = mistakes(`user: user\nzebra:\n ${"- ".repeat(depth)}x\n`);
    const told = /^expected at most 50 levels, found (many )?more$/;
    expect(found.map(({ line, message }) => [line, told.test(message)])).toEqual([[3, true]]);
  });

  it("made by mutation of real files gives mistakes with lines, or a configuration", () => {
    const originals = [SAMPLE_2020, SAMPLE_2023, fixture("setup-ec2-2020.yaml").slice(0, 1200)];
    const pieces = [
      "\t",
      ":",
      "- ",
      "[",
      "{",
      "}",
      '"',
      "'",
      "&a ",
      "*a",
      "<<: ",
      "!",
      "%",
      "|",
      ">",
      "\n",
      "  ",
      "off",
      "9e999",
      "\u0000",
      "\ud800",
      "#",
      "?",
      ",",
    ];
    const mutation = fc.record({ at: fc.nat(), cut: fc.nat(20), insert: fc.constantFrom("", ...pieces) });
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        (original, mutations) => {
          const text = mutations.reduce((before, { at, cut, insert }) => {
            const start = at % (before.length + 1);
            return before.slice(0, start) + insert + before.slice(start + cut);
          }, original);
          const lines = text.split("\n").length;
          const found = mistakes(text);
          expect(found.filter(({ line = 0, message }) => line < 1 || line > lines || message === "")).toEqual([]);
        },
      ),
      { seed: 20200417, numRuns: 200 },
    );
  });
});

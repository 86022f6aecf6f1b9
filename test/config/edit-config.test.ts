import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { editConfig } from "../../src/config/edit-config.js";
import type { ConfigChange } from "../../src/config/edit-config.js";
import { ConfigError } from "../../src/errors.js";
import { readYaml } from "../../src/config/yaml-source.js";
import { fixture, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

const EXAMPLE = readFileSync(new URL("../../config.example.yaml", import.meta.url), "utf8");

/** A file as people write them: comments everywhere, anchors, odd spacing and quotes. */
const ODD = `# ours, do not touch
cluster:   ec2cluster   # the only one

common: &common
    spot:   true # cheap
    disktype: 'gp3'

ec2cluster:
    <<: *common

    # where
    subnets:   [ subnet-1,
                 subnet-2 ]   # both
    instancetypes:
    # small ones
    - m6a.large   # good
    - c6a.xlarge

    # last words of the section

reflow-ec2: { sweep: no ,  maxinstances: 7 }   # ours
tls: "tls,file=/a.pem"
`;

/** The lines that differ: \`-LINE\` gone, \`+LINE\` new. */
function difference(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
  ];
}

function set(text: string, key: string, value: unknown): string {
  return editConfig(text, [{ path: key.split("."), value }]);
}

/** What the change of one value does to the lines of a text. */
function changeIn(text: string, key: string, value: unknown): readonly string[] {
  return difference(text, set(text, key, value));
}

function refusal(text: string, changes: readonly ConfigChange[]): readonly string[] {
  try {
    editConfig(text, changes, "c.yaml");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [error.message, ...error.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`)];
  }
  return [];
}

describe("changing a value", () => {
  it.each<[string, string, unknown, readonly string[]]>([
    [
      "a word, with its spaces and comment",
      "cluster",
      "localcluster",
      ["-cluster:   ec2cluster   # the only one", "+cluster:   localcluster   # the only one"],
    ],
    ["a text in quotes", "tls", "tls,file=/b.pem", ['-tls: "tls,file=/a.pem"', "+tls: tls,file=/b.pem"]],
    [
      "an entry in braces",
      "reflow-ec2.maxinstances",
      9,
      [
        "-reflow-ec2: { sweep: no ,  maxinstances: 7 }   # ours",
        "+reflow-ec2: { sweep: no ,  maxinstances: 9 }   # ours",
      ],
    ],
    [
      "a list in brackets",
      "ec2cluster.subnets",
      ["subnet-3"],
      [
        "-    subnets:   [ subnet-1,",
        "-                 subnet-2 ]   # both",
        "+    subnets:   # both",
        "+    - subnet-3",
      ],
    ],
    [
      "a list of lines, below its comment",
      "ec2cluster.instancetypes",
      ["r6a.large", "m6a.large"],
      ["-    - m6a.large   # good", "-    - c6a.xlarge", "+    - r6a.large", "+    - m6a.large"],
    ],
    [
      "a list of lines by an empty one",
      "ec2cluster.instancetypes",
      [],
      [
        "-    instancetypes:",
        "-    # small ones",
        "-    - m6a.large   # good",
        "-    - c6a.xlarge",
        "+    instancetypes: []",
      ],
    ],
    [
      "a word by a text of several lines",
      "tls",
      "a\n\nb\n",
      ['-tls: "tls,file=/a.pem"', "+tls: |", "+    a", "+", "+    b"],
    ],
    [
      "a word by a mapping",
      "cluster",
      { b: 1, a: ["x"] },
      ["-cluster:   ec2cluster   # the only one", "+cluster:   # the only one", "+    a:", "+      - x", "+    b: 1"],
    ],
  ])("changes %s, and nothing else", (_what, key, value, lines) => {
    expect(changeIn(ODD, key, value)).toEqual(lines);
  });

  it("leaves the text alone where the value is there already, however it is written", () => {
    const changes = [
      { path: ["cluster"], value: "ec2cluster" },
      { path: ["ec2cluster", "spot"], value: true },
      { path: ["ec2cluster", "subnets"], value: ["subnet-1", "subnet-2"] },
      { path: ["reflow-ec2", "sweep"], value: false },
      { path: ["ec2cluster", "ami"], value: undefined },
    ];
    expect(editConfig(ODD, changes)).toBe(ODD);
  });

  it("keeps an anchor that nobody uses, and drops a tag", () => {
    const text = set("a: &x 1 # c\nb: !!str 2\n", "a", "two");
    expect(set(text, "b", "three")).toBe("a: &x two # c\nb:  three\n");
  });

  it("fills in a key without a value, in lines and in braces", () => {
    const text = "ec2cluster: # later\n# keep\nkey: {key, other: }\nz: ~\n";
    const changes = [
      { path: ["ec2cluster", "name"], value: "x" },
      { path: ["key", "key"], value: "k" },
      { path: ["key", "other"], value: 1 },
      { path: ["z", "x"], value: true },
    ];
    expect(editConfig(text, changes)).toBe(
      "ec2cluster: # later\n  name: x\n# keep\nkey: {key: k, other: 1 }\nz:\n  x: true\n",
    );
  });
});

describe("adding a value", () => {
  it("appends to its section, in the section's indentation, before the comments that follow", () => {
    expect(changeIn(ODD, "ec2cluster.ami", "ami-1")).toEqual(["+    ami: ami-1"]);
    expect(set(ODD, "ec2cluster.ami", "ami-1")).toContain("    - c6a.xlarge\n    ami: ami-1\n\n    # last words");
  });

  it("appends a missing section to the file", () => {
    expect(changeIn(SAMPLE_2023, "reflow-ec2.helpers.xray.enabled", false)).toEqual([
      "+reflow-ec2:",
      "+  helpers:",
      "+    xray:",
      "+      enabled: false",
    ]);
  });

  it("appends within braces", () => {
    expect(changeIn(ODD, "reflow-ec2.helpers.xray.enabled", false)).toEqual([
      "-reflow-ec2: { sweep: no ,  maxinstances: 7 }   # ours",
      "+reflow-ec2: { sweep: no ,  maxinstances: 7, helpers: {xray: {enabled: false}} }   # ours",
    ]);
  });

  it("puts its own value before one that is merged in", () => {
    expect(changeIn(ODD, "ec2cluster.spot", false)).toEqual(["+    spot: false"]);
  });

  it("puts values on top of an alias", () => {
    const text = "base: &base {spot: true}\nec2cluster: *base # as base\n";
    expect(set(text, "ec2cluster.name", "x")).toBe(
      "base: &base {spot: true}\nec2cluster: # as base\n  <<: *base\n  name: x\n",
    );
  });

  it.each<[string, string, string]>([
    ["an empty file", "", "ec2cluster:\n  name: x\n"],
    ["a file of comments", "# c", "# c\nec2cluster:\n  name: x\n"],
    ["a file without end of line", "a: 1", "a: 1\nec2cluster:\n  name: x\n"],
    ["a file that ends in a block", "a: |+\n  1\n\n", "a: |+\n  1\n\nec2cluster:\n  name: x\n"],
    ["a document between its marks", "---\na: 1\n# c\n...\n", "---\na: 1\n# c\nec2cluster:\n  name: x\n...\n"],
    ["an empty document between its marks", "---\n...\n", "---\nec2cluster:\n  name: x\n...\n"],
    ["a file of nothing but braces", "{}\n", "ec2cluster:\n  name: x\n"],
    ["JSON", '{"a": 1}\n', '{"a": 1, ec2cluster: {name: x}}\n'],
    ["a section of nothing but braces", "ec2cluster: {} # c\n", "ec2cluster: # c\n  name: x\n"],
    [
      "a file with lines of Windows",
      "ec2cluster:\r\n    spot: true\r\nz: 1\r\n",
      "ec2cluster:\r\n    spot: true\r\n    name: x\r\nz: 1\r\n",
    ],
    [
      "a file that begins with a byte-order mark",
      "\uFEFFec2cluster:\n  spot: true\n",
      "\uFEFFec2cluster:\n  spot: true\n  name: x\n",
    ],
    ["the file that only has such a mark", "\uFEFF", "\uFEFFec2cluster:\n  name: x\n"],
  ])("makes it in %s", (_what, before, after) => {
    expect(set(before, "ec2cluster.name", "x")).toBe(after);
  });

  it("quotes what Go's reader of YAML 1.1 would take for something else", () => {
    const values = { cache: "off", a: "yes", b: "0644", c: "1e3", d: "12:30", e: "", f: "~", g: "#x", h: true, i: 5 };
    const changes = Object.entries(values).map(([key, value]) => ({ path: [key], value }));
    expect(editConfig("", changes)).toBe(
      'cache: "off"\na: "yes"\nb: "0644"\nc: "1e3"\nd: "12:30"\ne: ""\nf: "~"\ng: \'#x\'\nh: true\ni: 5\n',
    );
  });
});

describe("taking a value away", () => {
  it.each<[string, string, readonly string[]]>([
    ["a line", "tls", ['-tls: "tls,file=/a.pem"']],
    [
      "a list of lines",
      "ec2cluster.instancetypes",
      ["-    instancetypes:", "-    # small ones", "-    - m6a.large   # good", "-    - c6a.xlarge"],
    ],
    [
      "the first entry in braces",
      "reflow-ec2.sweep",
      ["-reflow-ec2: { sweep: no ,  maxinstances: 7 }   # ours", "+reflow-ec2: { maxinstances: 7 }   # ours"],
    ],
    [
      "the last entry in braces",
      "reflow-ec2.maxinstances",
      ["-reflow-ec2: { sweep: no ,  maxinstances: 7 }   # ours", "+reflow-ec2: { sweep: no }   # ours"],
    ],
    ["a section", "reflow-ec2", ["-reflow-ec2: { sweep: no ,  maxinstances: 7 }   # ours"]],
    ["what is not there", "ec2cluster.cloudconfig.coreos", []],
  ])("takes %s", (_what, key, lines) => {
    expect(changeIn(ODD, key, undefined)).toEqual(lines);
  });

  it("leaves a section without entries as one that says nothing", () => {
    expect(set("ec2cluster:\n  spot: true\nz: 1\n", "ec2cluster.spot", undefined)).toBe("ec2cluster:\nz: 1\n");
  });
});

describe("an item of a list", () => {
  const item = (text: string, path: ConfigChange["path"], value: unknown): readonly string[] =>
    difference(text, editConfig(text, [{ path, value }]));
  const BRACKETS = "ec2cluster: {subnets: [ a, b , c, ]} # all\n";

  it.each<[string, string, ConfigChange["path"], unknown, readonly string[]]>([
    [
      "is changed in its line",
      ODD,
      ["ec2cluster", "instancetypes", 0],
      "r6a.large",
      ["-    - m6a.large   # good", "+    - r6a.large   # good"],
    ],
    ["is added as the last one", ODD, ["ec2cluster", "instancetypes", 2], "off", ['+    - "off"']],
    ["goes with its line", ODD, ["ec2cluster", "instancetypes", 0], undefined, ["-    - m6a.large   # good"]],
    [
      "is changed in brackets",
      ODD,
      ["ec2cluster", "subnets", 1],
      "subnet-9",
      ["-                 subnet-2 ]   # both", "+                 subnet-9 ]   # both"],
    ],
    [
      "is added in brackets",
      BRACKETS,
      ["ec2cluster", "subnets", 3],
      "d: e",
      [`-${BRACKETS.trimEnd()}`, "+ec2cluster: {subnets: [ a, b , c, 'd: e', ]} # all"],
    ],
    [
      "goes from brackets",
      BRACKETS,
      ["ec2cluster", "subnets", 1],
      undefined,
      [`-${BRACKETS.trimEnd()}`, "+ec2cluster: {subnets: [ a, c, ]} # all"],
    ],
    ["is the first of a list that is made", "a: 1\n", ["b", "c", 0], "x", ["+b:", "+  c:", "+    - x"]],
    ["is the first of an empty list", "a: [] # none\n", ["a", 0], "x", ["-a: [] # none", "+a: # none", "+  - x"]],
    ["may be the only one, and go", "a:\n- x # y\nb: 1\n", ["a", 0], undefined, ["-a:", "-- x # y", "+a: []"]],
    [
      "may have entries, of which one is changed",
      "a:\n- path: /x\n  content: |\n    y\n- path: /z\n",
      ["a", 0, "path"],
      "/w",
      ["-- path: /x", "+- path: /w"],
    ],
    [
      "may have entries, to which one is added",
      "a:\n- path: /x\n  content: |\n    y\n- path: /z\n",
      ["a", 1, "mode"],
      "0600",
      ['+  mode: "0600"'],
    ],
    ["may be a mapping", "a:\n  - b\n", ["a", 0], { c: 1 }, ["-  - b", "+  - {c: 1}"]],
    ["is nothing beyond the end", "a: [b]\n", ["a", 1], undefined, []],
  ])("%s", (_what, text, path, value, lines) => {
    expect(item(text, path, value)).toEqual(lines);
  });

  it.each<[string, string, ConfigChange["path"], readonly string[]]>([
    [
      "of a gap",
      "a: [b]\n",
      ["a", 2],
      ["1 a: expected more items, found 1: [1] would add one; a[2] cannot stand below it"],
    ],
    ["of no list", "a: b\n", ["a", 0], ["1 a: expected a list, found another value; a[0] cannot stand below it"]],
    [
      "of an alias",
      "b: &b [x]\na: *b\n",
      ["a", 0],
      ["1 a[0]: an anchor, an alias or a tag stands in the way: the change would change other values too"],
    ],
  ])("cannot be one %s", (_what, text, path, problems) => {
    expect(refusal(text, [{ path, value: "y" }])).toEqual(["c.yaml cannot be changed", ...problems]);
  });
});

describe("what cannot be changed", () => {
  const WAY = "an anchor, an alias or a tag stands in the way: the change would change other values too";

  it.each<[string, string, string, unknown, readonly string[]]>([
    ["a value that aliases repeat", "a: &x 1\nb: *x\n", "a", 2, [`1 a: ${WAY}`]],
    ["an anchor that aliases need", "a: &x {b: 1}\nc: *x\n", "a", undefined, [`1 a: ${WAY}`]],
    ["a merged value that is to go", ODD, "ec2cluster.spot", undefined, [`5 ec2cluster.spot: ${WAY}`]],
    ["an entry below a merged one", "b: &b {key: {x: 1}}\nc:\n  <<: *b\n", "c.key.y", 2, [`1 c.key.y: ${WAY}`]],
    [
      "an entry of a text",
      "ec2cluster: x\n",
      "ec2cluster.name",
      "y",
      ["1 ec2cluster: expected a mapping, found another value; ec2cluster.name cannot stand below it"],
    ],
    ["a list", "- a\n", "a", 1, ["1 : expected a mapping with keys such as ec2cluster"]],
    [
      "no YAML",
      "a: 1\nb: [\n",
      "a",
      2,
      ["3 : expected YAML: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
  ])("is %s: the line is told", (_what, text, key, value, problems) => {
    const found = refusal(text, [{ path: key.split("."), value }]);
    expect(found).toEqual(["c.yaml cannot be changed", ...problems]);
  });
});

describe("any change of any file", () => {
  const texts = [
    ODD,
    SAMPLE_2020,
    SAMPLE_2023,
    EXAMPLE,
    fixture("setup-ec2-2020.yaml"),
    fixture("setup-ec2-2023.yaml"),
    "",
  ];
  const key = fc.constantFrom(
    "cluster",
    "tls",
    "cache",
    "common",
    "key.key",
    "instances.tls",
    "versions.tls",
    "ec2cluster",
    "ec2cluster.name",
    "ec2cluster.spot",
    "ec2cluster.subnets",
    "ec2cluster.instancetypes",
    "ec2cluster.instancesizetodiskspace",
    "ec2cluster.instancesizetodiskspace.2xlarge",
    "ec2cluster.cloudconfig.coreos.update.reboot-strategy",
    "ec2cluster.cloudconfig.write_files",
    "reflow-ec2.sweep",
    "reflow-ec2.helpers.xray.url",
    "reflow-ec2",
    "zebra.off.1",
  );
  const scalar = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom("off", " a\n  b\n", "a\n\n", "a: b", "\r\n"),
  );
  const value = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,5}$/), scalar, { maxKeys: 3, noNullPrototype: true }),
    fc.constant(undefined),
  );

  it("reads back as it was meant, leaves all other values, and touches nothing above and below", () => {
    const list = fc.constantFrom("subnets", "instancetypes", "sshkeys").map((name) => ["ec2cluster", name]);
    const item = fc.tuple(list, fc.nat(3)).map(([path, index]): ConfigChange["path"] => [...path, index]);
    const path = fc.oneof({ weight: 3, arbitrary: key.map((text): ConfigChange["path"] => text.split(".")) }, item);
    const changes = fc.array(fc.record({ path, value }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.boolean(), changes, (text, windows, list) => {
        let before = windows ? text.replace(/\n/g, "\r\n") : text;
        for (const change of list) {
          let after: string;
          try {
            after = editConfig(before, [change]);
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            // Only a text or a list on the way, or ODD's anchor, may refuse.
            expect(error.problems[0]?.message).toMatch(
              text === ODD ? /./ : /^expected (a mapping, found another|a list, found another|more items, found )/,
            );
            continue;
          }
          const { problems } = readYaml(after, () => true);
          expect(problems).toEqual([]);
          const comments = (lines: string): number => lines.split("\n").filter((line) => /^\s*#/.test(line)).length;
          const gone = difference(before, after).filter((line) => /^-\s*#/.test(line)).length;
          expect(comments(after) + gone).toBeGreaterThanOrEqual(comments(before));
          before = after;
        }
      }),
      { seed: 20231101, numRuns: 60 },
    );
  });
});

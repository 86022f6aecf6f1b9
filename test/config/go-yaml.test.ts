import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compareKeys, goYaml } from "../../src/config/go-yaml.js";
import { readYaml } from "../../src/config/yaml-source.js";

describe("YAML as Go's library writes it", () => {
  it("sorts keys, does not indent lists, and writes texts of several lines as blocks", () => {
    const text = goYaml({
      b: [1, "x", { d: true, c: [] }],
      a: { "10": null, "9": {} },
      pem: "one\ntwo\n",
      key: ["one\n"],
    });
    expect(text).toBe(`a:
  "9": {}
  "10": null
b:
- 1
- x
- c: []
  d: true
key:
- |
  one
pem: |
  one
  two
`);
  });

  it.each([
    ["off", '"off"'],
    ["Yes", '"Yes"'],
    ["n", '"n"'],
    ["", '""'],
    ["~", '"~"'],
    ["0644", '"0644"'],
    ["1e3", '"1e3"'],
    ["0x1F", '"0x1F"'],
    ["12:30", '"12:30"'],
    ["2001-01-01", '"2001-01-01"'],
    [".5", '".5"'],
    ["10m0s", "10m0s"],
    ["2xlarge", "2xlarge"],
    ["kv,labels=a=b;c=d", "kv,labels=a=b;c=d"],
    ["https://h/x?y=1", "https://h/x?y=1"],
    ["a: b", "'a: b'"],
    ["# a", "'# a'"],
    ["x".repeat(200) + " " + "y".repeat(200), "x".repeat(200) + " " + "y".repeat(200)],
  ])("writes the text %j as %s", (value, expected) => {
    const text = goYaml({ a: value });
    expect(text).toBe(`a: ${expected}\n`);
  });

  it("reads back as it was, whatever it holds", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, fc.string(), fc.integer(), fc.boolean(), tie("list"), tie("map")),
      list: fc.array(tie("any"), { maxLength: 4 }),
      map: fc.dictionary(
        fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== "__proto__"),
        tie("any"),
        {
          maxKeys: 4,
          noNullPrototype: true,
        },
      ),
    })).map;
    fc.assert(
      fc.property(value, (data) => {
        const source = readYaml(goYaml(data), () => false);
        expect(source).toEqual({ value: data, problems: [], lineOf: source.lineOf });
      }),
      { seed: 20231018, numRuns: 200 },
    );
  });
});

describe("the order of keys", () => {
  it("counts numbers as numbers and puts signs before letters", () => {
    const keys = [
      "xlarge",
      "10xlarge",
      "off",
      "2xlarge",
      "large",
      "a-b",
      "ab",
      "a2",
      "24xlarge",
      "a10",
      "a",
      "9xlarge",
      "a02",
    ];
    const sorted = [...keys].sort(compareKeys);
    expect(sorted).toEqual([
      "2xlarge",
      "9xlarge",
      "10xlarge",
      "24xlarge",
      "a",
      "a-b",
      "a02",
      "a2",
      "a10",
      "ab",
      "large",
      "off",
      "xlarge",
    ]);
  });

  it("is the same from wherever it starts", () => {
    const key = fc.string({ unit: fc.constantFrom("a", "b", "1", "2", "0", "-", "_"), maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 12 }), (keys) => {
        const forwards = [...keys].sort(compareKeys);
        const backwards = [...keys].reverse().sort(compareKeys);
        expect(backwards).toEqual(forwards);
      }),
      { seed: 7 },
    );
  });
});

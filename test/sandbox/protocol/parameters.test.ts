import { describe, expect, it } from "@jest/globals";
import { Parameters } from "../../../src/sandbox/protocol/parameters.js";

const parse = (query: string): Parameters => Parameters.parse(new URLSearchParams(query));

/** Code and message of what is thrown. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error("it was not refused");
}

describe("Parameters", () => {
  it("reads nested members and flat lists that count from 1", () => {
    const parameters = parse("Filter.2.Name=b&Filter.1.Name=a&Filter.1.Value.1=x&Filter.1.Value.2=y&Filter.10.Name=c");
    const filters = parameters.list("Filter").map((filter) => [filter.text("Name"), filter.texts("Value")]);
    expect(filters).toEqual([
      ["a", ["x", "y"]],
      ["b", []],
      ["c", []],
    ]);
  });

  it("takes empty texts for absent, but for those who want to know", () => {
    const parameters = parse("SubnetId=&Profile.Arn=&Tag.1.Value=");
    expect([
      parameters.text("SubnetId"),
      parameters.rawText("SubnetId"),
      parameters.rawText("Other"),
      parameters.member("Profile").given,
      parameters.list("Tag")[0]?.rawText("Value"),
    ]).toEqual([undefined, "", undefined, false, ""]);
  });

  it("decodes forms: plus signs, percent signs, any language", () => {
    expect(parse("a=b+c%2Bd%26%3D%F0%9F%A7%AC&e=%ff").text("a")).toBe("b c+d&=🧬");
  });

  it.each<[query: string, read: (parameters: Parameters) => unknown, expected: unknown]>([
    ["n=0", (p) => p.integer("n"), 0],
    ["n=-7", (p) => p.integer("n"), -7],
    ["n=", (p) => p.integer("n"), undefined],
    ["b=true", (p) => p.boolean("b"), true],
    ["b=False", (p) => p.boolean("b"), false],
    ["b=", (p) => p.boolean("b"), undefined],
    ["w=one", (p) => p.oneOf("w", ["one", "two"]), "one"],
    ["", (p) => p.oneOf("w", ["one", "two"]), undefined],
    ["L.0=z&L.01=z&L.x=z&L.-1=z&L.1=a&L=z", (p) => p.texts("L"), ["a"]],
    ["L.3=c&L.1=a", (p) => p.texts("L"), ["a", "c"]],
    ["__proto__.x=1&constructor=2", (p) => [p.member("__proto__").text("x"), p.text("constructor")], ["1", "2"]],
    ["a=1&a.b=2", (p) => [p.text("a"), p.member("a").text("b")], ["1", "2"]],
    ["a=1&a=2", (p) => p.text("a"), "2"],
    [".=1&..a=2&=3", (p) => p.text("a"), undefined],
  ])("reads %j", (query, read, expected) => {
    expect(read(parse(query))).toEqual(expected);
  });

  it.each<[query: string, read: (parameters: Parameters) => unknown, expected: string]>([
    ["", (p) => p.requiredText("a"), "MissingParameter: The request must contain the parameter a"],
    ["a=", (p) => p.requiredText("a"), "MissingParameter: The request must contain the parameter a"],
    [
      "L.1.x=1",
      (p) => p.list("L")[0]?.requiredText("y"),
      "MissingParameter: The request must contain the parameter L.1.y",
    ],
    [
      "n=1e3",
      (p) => p.integer("n"),
      "InvalidParameterValue: Value (1e3) for parameter n is invalid. Expected an integer.",
    ],
    [
      "n=9999999999999999",
      (p) => p.integer("n"),
      "InvalidParameterValue: Value (9999999999999999) for parameter n is invalid. Expected an integer.",
    ],
    [
      "b=yes",
      (p) => p.boolean("b"),
      "InvalidParameterValue: Value (yes) for parameter b is invalid. Expected true or false.",
    ],
    [
      "m.w=three",
      (p) => p.member("m").oneOf("w", ["one", "two"]),
      "InvalidParameterValue: Value (three) for parameter m.w is invalid. Expected one of one, two.",
    ],
  ])("refuses %j", (query, read, expected) => {
    expect(refusal(() => read(parse(query)))).toBe(expected);
  });

  it("refuses names that nest without end", () => {
    expect(refusal(() => parse(`${"a.".repeat(10_000)}b=1`))).toMatch(/^MalformedQueryString: /);
  });

  it("has one fingerprint for equal requests, whatever the order of their parameters", () => {
    const print = (query: string): string => parse(query).fingerprint(new Set(["ClientToken"]));
    const one = print("A=1&B.1.C=2&ClientToken=x");
    expect(print("B.1.C=2&A=1&ClientToken=y&D=")).toBe(one);
    expect([print("A=1"), print("A=1&B.1.C=3"), print("A=1&B.2.C=2"), print('A=1","2')]).not.toContain(one);
  });
});

import { describe, expect, it } from "@jest/globals";
import { parseLabels } from "../../../src/commands/shared/label.js";
import { UsageError } from "../../../src/errors.js";

describe("labels", () => {
  it.each<[string[], Record<string, string>]>([
    [[], {}],
    [["a=b"], { a: "b" }],
    [["a=b=c", "d="], { a: "b=c", d: "" }],
    [["Projekt Größe=größer 😀"], { "Projekt Größe": "größer 😀" }],
    [[`${"k".repeat(128)}=${"v".repeat(256)}`], { ["k".repeat(128)]: "v".repeat(256) }],
  ])("%j are read in their order", (texts, labels) => {
    expect(parseLabels(texts)).toEqual(labels);
  });

  it("may be called like what JavaScript objects have by themselves", () => {
    expect(Object.entries(parseLabels(["__proto__=x", "constructor=y"]))).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it.each<[string[], string]>([
    [["plain"], "--label 'plain' has no '='"],
    [[""], "--label '' has no '='"],
    [["=value"], "--label '=value' has no key"],
    [["  =value"], "--label '  =value' has no key"],
    [["a=1", "a=2"], "--label 'a' is given twice: '1' and '2'"],
    [["aws:x=1"], "--label 'aws:x': keys that begin with 'aws:' belong to AWS"],
    [["AWS:x=1"], "--label 'AWS:x': keys that begin with 'aws:' belong to AWS"],
    [[`${"k".repeat(129)}=v`], "--label: a key of 129 characters; EC2 takes 128"],
    [[`k=${"v".repeat(257)}`], "--label 'k': a value of 257 characters; EC2 takes 256"],
  ])("%j are refused", (texts, message) => {
    expect(() => parseLabels(texts)).toThrow(new UsageError(message));
  });
});

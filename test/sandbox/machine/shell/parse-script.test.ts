import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseScript } from "../../../../src/sandbox/machine/shell/parse-script.js";
import { ShellSyntaxError } from "../../../../src/sandbox/machine/shell/script.js";

const WORDS = [
  ..."if then elif else fi for in do done while until { } ! case echo A=1 $A ${A} ${A:-b} $( ) $(( )) ` ' \" \\".split(
    " ",
  ),
  ..."; & && || | < > >> 2>&1 << # * ? [ ]".split(" "),
  " ",
  "\n",
  "\t",
];

describe("reading a script", () => {
  it("ends with a tree or with the line of a mistake, whatever the text", () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 3 })), { maxLength: 40 })
      .chain((words) => fc.constantFrom(words.join(" "), words.join("")));
    fc.assert(
      fc.property(text, (script) => {
        try {
          parseScript(script);
        } catch (error) {
          expect(error).toBeInstanceOf(ShellSyntaxError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads long scripts in a time that grows with their length", () => {
    const script = "echo a b c # comment\n".repeat(20_000);
    expect(parseScript(script)).toHaveLength(20_000);
  });
});

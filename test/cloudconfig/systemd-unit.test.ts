import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseUnit, unitValue, unitValues } from "../../src/cloudconfig/systemd-unit.js";
import { ConfigError } from "../../src/errors.js";

describe("parseUnit", () => {
  it("reads sections and keys in order, with the line of each key", () => {
    const unit = parseUnit("[Unit]\nDescription = a unit \n\n[Service]\nExecStart=/bin/a x=y\nExecStart=/bin/b\n");
    expect(unit).toEqual({
      sections: [
        { name: "Unit", entries: [{ key: "Description", value: "a unit", line: 2 }] },
        {
          name: "Service",
          entries: [
            { key: "ExecStart", value: "/bin/a x=y", line: 5 },
            { key: "ExecStart", value: "/bin/b", line: 6 },
          ],
        },
      ],
    });
  });

  it("joins continued lines by a blank and drops comments between them", () => {
    const unit = parseUnit(
      "[Service]\nExecStart=/bin/a \\\n# not part of it\n  one \\\n; nor this\n  two\nType=simple",
    );
    expect(unit.sections[0]?.entries).toEqual([
      { key: "ExecStart", value: "/bin/a one two", line: 2 },
      { key: "Type", value: "simple", line: 7 },
    ]);
  });

  it("reads a continuation at the end of the text, and Windows line ends", () => {
    expect(parseUnit("[Service]\r\nType=one\\").sections[0]?.entries).toEqual([{ key: "Type", value: "one", line: 2 }]);
  });

  it.each([
    ["Type=simple\n", 1, '"Type=simple" stands before the first section'],
    ["[Service]\nType\n", 2, '"Type" is not an assignment such as Type=oneshot'],
    ["[Service]\n=simple\n", 2, '"=simple" is not an assignment such as Type=oneshot'],
    ["\n[Service\n", 2, '"[Service" is not a section header such as [Service]'],
    ["[]\n", 1, '"[]" is not a section header such as [Service]'],
    ["[A] b\n", 1, '"[A] b" is not a section header such as [Service]'],
  ])("refuses %j, naming the line", (text, line, message) => {
    expect(problemsOf(text)).toEqual([{ source: "a.service", line, key: "", message }]);
  });

  it("reports every wrong line at once", () => {
    expect(problemsOf("a=1\n[B]\nc\n").map((problem) => problem.line)).toEqual([1, 3]);
  });

  it("reads any text or throws a ConfigError", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          parseUnit(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe("unitValues", () => {
  const unit = parseUnit("[S]\nA=1\nA=2\nB=1\n[T]\nA=9\n[S]\nA=3\nB=\nC=\nC=4\n");

  it.each([
    ["S", "A", ["1", "2", "3"], "3"],
    ["S", "B", [], undefined],
    ["S", "C", ["4"], "4"],
    ["T", "A", ["9"], "9"],
    ["U", "A", [], undefined],
  ])("gives of [%s] %s the values %j, cleared by an empty one, and %j as the last", (section, key, values, last) => {
    expect({ values: unitValues(unit, section, key), last: unitValue(unit, section, key) }).toEqual({ values, last });
  });
});

function problemsOf(text: string): ConfigError["problems"] {
  try {
    parseUnit(text, "a.service");
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { probeJunit } from "../../src/report/junit.js";
import { ENDED, NASTY, PROBE, probeOf } from "../support/sample-probe.js";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** The document by a parser that refuses what is not well-formed XML 1.0. */
function parsed(xml: string): Element {
  const parser = new SaxesParser();
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.write(xml).close();
  return root.children[0] ?? root;
}

const named = ({ children }: Element, name: string): Element[] => children.filter((child) => child.name === name);
const suites = named(parsed(probeJunit(PROBE)), "testsuite");

describe("the JUnit XML of a probe", () => {
  it("has a suite for each type, begun or not, and one for the gates", () => {
    expect(
      suites.map(({ attributes: { name, tests, failures, errors, skipped } }) => [
        name,
        tests,
        failures,
        errors,
        skipped,
      ]),
    ).toEqual([
      ["c6a.2xlarge", "5", "0", "0", "0"],
      ["m5.large", "1", "0", "0", "0"],
      ["r5.xlarge", "5", "2", "0", "0"],
      ["p3.2xlarge", "1", "0", "1", "0"],
      ["t3a.small", "1", "0", "0", "1"],
      ["x1e.32xlarge", "1", "0", "0", "1"],
      ["gates", "3", "3", "0", "0"],
    ]);
  });

  it("counts what is in it", () => {
    const cases = suites.flatMap((suite) => named(suite, "testcase"));
    const having = (name: string): string => String(cases.filter((own) => named(own, name).length === 1).length);
    expect(parsed(probeJunit(PROBE)).attributes).toEqual({
      name: "reflow-ec2 probe",
      tests: String(cases.length),
      failures: having("failure"),
      errors: having("error"),
      time: "912.000",
    });
  });

  it("makes of a failure a failure, of a refusal an error, and skips what was interrupted or not begun", () => {
    const results = suites.flatMap((suite) =>
      named(suite, "testcase").flatMap(({ attributes, children }) =>
        children
          .filter(({ name }) => name !== "system-out")
          .map(({ name, attributes: { type } }) => [attributes.name, name, type]),
      ),
    );
    expect(results.slice(0, 5)).toEqual([
      ["r5.xlarge sample 4", "failure", "failed"],
      ["r5.xlarge sample 5", "failure", "timed-out"],
      ["p3.2xlarge sample 1", "error", "unavailable"],
      ["t3a.small sample 1", "skipped", "interrupted"],
      ["x1e.32xlarge not begun", "skipped", "not-begun"],
    ]);
  });

  it("tells of a failed sample the reason, the milestone, what to do, and the console", () => {
    const [failed] = named(suites[2] ?? parsed(""), "testcase").slice(3);
    const [failure] = failed === undefined ? [] : named(failed, "failure");
    const [out] = failed === undefined ? [] : named(failed, "system-out");
    expect(failure?.text).toBe(
      [
        `the bootstrap never answered: ${NASTY}\ufffd`,
        "while waiting for: bootstrap answers",
        "spot in us-west-2b: InsufficientInstanceCapacity: none left",
        "Look at the end of the console, or try another image.",
      ].join("\n"),
    );
    expect(out?.text).toContain("end of the console:\n  OK   Started reflow-bootstrap 🚀\n");
    expect(out?.text).toContain("The end of the launched instance was seen.");
  });

  it("is well-formed whatever a console says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (text, other) => {
        const console = `${text}\ud800]]>${other}`;
        const xml = probeJunit(probeOf([{ ...ENDED.failed, console, problem: console, type: text }]));
        expect(parsed(xml).attributes.tests).toBe("1");
      }),
    );
  });
});

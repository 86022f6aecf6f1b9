import { PROBE_MILESTONES, type ProbeGate, type ProbeReport, type ProbeSample } from "../cluster/probe/model.js";
import { counted } from "../lib/counted.js";
import { usdText } from "../lib/money-text.js";
import { resourcesText } from "../pool/resources.js";
import {
  cleanLine,
  cleanText,
  costText,
  endsOf,
  figure,
  lastReached,
  latenessText,
  memoryText,
  outcomesText,
  refusalText,
  timeText,
  unseenText,
  waitedText,
} from "./summary.js";

/** A test case of ours. */
interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly result: "passed" | "failure" | "error" | "skipped";
  /** What kind of result, in a word. */
  readonly kind: string;
  /** In one sentence; empty when it passed. */
  readonly message: string;
  readonly details: string;
  /** For `system-out`. */
  readonly output: string;
}

interface Suite {
  readonly name: string;
  readonly properties: Readonly<Record<string, string | undefined>>;
  readonly cases: readonly Case[];
}

/**
 * The report as JUnit XML, valid by Jenkins' junit-10.xsd: a suite for each type with a case for each sample, and one for the
 * gates. Failed and timed out are failures, unavailable is an error (EC2 did not let us test), interrupted and not begun are
 * skipped. The schema gives cases no properties: those of a sample are its suite's, with the sample's number in front.
 */
export function probeJunit(report: ProbeReport): string {
  const names = new Set([...report.types, ...report.skipped].map(({ type }) => type));
  const suites = [...names].map((type) => typeSuite(type, report));
  if (report.gates.length > 0) suites.push({ name: "gates", properties: {}, cases: report.gates.map(gateCase) });
  const cases = suites.flatMap((suite) => suite.cases);
  const content = suites.map((suite) => suiteXml(suite, report)).join("");
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<testsuites name="reflow-ec2 probe"${totals(cases)} time="${seconds((report.endedMs - report.startedMs) / 1_000)}">\n` +
    `${content}</testsuites>\n`
  );
}

function typeSuite(type: string, report: ProbeReport): Suite {
  const summary = report.types.find((candidate) => candidate.type === type);
  const samples = report.samples.filter((sample) => sample.type === type);
  const notBegun = report.skipped.filter((skip) => skip.type === type);
  return {
    name: type,
    properties: {
      region: report.region,
      cluster: report.cluster,
      "reflow version": report.reflowVersion,
      "times late by at most": latenessText(report),
      market: report.market,
      ...(summary !== undefined && {
        outcomes: outcomesText(summary.outcomes),
        vcpu: String(summary.vcpu),
        memory: memoryText(summary),
        "hourly usd": usdText(summary.hourlyUsd),
        "price basis": summary.priceBasis,
        "boot p50": figure(summary.reached.offer?.p50),
        "boot p90": figure(summary.reached.offer?.p90),
        "boot min": figure(summary.reached.offer?.min),
        "boot max": figure(summary.reached.offer?.max),
      }),
      ...Object.fromEntries(samples.flatMap(sampleProperties)),
    },
    cases: [
      ...samples.map(sampleCase),
      ...notBegun.map((skip) => ({
        name: `${type} not begun`,
        seconds: 0,
        result: "skipped" as const,
        kind: "not-begun",
        message: `${counted(skip.samples, "sample")} not begun: ${skip.reason}`,
        details: "",
        output: "",
      })),
    ],
  };
}

/** Facts of a sample under their names; undefined where there is none. */
function sampleFacts(sample: ProbeSample): Readonly<Record<string, string | undefined>> {
  return {
    market: sample.market,
    zone: sample.zone,
    instance: sample.instanceId,
    image: sample.imageId,
    offered: sample.offered && resourcesText(sample.offered),
    "hourly usd": sample.hourlyUsd === undefined ? undefined : usdText(sample.hourlyUsd),
    "price basis": sample.priceBasis,
    cost: costText(sample.costUsd),
  };
}

function sampleProperties(sample: ProbeSample): readonly [string, string | undefined][] {
  return Object.entries(sampleFacts(sample)).map(([name, value]) => [`sample ${sample.sample} ${name}`, value]);
}

const RESULTS = {
  verified: "passed",
  failed: "failure",
  "timed-out": "failure",
  unavailable: "error",
  interrupted: "skipped",
} as const;

function sampleCase(sample: ProbeSample): Case {
  const facts = Object.entries(sampleFacts(sample)).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  const times = PROBE_MILESTONES.flatMap((milestone) => {
    const at = sample.reached[milestone];
    return at === undefined ? [] : [`${milestone}: ${at.toFixed(3)} s`];
  });
  const { text, unseen } = endsOf([sample]);
  return {
    name: `${sample.type} sample ${sample.sample}`,
    seconds: lastReached(sample),
    result: RESULTS[sample.outcome],
    kind: sample.outcome,
    message: sample.problem,
    details: lines(sample.problem, waitedText(sample), ...sample.refusals.map(refusalText), sample.hint ?? ""),
    output: lines(
      ...facts,
      ...times,
      ...sample.refusals.map((refusal) => `refused: ${refusalText(refusal)}`),
      text,
      ...unseen.map(unseenText),
      sample.console === "" ? "" : `\nend of the console:\n${sample.console}`,
    ),
  };
}

function gateCase({ gate, passed, failures, notes }: ProbeGate): Case {
  return {
    name: gate,
    seconds: 0,
    result: passed ? "passed" : "failure",
    kind: "gate",
    message: passed ? "" : `${counted(failures.length, "type")} fell short`,
    details: lines(...failures.map(({ type, problem }) => `${type}: ${problem}`)),
    output: lines(...notes.map((note) => `note: ${note}`)),
  };
}

function suiteXml({ name, properties, cases }: Suite, { region, startedMs }: ProbeReport): string {
  const time = cases.reduce((sum, own) => sum + own.seconds, 0);
  const known = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`      <property name="${xml(key)}" value="${xml(value)}"/>\n`],
  );
  const skipped = cases.filter(({ result }) => result === "skipped").length;
  return (
    `  <testsuite name="${xml(name)}"${totals(cases)} skipped="${skipped}" time="${seconds(time)}"` +
    ` timestamp="${timeText(startedMs).slice(0, 19)}">\n` +
    (known.length === 0 ? "" : `    <properties>\n${known.join("")}    </properties>\n`) +
    cases.map((own) => caseXml(own, name === "gates" ? "probe.gates" : `probe.${region}`)).join("") +
    `  </testsuite>\n`
  );
}

function caseXml({ name, seconds: time, result, kind, message, details, output }: Case, className: string): string {
  const verdict =
    result === "passed"
      ? ""
      : `      <${result} type="${kind}" message="${xml(cleanLine(message))}">${xml(details)}</${result}>\n`;
  const out = output === "" ? "" : `      <system-out>${xml(output)}</system-out>\n`;
  return (
    `    <testcase classname="${xml(className)}" name="${xml(name)}" time="${seconds(time)}">\n` +
    `${verdict}${out}    </testcase>\n`
  );
}

function totals(cases: readonly Case[]): string {
  const count = (result: Case["result"]): number => cases.filter((own) => own.result === result).length;
  return ` tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}"`;
}

function seconds(value: number): string {
  return value.toFixed(3);
}

function lines(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text for XML 1.0, which has no way to write most control characters. */
function xml(text: string): string {
  return cleanText(text).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

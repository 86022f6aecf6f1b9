import { describe, expect, it } from "@jest/globals";
import { changeSetting, nearConfigKey, parseSetting } from "../../src/config/change-setting.js";
import { ConfigError, UsageError } from "../../src/errors.js";
import { fixture, SAMPLE_2023 } from "./samples.js";

const CONTEXT = { source: "c.yaml", home: "/home/ann", login: "ann", flags: {}, env: {} };

const change = (text: string, key: string, value: string | undefined) =>
  changeSetting(text, parseSetting(key, value), CONTEXT);

function failure(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return [error.message];
    if (error instanceof ConfigError) {
      return [error.message, ...error.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`)];
    }
    throw error;
  }
  return [];
}

describe("what a value of the command line means", () => {
  it.each<[string, string, unknown]>([
    ["cache", "off", "off"],
    ["ec2cluster.ami", "", ""],
    ["ec2cluster.keyname", "yes", "yes"],
    ["reflow-ec2.sweep", "off", false],
    ["reflow-ec2.maxinstances", "20", 20],
    ["reflow-ec2.spotmaxprice", "on-demand", "on-demand"],
    ["reflow-ec2.spotmaxprice", "0.25", 0.25],
    ["ec2cluster.disktype", "gp3", "gp3"],
    ["ec2cluster.subnets", "[subnet-1, subnet-2]", ["subnet-1", "subnet-2"]],
    ["ec2cluster.sshkeys", "[yes]", ["yes"]],
    ["ec2cluster.instancesizetodiskspace", "{large: 300}", { large: 300 }],
  ])("for %s, %j is %j", (key, text, value) => {
    expect(parseSetting(key, text)).toEqual({ path: key.split("."), value });
  });

  it("may be for an item of a list, counted from 0", () => {
    expect(parseSetting("ec2cluster.subnets[1]", "off")).toEqual({ path: ["ec2cluster", "subnets", 1], value: "off" });
    expect(parseSetting("ec2cluster.cloudconfig.write_files[0].path", "/a")).toEqual({
      path: ["ec2cluster", "cloudconfig", "write_files", 0, "path"],
      value: "/a",
    });
    expect(change(SAMPLE_2023, "ec2cluster.subnets[0]", "subnet-3")).toMatchObject({
      key: "ec2cluster.subnets[0]",
      text: SAMPLE_2023.replace("subnet-1", "subnet-3"),
      line: 8,
      before: "subnet-1",
      after: "subnet-3",
    });
  });

  it.each<[string, string, string]>([
    ["maxinstances[0]", "3", 'there is no key "maxinstances[0]"; did you mean "reflow-ec2.maxinstances"?'],
    ["maxinstances", "3", 'there is no key "maxinstances"; did you mean "reflow-ec2.maxinstances"?'],
    ["reflow-ec.sweep", "no", 'there is no key "reflow-ec.sweep"; did you mean "reflow-ec2.sweep"?'],
    ["chache", "off", 'there is no key "chache"; did you mean "cache"?'],
    ["ec2cluster..ami", "x", 'there is no key "ec2cluster..ami"; did you mean "ec2cluster.ami"?'],
    ["", "x", 'there is no key ""'],
    ["ec2cluster.subnets", "[a", 'the value "[a" cannot be read: expected YAML: Flow sequence must end with a ]'],
    ["reflow-ec2.sweep", "", "there is no value for reflow-ec2.sweep"],
    ["reflow-ec2.sweep", "*x", 'the value "*x" cannot be read: expected an anchor &x above, found none'],
  ])("%j %j is refused", (key, text, message) => {
    expect(failure(() => parseSetting(key, text))).toEqual([message]);
  });

  it("suggests other words, too", () => {
    expect(nearConfigKey("vlaidate", ["validate"])).toBe('; did you mean "validate"?');
  });
});

describe("a changed setting", () => {
  it("comes with its line, what it was and what it is", () => {
    expect(change(SAMPLE_2023, "ec2cluster.disktype", "st1")).toEqual({
      key: "ec2cluster.disktype",
      text: SAMPLE_2023.replace("gp3", "st1"),
      changed: true,
      line: 11,
      before: "gp3",
      after: "st1",
      hasSecrets: false,
      problems: [],
    });
    expect(change(SAMPLE_2023, "ec2cluster.ami", undefined)).toMatchObject({ changed: true, before: "", after: null });
    expect(change(SAMPLE_2023, "reflow-ec2.sweep", undefined)).toMatchObject({ changed: false, text: SAMPLE_2023 });
  });

  it("does not tell a secret, and knows a file that has some", () => {
    const changed = change(fixture("setup-ec2-2023.yaml"), "instances.tls", undefined);
    expect({ ...changed, text: "" }).toEqual({
      key: "instances.tls",
      text: "",
      changed: true,
      hasSecrets: true,
      problems: [],
    });
    const shown = [
      "bootstrap",
      "ec2cluster",
      "ec2cluster.cloudconfig",
      "reflow-ec2",
      "reflow-ec2.helpers.xray.url",
    ].filter((key) => "before" in change(SAMPLE_2023, key, undefined));
    expect(shown).toEqual([]);
  });

  it("is refused with all the mistakes that it would bring", () => {
    expect(failure(() => change(SAMPLE_2023, "ec2cluster.subnet", "subnet-3"))).toEqual([
      "nothing is written: c.yaml would have 1 mistake",
      expect.stringMatching(/^19 ec2cluster\.subnet: expected the keys of one Reflow, found those of 2020/),
    ]);
    expect(failure(() => change(SAMPLE_2023, "ec2cluster", "{disktyp: gp3, spot: maybe}"))).toEqual([
      "nothing is written: c.yaml would have 2 mistakes",
      '6 ec2cluster.disktyp: no such key under `ec2cluster:`; did you mean "disktype"?',
      '7 ec2cluster.spot: expected true or false, found "maybe"',
    ]);
    expect(failure(() => change(SAMPLE_2023, "ec2cluster.maxinstances", "3"))).toEqual([
      "nothing is written: c.yaml would have 1 mistake",
      "19 ec2cluster.maxinstances: expected under `reflow-ec2:`, found under `ec2cluster:`",
    ]);
  });

  it("may mend one mistake of a file and leave another", () => {
    const text = "cache: of\nreflow-ec2:\n  sweep: maybe\n";
    const { text: changed, problems } = change(text, "cache", "off");
    expect([changed, problems]).toEqual([
      'cache: "off"\nreflow-ec2:\n  sweep: maybe\n',
      [{ source: "c.yaml", line: 3, key: "reflow-ec2.sweep", message: 'expected true or false, found "maybe"' }],
    ]);
  });
});

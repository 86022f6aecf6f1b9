import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { editConfig } from "../../src/config/edit-config.js";
import { PROVIDERS, PROVIDERS_BY_KEY } from "../../src/config/provider-table.js";
import { fixture, load, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

/** What Go Reflow's reader of YAML 1.1 refuses in a file, by its rules (spec 6.1); it knows nothing of our schema. */
function goMistakes(text: string): readonly string[] {
  const entries = parse(text, {
    version: "1.1",
    customTags: (tags) => tags.filter((tag) => !isTimeLike(tag)),
  }) as Entries;
  const mistakes: string[] = [];
  for (const [key, names] of Object.entries<readonly string[]>(PROVIDERS_BY_KEY)) {
    const entry = entries[key];
    if (entry === undefined) continue;
    if (typeof entry !== "string") mistakes.push(`${key}: a ${typeof entry} where a provider must be`);
    else if (!names.includes(entry.split(",")[0] ?? "")) mistakes.push(`${key}: no provider ${entry}`);
  }
  for (const [provider, version] of Object.entries((entries["versions"] ?? {}) as Entries)) {
    if (!Object.hasOwn(PROVIDERS, provider)) mistakes.push(`versions: no provider ${provider}`);
    if (!Number.isInteger(version)) mistakes.push(`versions.${provider}: no number`);
  }
  const cluster = (entries["ec2cluster"] ?? {}) as Entries;
  for (const [key, value] of Object.entries(cluster)) {
    const kind = GO_FIELDS[key];
    if (kind === undefined) mistakes.push(`ec2cluster.${key}: no field`);
    else if (!kind(value)) mistakes.push(`ec2cluster.${key}: ${JSON.stringify(value)} does not fit`);
  }
  return mistakes;
}

type Entries = Readonly<Record<string, unknown>>;

const isTimeLike = (tag: unknown): boolean =>
  typeof tag === "object" && tag !== null && "format" in tag && tag.format === "TIME";
const isText = (value: unknown): boolean => typeof value === "string";
const isWhole = (value: unknown): boolean => Number.isInteger(value);
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const isMap = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** The fields of Go's `ec2cluster.Cluster` of both years. */
const GO_FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText, spot: isFlag, instanceprofile: isText, securitygroup: isText, subnet: isText, subnets: isTexts,
  availabilityzone: isText, region: isText, disktype: isText, diskspace: isWhole, instancesizetodiskspace: isMap,
  diskslices: isWhole, ami: isText, sshkey: isText, sshkeys: isTexts, keyname: isText, immortal: isFlag, cloudconfig: isMap,
  spotprobedepth: isWhole, instancetypes: isTexts, maxpendinginstances: isWhole,
  maxhourlycostusd: (value) => typeof value === "number", nodeexportermetricsport: isWhole,
}; // prettier-ignore

const FILES: readonly (readonly [string, string])[] = [
  ["setup of 2020", fixture("setup-ec2-2020.yaml")],
  ["setup of 2023", fixture("setup-ec2-2023.yaml")],
  ["the instances of 2020", fixture("etc-reflowconfig-2020.yaml")],
  ["the instances of 2023", fixture("etc-reflowconfig-2023.yaml")],
  ["the owner of 2020, by hand", SAMPLE_2020],
  ["the owner of 2023, by hand", SAMPLE_2023],
];

describe("a file that Go Reflow wrote", () => {
  it.each(FILES)("is right by the rules of its own reader, and is read here: %s", (_name, text) => {
    expect([goMistakes(text), load(text).warnings]).toEqual([[], []]);
  });
});

/** Values that YAML 1.1 would take for others when they stood bare. */
const WRITTEN: readonly (readonly [what: string, key: string, value: unknown])[] = [
  ["a provider that looks like a boolean", "cache", "off"],
  ["a provider with flags", "labels", "kv,labels=a=b;c=d"],
  ["a version of digits", "reflow", "reflowversion,version=0123456789"],
  ["a version that looks like a number", "versions.off", 1],
  ["the selection of the cluster", "cluster", "ec2cluster"],
  ["a group", "ec2cluster.securitygroup", "sg-0a1b2c3d"],
  ["a key name that looks like a boolean", "ec2cluster.keyname", "yes"],
  ["a cluster's name that looks like a number", "ec2cluster.name", "1e3"],
  ["a cluster's name that looks like an octal number", "ec2cluster.name", "0644"],
  ["a cluster's name that looks like a date", "ec2cluster.name", "2001-01-01"],
  ["a cluster's name that looks like a time", "ec2cluster.name", "12:30:45"],
  ["a cluster's name that is nothing", "ec2cluster.name", "~"],
  ["an empty text", "ec2cluster.ami", ""],
  ["a flag", "ec2cluster.spot", true],
  ["a list of types", "ec2cluster.instancetypes", ["m6a.large", "c6a.xlarge"]],
  ["an empty list", "ec2cluster.sshkeys", []],
  ["sizes", "ec2cluster.instancesizetodiskspace", { "2xlarge": 300, large: 100 }],
  ["money", "ec2cluster.maxhourlycostusd", 2.5],
  ["a sealed authority", "instances.tls", fixture("authority-2023.pem")],
  [
    "a strategy that looks like a boolean",
    "ec2cluster.cloudconfig",
    { coreos: { update: { "reboot-strategy": "off" } } },
  ],
  ["a section of ours, which Go keeps", "reflow-ec2", { sweep: false, maxinstances: 7 }],
];

describe("what is written here", () => {
  const cases = WRITTEN.flatMap(([what, key, value]) =>
    [...FILES.slice(0, 2), ...FILES.slice(4), ["nobody", ""] as const].map(
      ([name, text]) => [what, name, key, value, text] as const,
    ),
  );

  it.each(cases)(
    "is the same value to a reader of YAML 1.1: %s, in the file of %s",
    (_what, _name, key, value, text) => {
      const path = key.split(".");
      const written = editConfig(text, [{ path, value }]);
      const read = path.reduce<unknown>((at, step) => (at as Entries)[step], parse(written, { version: "1.1" }));
      expect([read, goMistakes(written)]).toEqual([value, []]);
    },
  );
});

import { describe, expect, it } from "@jest/globals";
import {
  REFLOWLET_KEYS,
  ReflowConfig,
  ReflowConfigError,
} from "../../../../src/sandbox/machine/reflow/reflow-config.js";
import { recordedAuthorityPem } from "../../../tls/material.js";

const PATH = "/etc/reflowconfig";

function parse(text: string, overrides: Readonly<Record<string, string>> = {}): ReflowConfig {
  return ReflowConfig.parse(text, PATH, REFLOWLET_KEYS, new Map(Object.entries(overrides)));
}

function messageOf(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    if (error instanceof ReflowConfigError) return error.message;
    throw error;
  }
}

const sealed = JSON.stringify(recordedAuthorityPem(2023));

describe("a configuration on an instance", () => {
  it.each([
    ["", "config /etc/reflowconfig: yaml: expected a document, but the input is empty"],
    ["just text", "config /etc/reflowconfig: yaml: cannot unmarshal into a map of keys"],
    ["- a", "config /etc/reflowconfig: yaml: cannot unmarshal into a map of keys"],
    ["a: [", "config /etc/reflowconfig: yaml: line"],
    ["tls: 5", "config /etc/reflowconfig: key tls: not a provider"],
    ["tls: ssl,file=x", 'config /etc/reflowconfig: key tls: no provider named "ssl"'],
    ["instances: all", "config /etc/reflowconfig: instances: not a mapping"],
  ])("refuses %j", (text, message) => {
    expect(messageOf(() => parse(text)).slice(0, message.length)).toBe(message);
  });

  it("takes the sealed authority before the file that is named", () => {
    const config = parse(`instances: {tls: ${sealed}}\ntls: tls,file=/ca`);
    expect(config.authority(() => "not read").pem).toBe(recordedAuthorityPem(2023));
  });

  it("takes the authority from the named file when none is sealed", () => {
    const config = parse("instances: {tls: ''}\ntls: tls,file=/ca");
    expect(config.authority((path) => (path === "/ca" ? recordedAuthorityPem(2020) : undefined)).pem).toBe(
      recordedAuthorityPem(2020),
    );
  });

  it.each([
    ["{}", "tls: no authority: neither sealed (instances.tls) nor tls,file="],
    ["tls: tls", "tls: no authority: neither sealed (instances.tls) nor tls,file="],
    ["tls: tls,file=/ca", "tls: open /ca: no such file or directory"],
    [
      "instances: {tls: nonsense}",
      "tls: TLS authority instances.tls in /etc/reflowconfig: no CERTIFICATE and no RSA PRIVATE KEY block in PEM form",
    ],
  ])("has no authority: %s", (text, message) => {
    expect(messageOf(() => parse(text).authority(() => undefined))).toBe(message);
  });

  it.each([
    { text: "session: ec2metadata", profile: true, kind: "metadata" },
    { text: "session: ec2metadata", profile: false, kind: "none" },
    { text: "session: ec2metadata\ninstances: {ec2metadata: {region: us-west-2}}", profile: false, kind: "sealed" },
    { text: "{}", profile: true, kind: "none" },
    {
      text: "instances: {awssession: {credentials: {accesskeyid: A, secretaccesskey: B}}}",
      profile: false,
      kind: "sealed",
    },
    {
      text: "instances: {awssession: {credentials: {accesskeyid: A, secretaccesskey: ''}}}",
      profile: true,
      kind: "none",
    },
    { text: "instances: {awssession: {region: us-west-2}}", profile: true, kind: "none" },
  ])("gets its credentials: $text, profile $profile", ({ text, profile, kind }) => {
    expect(parse(text).session(profile)).toEqual({ kind });
  });

  it("lets the command line override the session, unless it is empty", () => {
    expect(parse("session: awssession", { session: "ec2metadata" }).session(true)).toEqual({ kind: "metadata" });
    expect(parse("session: ec2metadata", { session: "" }).session(true)).toEqual({ kind: "metadata" });
    expect(messageOf(() => parse("{}", { session: "aws" }))).toBe(
      'config /etc/reflowconfig: key session: no provider named "aws"',
    );
  });

  it.each([
    ["{}", 600_000],
    ["instances: {reflowletconfig: {maxidleduration: 5m30s}}", 330_000],
    ["instances: {reflowletconfig: {maxidleduration: 30000000000}}", 30_000],
    ["instances: {reflowletconfig: {maxidleduration: 0}}", 600_000],
    ["reflowlet: reflowletconfig,maxidleduration=2m", 120_000],
  ])("ends idle after what %s says", (text, ms) => {
    expect(parse(text).idleMs()).toBe(ms);
  });

  it.each(["soon", "[1]"])("refuses %s for a time", (value) => {
    const config = parse(`instances: {reflowletconfig: {maxidleduration: ${value}}}`);
    expect(messageOf(() => config.idleMs())).toMatch(/^reflowletconfig: maxidleduration: invalid duration /);
  });

  it("shows everything but what is sealed, defaults and the program's own version included", () => {
    const text = parse(
      `zz: kept\ncache: "off"\nreflow: reflowversion,version=a\ninstances: {tls: ${sealed}}`,
    ).publicText(2020, "b");
    expect(text).toBe(
      [
        "awscreds: awscreds",
        "awstool: awstool,awstool=grailbio/awstool:latest",
        "bootstrap: bootstrapimage,uri=bootstrap",
        'cache: "off"',
        "docker: docker,memlimit=soft",
        "key: {}",
        "labels: kv",
        "logger: logger,level=info",
        "reflow: reflowversion,version=b",
        "reflowlet: reflowletconfig",
        "session: awssession",
        "sshkey: key",
        "tls: tls,file=/tmp/ca.reflow",
        "tracer: xray",
        "user: user",
        "versions: {}",
        "zz: kept",
        "",
      ].join("\n"),
    );
  });
});

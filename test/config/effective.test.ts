import { describe, expect, it } from "@jest/globals";
import { effectiveConfig } from "../../src/config/effective.js";
import type { Surroundings } from "../../src/config/effective-facts.js";
import { loadConfig } from "../../src/config/load-config.js";
import type { LoadContext } from "../../src/config/load-config.js";
import type { EffectiveValue } from "../../src/config/origin.js";
import { keysAt } from "../../src/config/schema-path.js";
import { fixture, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

const PLAIN: LoadContext = { source: "c.yaml", home: "/home/ann", login: "ann", flags: {}, env: {} };

function effective(text: string, context: Partial<LoadContext> = {}, surroundings: Partial<Surroundings> = {}) {
  const whole = { ...PLAIN, ...context };
  return effectiveConfig(loadConfig(text, whole), text, whole, { flags: {}, ...surroundings });
}

const line = (number: number) => ({ kind: "file", file: "c.yaml", line: number });
const BY_DEFAULT = { kind: "default" };

/** `[value, origin]` by key. */
function byKey(values: readonly EffectiveValue[]): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(values.map(({ key, value, origin }) => [key, [value, origin]]));
}

describe("the effective configuration", () => {
  it("has every key of the schema, in its order", () => {
    const keys = effective("{}").values.map(({ key }) => key);
    const expected = keysAt([]).flatMap((key) => {
      if (key === "instances" || key === "versions" || key === "key")
        return key === "versions" ? [key] : key === "key" ? ["key.key"] : [];
      const fields = keysAt([key]);
      return fields.length === 0 ? [key] : fields.map((field) => `${key}.${field}`);
    });
    expect(
      keys
        .map((key) => key.replace(/^(reflow-ec2\.helpers)\..*/, "$1"))
        .filter((key, index, all) => all.indexOf(key) === index),
    ).toEqual(expected);
  });

  it("tells of values of the file with their lines, and of defaults of its generation", () => {
    const values = byKey(effective(SAMPLE_2020).values);
    expect(values).toMatchObject({
      assoc: ["dynamodbassoc,table=reflow-assoc", line(1)],
      metrics: [null, BY_DEFAULT],
      cache: ["off", line(5)],
      "ec2cluster.disktype": ["gp2", line(11)],
      "ec2cluster.diskslices": [1, BY_DEFAULT],
      "ec2cluster.spotprobedepth": [0, BY_DEFAULT],
      "ec2cluster.subnets": [[], BY_DEFAULT],
      "ec2cluster.keyname": [null, BY_DEFAULT],
      "ec2cluster.instancetypes": [["c5.large", "c5.xlarge"], line(18)],
      "reflow-ec2.imds": ["optional", BY_DEFAULT],
      "reflow-ec2.generation": [
        2020,
        {
          kind: "keys",
          file: "c.yaml",
          keys: [
            { key: "ec2cluster.region", line: 10 },
            { key: "ec2cluster.diskspace", line: 12 },
            { key: "ec2cluster.sshkey", line: 15 },
          ],
        },
      ],
      versions: [{ awscreds: 0, awssession: 0, dynamodbassoc: 1, ec2cluster: 0, s3: 0, tls: 0 }, line(30)],
    });
    const now = byKey(effective("{}").values);
    expect(now).toMatchObject({
      metrics: ["nopmetrics", BY_DEFAULT],
      "ec2cluster.diskspace": [300, BY_DEFAULT],
      "reflow-ec2.imds": ["required", BY_DEFAULT],
      "reflow-ec2.generation": [2023, BY_DEFAULT],
    });
  });

  it("finds the lines of values that are merged in, and takes 0 for a value where it is one", () => {
    const text = "base: &base\n  spot: true\nec2cluster:\n  <<: *base\nreflow-ec2: {refusalminutes: 0}\n";
    expect(byKey(effective(text).values)).toMatchObject({
      "ec2cluster.spot": [true, line(2)],
      "reflow-ec2.refusalminutes": [0, line(5)],
    });
  });

  it("comes to facts: nothing but defaults", () => {
    expect(byKey(effective("{}").facts)).toEqual({
      configuration: ["c.yaml", BY_DEFAULT],
      generation: [2023, BY_DEFAULT],
      cluster: ["default", BY_DEFAULT],
      region: [null, BY_DEFAULT],
      profile: [null, BY_DEFAULT],
      endpoint: [null, BY_DEFAULT],
      user: ["ann", { kind: "login" }],
      version: [null, BY_DEFAULT],
      authority: [null, BY_DEFAULT],
      bootstrap: ["https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4", BY_DEFAULT],
      sshkeys: [[], BY_DEFAULT],
    });
  });

  it("comes to facts: flags before the environment before the file", () => {
    const text = `${SAMPLE_2020}bootstrap: "bootstrapimage,uri=https://u:p@h/b?sig=1"\n`
      .replace(/^bootstrap: boot.*\n/m, "")
      .replace("ec2cluster:\n", "ec2cluster:\n  name: night\n")
      .replace("user: user", "user: user,user=bob");
    const env = {
      AWS_REGION: "eu-west-1",
      AWS_PROFILE: "lab",
      AWS_ENDPOINT_URL: "http://h:1",
      REFLOW_EC2_CONFIG: "c.yaml",
    };
    const file = byKey(effective(text, { defaultPublicKey: "ssh-rsa A b" }).facts);
    const environment = byKey(effective(text, { env }).facts);
    const flags = byKey(
      effective(
        text,
        { env, flags: { cluster: "day", region: "us-east-1" } },
        { flags: { config: "c.yaml", profile: "home", endpointUrl: "http://h:2" } },
      ).facts,
    );
    expect([file, environment, flags]).toMatchObject([
      {
        cluster: ["night", line(8)],
        region: ["us-west-2", line(10)],
        user: ["bob", line(29)],
        version: ["0123456789ab", line(22)],
        authority: ["/home/ann/.reflow/reflow.pem", line(27)],
        bootstrap: ["https://MASKED@h/b?MASKED", line(31)],
        sshkeys: [["ssh-rsa A b"], { kind: "public-key" }],
      },
      {
        configuration: ["c.yaml", { kind: "environment", name: "REFLOW_EC2_CONFIG" }],
        region: ["eu-west-1", { kind: "environment", name: "AWS_REGION" }],
        profile: ["lab", { kind: "environment", name: "AWS_PROFILE" }],
        endpoint: ["http://h:1", { kind: "environment", name: "AWS_ENDPOINT_URL" }],
      },
      {
        configuration: ["c.yaml", { kind: "flag", name: "--config" }],
        cluster: ["day", { kind: "flag", name: "--cluster" }],
        region: ["us-east-1", { kind: "flag", name: "--region" }],
        profile: ["home", { kind: "flag", name: "--profile" }],
        endpoint: ["http://h:2", { kind: "flag", name: "--endpoint-url" }],
      },
    ]);
  });

  it("comes to facts: the sandbox, the AWS profile, what setup sealed, keys of the cluster", () => {
    const sandbox = { endpoint: "http://127.0.0.1:4566", ownConfig: true };
    const inSandbox = byKey(effective("{}", { flags: { region: "us-west-2" } }, { sandbox }).facts);
    const profile = byKey(effective(SAMPLE_2023, {}, { profileRegion: "sa-east-1" }).facts);
    const sealed = byKey(effective(fixture("setup-ec2-2023.yaml")).facts);
    const keys = byKey(effective("ec2cluster: {sshkeys: [ssh-rsa A]}").facts);
    const flagged = byKey(effective("sshkey: key,key=ssh-rsa B\nkey: {}").facts);
    expect([inSandbox, profile, sealed, keys, flagged]).toMatchObject([
      {
        configuration: ["c.yaml", { kind: "sandbox" }],
        region: ["us-west-2", { kind: "sandbox" }],
        endpoint: ["http://127.0.0.1:4566", { kind: "sandbox" }],
      },
      { region: ["sa-east-1", { kind: "profile" }], generation: [2023, { kind: "keys" }] },
      { region: ["us-west-2", { kind: "file" }], authority: ["sealed in the configuration", { kind: "file" }] },
      { sshkeys: [["ssh-rsa A"], line(1)] },
      { sshkeys: [["ssh-rsa B"], line(1)] },
    ]);
  });

  it("shows no secret, and tells that it does not", () => {
    const text = `${fixture("setup-ec2-2020.yaml")}zebra: {password: hunter2}\n`.replace(
      "cloudconfig: {}",
      'cloudconfig: {write_files: [{path: /s, permissions: "0600", content: hunter2}]}',
    );
    const { facts, values } = effective(text);
    expect(JSON.stringify([facts, values])).not.toMatch(/hunter2|PRIVATE KEY|secretaccesskey/);
    const masked = [...facts, ...values].filter((value) => value.masked);
    expect(masked.map(({ key, value }) => [key, value])).toEqual([
      ["authority", "sealed in the configuration"],
      ["ec2cluster.cloudconfig", { write_files: [{ path: "/s", permissions: "0600", content: "MASKED\n" }] }],
      ["instances.tls", "MASKED"],
      ["instances.awssession", "MASKED"],
      ["zebra", "MASKED"],
    ]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { instanceConfigYaml } from "../../src/config/instance-config.js";
import type { SealedFacts } from "../../src/config/instance-config.js";
import type { ReflowConfig } from "../../src/config/model.js";
import { fixture, load, RECORDED_PUBLIC_KEY, SAMPLE_2023 } from "./samples.js";

/** What the recorded drivers were told beside their set-up files. */
const OVERRIDES: readonly (readonly [RegExp, string])[] = [
  [/^bootstrap: .*$/m, "bootstrap: bootstrapimage,uri=https://reflow-cache.s3.us-west-2.amazonaws.com/bootstrap"],
  [/^labels: .*$/m, "labels: kv,labels=team=genomics;env=test"],
  [/^repository: .*\n/m, ""],
  [/^ {2}securitygroup: .*$/m, "  securitygroup: sg-00e7669ca875ccee9"],
  [/$/, "repository: s3,bucket=reflow-cache\n"],
];

/** The configuration of a recorded driver. */
function recordedDriver(year: 2020 | 2023): ReflowConfig {
  const text = OVERRIDES.reduce(
    (before, [pattern, line]) => before.replace(pattern, line),
    fixture(`setup-ec2-${year}.yaml`),
  );
  return load(text, { defaultPublicKey: RECORDED_PUBLIC_KEY });
}

function facts(year: 2020 | 2023, config: ReflowConfig): SealedFacts {
  return {
    authorityPem: fixture(`authority-${year}.pem`),
    region: "us-west-2",
    credentials: config.sealedCredentials,
    // Reflow of 2023 takes its image from a table of its own.
    imageId: year === 2023 ? "ami-0c3488073a14ab0af" : undefined,
  };
}

/** The parsed text of an instance's configuration. */
function instanceConfig(text: string, sealed: Partial<SealedFacts> = {}, key?: string): Record<string, unknown> {
  const config = load(text, { defaultPublicKey: key });
  return parse(instanceConfigYaml(config, { authorityPem: "PEM\n", region: "us-west-2", ...sealed })) as Record<
    string,
    unknown
  >;
}

const CREDENTIALS = { accessKeyId: "AKIA", secretAccessKey: "S", sessionToken: "T", providerName: "EnvProvider" };

describe("/etc/reflowconfig", () => {
  it("is that of the recorded driver of 2020, byte for byte", () => {
    const config = recordedDriver(2020);
    const text = instanceConfigYaml(config, facts(2020, config));
    expect(text).toBe(fixture("etc-reflowconfig-2020.yaml"));
  });

  it("is that of the recorded driver of 2023, but for a line whose place Reflow's library leaves to chance", () => {
    const config = recordedDriver(2023);
    const text = instanceConfigYaml(config, facts(2023, config));
    const sizes = /( {4}\d*[a-z]+: 300\n)+/;
    const recorded = fixture("etc-reflowconfig-2023.yaml");
    expect(recorded).toContain("    24xlarge: 300\n    2xlarge: 300\n    32xlarge: 300\n");
    const natural = recorded.replace("    2xlarge: 300\n", "").replace(sizes, (lines) => `    2xlarge: 300\n${lines}`);
    expect(text).toBe(natural);
  });

  it("fills in what Reflow of 2023 has by itself and leaves out what is not for instances", () => {
    const text = `${SAMPLE_2023}cluster: ec2cluster\nreflow-ec2: {image: s3://bucket/key}\nzebra: {a: 1}\n`;
    const parsed = instanceConfig(text, { credentials: CREDENTIALS }, "ssh-rsa AAAA ann@host\n");
    expect(parsed).toEqual({
      awscreds: "awscreds",
      awstool: "awstool,awstool=grailbio/awstool:latest",
      bootstrap: "bootstrapimage,uri=bootstrap",
      cache: "off",
      docker: "docker,memlimit=soft",
      ec2cluster: {
        ami: "",
        cloudconfig: {},
        diskslices: 0,
        disktype: "gp3",
        instanceprofile: "arn:aws:iam::123456789012:instance-profile/reflowlet",
        instancesizetodiskspace: { large: 300, xlarge: 300 },
        instancetypes: ["m6a.large", "c6a.xlarge"],
        keyname: "",
        maxhourlycostusd: 10,
        maxpendinginstances: 5,
        name: "default",
        securitygroup: "sg-0a1b2c3d",
        sshkeys: ["ssh-rsa AAAA ann@host\n"],
        subnets: ["subnet-1", "subnet-2"],
      },
      // A session of ec2metadata seals no credentials in 2023.
      instances: {
        reflowletconfig: {
          maxidleduration: "10m0s",
          logmemstatsduration: "1m0s",
          volumewatcher: {
            fastincreasefactor: 20,
            fastthresholdduration: "24h0m0s",
            highthresholdpct: 75,
            lowthresholdpct: 55,
            resizesleepduration: "5s",
            slowincreasefactor: 5,
            watchersleepduration: "20s",
          },
        },
        tls: "PEM\n",
      },
      key: { key: "ssh-rsa AAAA ann@host\n" },
      labels: "kv",
      logger: "logger,level=info",
      metrics: "nopmetrics",
      reflow: "reflowversion,version=0123456789ab",
      reflowlet: "reflowletconfig",
      repository: "s3,bucket=my-reflow-cache",
      runid: "runid",
      session: "ec2metadata",
      sshkey: "key",
      taskdb: "noptaskdb",
      tls: "tls,file=~/.reflow/reflow.pem",
      tracer: "noptracer",
      user: "user",
      versions: {},
      zebra: { a: 1 },
    });
  });

  it("fills in what Reflow of 2020 has by itself", () => {
    const parsed = instanceConfig("reflow-ec2: {generation: 2020}");
    expect(parsed).toEqual({
      awscreds: "awscreds",
      awstool: "awstool,awstool=grailbio/awstool:latest",
      bootstrap: "bootstrapimage,uri=bootstrap",
      cache: "off",
      docker: "docker,memlimit=soft",
      ec2cluster: {
        ami: "",
        cloudconfig: {},
        diskslices: 0,
        diskspace: 250,
        disktype: "gp2",
        keyname: "",
        name: "default",
        region: "us-west-2",
        sshkey: "",
      },
      instances: {
        reflowletconfig: {
          maxidleduration: "10m0s",
          logmemstatsduration: "1m0s",
          volumewatcher: {
            fastthresholdduration: "24h0m0s",
            highthresholdpct: 75,
            lowthresholdpct: 55,
            resizesleepduration: "5s",
            watchersleepduration: "1m0s",
          },
        },
        tls: "PEM\n",
      },
      key: {},
      labels: "kv",
      logger: "logger,level=info",
      reflowlet: "reflowletconfig",
      session: "awssession",
      sshkey: "key",
      // Without this entry an instance would not look for the sealed authority.
      tls: "tls",
      tracer: "xray",
      user: "user",
      versions: {},
    });
  });

  const SESSION = {
    region: "us-west-2",
    credentials: { accesskeyid: "AKIA", secretaccesskey: "S", sessiontoken: "T", providername: "EnvProvider" },
  };

  it.each([
    [2020, "awssession", { awssession: SESSION }],
    [2020, "ec2metadata", { ec2metadata: SESSION }],
    [2023, "awssession", { awssession: SESSION }],
    [2023, "ec2metadata", {}],
  ])("of %d seals the credentials of %s as %j", (generation, session, expected) => {
    const sealedBefore = "instances: {awssession: {region: old}, ec2metadata: {region: old}, other: {a: 1}}";
    const text = `reflow-ec2: {generation: ${generation}}\nsession: ${session}\n${sealedBefore}\n`;
    const { instances } = instanceConfig(text, { credentials: CREDENTIALS });
    const { reflowletconfig: _settings, tls: _tls, ...sealed } = instances as Record<string, unknown>;
    expect(sealed).toEqual({ other: { a: 1 }, ...expected });
  });

  it("seals no credentials where there are none", () => {
    const { instances } = instanceConfig("session: awssession");
    expect(Object.keys(instances as object)).toEqual(["reflowletconfig", "tls"]);
  });

  it.each([
    [2023, "prometrics", "prometrics,port=9100", 9101],
    [2023, "prometrics,nodeexporterport=9200", "prometrics,nodeexporterport=9200,port=9100", 9200],
    [2023, "prometrics,port=9300", "prometrics,port=9300", 9101],
    [2023, "prometrics,nodeexporterport=0", "prometrics,nodeexporterport=0,port=9100", undefined],
    [2023, "nopmetrics", "nopmetrics", undefined],
    [2020, "prometrics", "prometrics", undefined],
  ])("of %d has the metrics %j as %j", (generation, metrics, expected, port) => {
    const parsed = instanceConfig(`reflow-ec2: {generation: ${generation}}\nmetrics: ${metrics}\n`);
    const { nodeexportermetricsport } = parsed["ec2cluster"] as { nodeexportermetricsport?: number };
    expect([parsed["metrics"], nodeexportermetricsport]).toEqual([expected, port]);
  });

  it("has the effective name, version and level, and the facts of the launch", () => {
    const config = load(
      "logger: logger,level=debug\nreflow: reflowversion,version=v1\nec2cluster: {name: filed, ami: ami-1}",
      {
        flags: { cluster: "flagged" },
      },
    );
    const text = instanceConfigYaml(config, {
      authorityPem: "PEM\n",
      region: "eu-west-1",
      imageId: "ami-2",
    });
    const { ec2cluster, logger, reflow } = parse(text) as Record<string, Record<string, unknown>>;
    expect([ec2cluster?.["name"], ec2cluster?.["ami"], logger, reflow]).toEqual([
      "flagged",
      "ami-2",
      "logger,level=debug",
      "reflowversion,version=v1",
    ]);
  });

  it("leaves out what is empty where Reflow does", () => {
    const { ec2cluster } = instanceConfig(
      'ec2cluster: {spot: false, securitygroup: "", subnets: [], immortal: no, spotprobedepth: 0, instancetypes: []}',
    );
    expect(Object.keys(ec2cluster as object)).toEqual([
      "ami",
      "cloudconfig",
      "diskslices",
      "disktype",
      "instancesizetodiskspace",
      "keyname",
      "maxhourlycostusd",
      "maxpendinginstances",
      "name",
      "sshkeys",
    ]);
  });

  it("has the predictor's settings where a predictor is chosen", () => {
    const { instances } = instanceConfig("predictor: predictorconfig\ninstances: {predictorconfig: {mindata: 9}}");
    expect((instances as Record<string, unknown>)["predictorconfig"]).toEqual({
      mindata: 9,
      maxinspect: 50,
      mempercentile: 95,
      alwaysrun: false,
    });
  });

  it("has the same bytes for the same configuration", () => {
    const config = recordedDriver(2023);
    const texts = [instanceConfigYaml(config, facts(2023, config)), instanceConfigYaml(config, facts(2023, config))];
    expect(texts[0]).toBe(texts[1]);
  });
});

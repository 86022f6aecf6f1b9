import { describe, expect, it } from "@jest/globals";
import { fixture, load, mistakeLines, mistakes, RECORDED_PUBLIC_KEY, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

const HELPERS = {
  cloudwatch: {
    enabled: true,
    url: "https://github.com/advantageous/systemd-cloud-watch/releases/download/v0.2.1/systemd-cloud-watch_linux",
  },
  xray: {
    enabled: true,
    url: "https://s3.us-east-2.amazonaws.com/aws-xray-assets.us-east-2/xray-daemon/aws-xray-daemon-linux-3.x.zip",
  },
  nodeExporter: {
    enabled: true,
    url: "https://github.com/prometheus/node_exporter/releases/download/v1.0.1/node_exporter-1.0.1.linux-amd64.tar.gz",
  },
};

const OWN_DEFAULTS = {
  maxInstances: 100,
  imdsHopLimit: 2,
  address: "auto",
  sweep: true,
  encrypted: true,
  rootSizeGiB: 200,
  ecr: true,
  detailedMonitoring: false,
  architectures: ["x86_64"],
  ebsThroughputWeight: 0,
  spotApi: "run",
  spotFallback: false,
  refusalMinutes: 3,
  helpers: HELPERS,
};

describe("loading a whole file", () => {
  it("reads a configuration of 2020", () => {
    const { entries, ...config } = load(SAMPLE_2020, { defaultPublicKey: "ssh-rsa AAAA ann@host\n" });
    expect(Object.keys(entries)).toEqual(expect.arrayContaining(["assoc", "ec2cluster", "versions"]));
    expect(config).toEqual({
      source: "config.yaml",
      generation: 2020,
      cluster: {
        name: "default",
        spot: false,
        securityGroup: "sg-0a1b2c3d",
        subnets: [],
        diskType: "gp2",
        disk: { kind: "fixed", sizeGiB: 250 },
        diskSlices: 1,
        ami: "ami-4296ec3a",
        immortal: false,
        cloudConfig: {},
        spotProbeDepth: 0,
        instanceTypes: ["c5.large", "c5.xlarge"],
        maxPendingInstances: 5,
        maxHourlyCostUsd: 10,
      },
      own: { ...OWN_DEFAULTS, imds: "optional" },
      region: "us-west-2",
      user: "ann",
      labels: {},
      version: "0123456789ab",
      bootstrapUrl: "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.1",
      logLevel: "info",
      authority: { kind: "file", path: "/home/ann/.reflow/reflow.pem" },
      session: "awssession",
      repositoryBucket: "my-reflow-cache",
      sshKeys: ["ssh-rsa AAAA ann@host"],
      publicKey: "ssh-rsa AAAA ann@host\n",
      maxIdleMs: 600_000,
      warnings: [],
    });
  });

  it("reads a configuration of 2023", () => {
    const { entries, ...config } = load(SAMPLE_2023);
    expect(Object.keys(entries)).toEqual(["reflow", "repository", "session", "tls", "ec2cluster"]);
    expect(config).toEqual({
      source: "config.yaml",
      generation: 2023,
      cluster: {
        name: "default",
        spot: false,
        instanceProfile: "arn:aws:iam::123456789012:instance-profile/reflowlet",
        securityGroup: "sg-0a1b2c3d",
        subnets: ["subnet-1", "subnet-2"],
        diskType: "gp3",
        disk: { kind: "by-size", sizeGiBBySize: { large: 300, xlarge: 300 }, defaultGiB: 300 },
        diskSlices: 1,
        immortal: false,
        cloudConfig: {},
        spotProbeDepth: 5,
        instanceTypes: ["m6a.large", "c6a.xlarge"],
        maxPendingInstances: 5,
        maxHourlyCostUsd: 10,
      },
      own: { ...OWN_DEFAULTS, imds: "required" },
      user: "ann",
      labels: {},
      version: "0123456789ab",
      bootstrapUrl: "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4",
      logLevel: "info",
      authority: { kind: "file", path: "/home/ann/.reflow/reflow.pem" },
      session: "ec2metadata",
      repositoryBucket: "my-reflow-cache",
      sshKeys: [],
      maxIdleMs: 600_000,
      warnings: [],
    });
  });

  it.each([2020, 2023] as const)("reads what Reflow's own setup of %d wrote", (year) => {
    const config = load(fixture(`setup-ec2-${year}.yaml`), { defaultPublicKey: RECORDED_PUBLIC_KEY });
    const { instanceTypes, ...cluster } = config.cluster;
    const { entries: _entries, own: _own, authority, ...rest } = config;
    expect({ authority, types: instanceTypes.length }).toEqual({
      // The recorded setup of 2020 and of 2023 sealed the authority that it made.
      authority: { kind: "sealed", pem: fixture(`authority-${year}.pem`) },
      types: year === 2020 ? 181 : 489,
    });
    expect({ ...rest, cluster }).toEqual({
      source: "config.yaml",
      generation: year,
      cluster: {
        name: "default",
        spot: false,
        securityGroup: year === 2020 ? "sg-56ede67b5d2df159e" : "sg-00e7669ca875ccee9",
        subnets: [],
        diskType: year === 2020 ? "gp2" : "gp3",
        disk:
          year === 2020
            ? { kind: "fixed", sizeGiB: 250 }
            : {
                kind: "by-size",
                sizeGiBBySize: expect.objectContaining({ "48xlarge": 300, nano: 300 }),
                defaultGiB: 300,
              },
        diskSlices: 1,
        ami: year === 2020 ? "ami-4296ec3a" : undefined,
        immortal: false,
        cloudConfig: {},
        spotProbeDepth: year === 2020 ? 0 : 5,
        maxPendingInstances: 5,
        maxHourlyCostUsd: 10,
      },
      region: "us-west-2",
      user: "ann",
      labels: {},
      version: year === 2020 ? "c0ffee202004" : "c0ffee123456",
      bootstrapUrl: expect.stringMatching(year === 2020 ? /reflowbootstrap0\.1$/ : /reflowbootstrap0\.4$/),
      logLevel: "info",
      session: "awssession",
      sealedCredentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", providerName: "EnvProvider" },
      sealedRegion: "us-west-2",
      sshKeys: [RECORDED_PUBLIC_KEY.trimEnd()],
      publicKey: RECORDED_PUBLIC_KEY,
      maxIdleMs: 600_000,
      warnings: [],
    });
  });

  it("gives every field of our own section its effect", () => {
    const { own, generation } = load(`reflow-ec2:
  generation: 2020
  image: s3://bucket/objects/sha256:abc
  maxinstances: 7
  imds: required
  imdshoplimit: 1
  publicaddress: no
  address: private
  sweep: no
  encrypted: false
  rootsizegib: 30
  iops: 4000
  throughputmibps: 250
  ecr: false
  detailedmonitoring: yes
  architectures: [x86_64, arm64]
  ebsthroughputweight: 0.5
  spotapi: request
  spotfallback: true
  spotmaxprice: 0.25
  refusalminutes: 10
  helpers:
    cloudwatch: {enabled: false}
    nodeexporter: {url: "https://mirror.example/node_exporter.tar.gz"}
ec2cluster: {disktype: gp3}
`);
    expect({ own, generation }).toEqual({
      generation: 2020,
      own: {
        image: "s3://bucket/objects/sha256:abc",
        maxInstances: 7,
        imds: "required",
        imdsHopLimit: 1,
        publicAddress: false,
        address: "private",
        sweep: false,
        encrypted: false,
        rootSizeGiB: 30,
        iops: 4000,
        throughputMiBps: 250,
        ecr: false,
        detailedMonitoring: true,
        architectures: ["x86_64", "arm64"],
        ebsThroughputWeight: 0.5,
        spotApi: "request",
        spotFallback: true,
        spotMaxPrice: 0.25,
        refusalMinutes: 10,
        helpers: {
          cloudwatch: { ...HELPERS.cloudwatch, enabled: false },
          xray: HELPERS.xray,
          nodeExporter: { enabled: true, url: "https://mirror.example/node_exporter.tar.gz" },
        },
      },
    });
  });

  it("lets the fields of both years take effect where the generation is stated", () => {
    const { cluster, sshKeys } = load(`reflow-ec2: {generation: 2023}
ec2cluster:
  name: 2023
  spot: on
  subnet: subnet-1
  subnets: [subnet-2, subnet-1]
  availabilityzone: us-west-2b
  diskspace: 77
  instancesizetodiskspace: {large: 400}
  diskslices: 4
  keyname: ann
  immortal: true
  spotprobedepth: 9
  sshkey: "ssh-rsa A\\n"
  sshkeys: [ssh-rsa B, ssh-rsa A]
  maxpendinginstances: 2
  maxhourlycostusd: 1.5
  instancetypes: [c5.large, c5.large]
  cloudconfig:
    write_files: [{path: /a, permissions: 0644, content: 17}]
    coreos: {update: {reboot-strategy: off}, units: [{name: a.service, enable: true}]}
`);
    expect({ cluster, sshKeys }).toEqual({
      cluster: {
        name: "2023",
        spot: true,
        subnets: ["subnet-1", "subnet-2"],
        availabilityZone: "us-west-2b",
        diskType: "gp3",
        disk: { kind: "by-size", sizeGiBBySize: { large: 400 }, defaultGiB: 77 },
        diskSlices: 4,
        keyName: "ann",
        immortal: true,
        cloudConfig: {
          write_files: [{ path: "/a", permissions: "0644", content: "17" }],
          coreos: { update: { "reboot-strategy": "off" }, units: [{ name: "a.service", enable: true }] },
        },
        spotProbeDepth: 9,
        instanceTypes: ["c5.large"],
        maxPendingInstances: 2,
        maxHourlyCostUsd: 1.5,
      },
      sshKeys: ["ssh-rsa A", "ssh-rsa B"],
    });
  });

  it("takes zeros and empty texts, which Reflow writes for what is not set, for nothing", () => {
    const { cluster } = load(`reflow-ec2: {generation: 2023}
ec2cluster: {name: "", disktype: "", diskspace: 0, diskslices: 0, ami: "", subnet: "", securitygroup: "",
  instanceprofile: "", availabilityzone: "", region: "", spotprobedepth: 0, maxpendinginstances: 0, spot: }
`);
    const fresh = load("reflow-ec2: {generation: 2023}");
    expect(cluster).toEqual(fresh.cluster);
  });

  it("follows aliases and merge keys, comments and odd spacing", () => {
    const { cluster } = load(`# nothing
x-common: &common
    securitygroup:   sg-1   # ours
    spot: true
ec2cluster:
  <<: *common
  spot: false
  subnets: &s
  - subnet-1
`);
    expect([cluster.securityGroup, cluster.spot, cluster.subnets]).toEqual(["sg-1", false, ["subnet-1"]]);
  });

  it("reads a file with a byte order mark and Windows line ends", () => {
    const { user, cluster } = load('\uFEFFuser: user,user=zoe\r\nec2cluster:\r\n  name: "a b"\r\n');
    expect([user, cluster.name]).toEqual(["zoe", "a b"]);
  });
});

describe("precedence", () => {
  const REGIONS = "ec2cluster: {region: eu-west-1}\ninstances: {awssession: {region: eu-west-2}}\n";
  const ENV = { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-2" };

  it.each([
    ["the flag", REGIONS, { region: "us-west-1" }, ENV, "us-west-1"],
    ["AWS_REGION", REGIONS, {}, ENV, "us-east-1"],
    ["AWS_DEFAULT_REGION", REGIONS, {}, { ...ENV, AWS_REGION: "" }, "us-east-2"],
    ["the cluster's region", REGIONS, {}, {}, "eu-west-1"],
    ["the sealed region", "instances: {awssession: {region: eu-west-2}}", {}, {}, "eu-west-2"],
    ["nothing, so that AWS's own files decide", "user: user", {}, {}, undefined],
  ])("takes the region from %s", (_name, text, flags, env, expected) => {
    const { region } = load(text, { flags, env });
    expect(region).toBe(expected);
  });

  it.each([
    ["the flag", { cluster: "flagged" }, "flagged"],
    ["the file", {}, "filed"],
  ])("takes the cluster's name from %s", (_name, flags, expected) => {
    const { cluster } = load("ec2cluster: {name: filed}", { flags });
    expect(cluster.name).toBe(expected);
  });

  it.each([
    [
      "key: {key}",
      "key: {key: ssh-rsa K}\nsshkey: key,key=ssh-rsa F\nec2cluster: {sshkeys: [ssh-rsa C]}",
      ["ssh-rsa K"],
      true,
    ],
    ["the flag of sshkey", "sshkey: key,key=ssh-rsa F\nec2cluster: {sshkey: ssh-rsa C}", ["ssh-rsa F"], true],
    ["the cluster's keys", "ec2cluster: {sshkeys: [ssh-rsa C, ssh-rsa D]}", ["ssh-rsa C", "ssh-rsa D"], false],
    ["the user's own key file", 'key: {key: ""}\nec2cluster: {sshkey: ""}', ["ssh-rsa HOME"], false],
  ])("takes the ssh key from %s", (_name, text, expected, warns) => {
    const { sshKeys, warnings } = load(text, { defaultPublicKey: "ssh-rsa HOME\n" });
    expect({ sshKeys, warnings }).toEqual({
      sshKeys: expected,
      warnings: warns ? ["config.yaml: the keys under ec2cluster are not used, as Reflow's key provider has one"] : [],
    });
  });

  it.each([
    ["the sealed text", "tls: tls,file=/a.pem\ninstances: {tls: PEM}", { kind: "sealed", pem: "PEM" }],
    ["the file", 'tls: tls,file=/a.pem\ninstances: {tls: ""}', { kind: "file", path: "/a.pem" }],
    ["a file in the home", "tls: tls,file=~/a.pem", { kind: "file", path: "/home/ann/a.pem" }],
    ["nowhere", "tls: tls", { kind: "none" }],
  ])("takes the authority from %s", (_name, text, expected) => {
    const { authority } = load(text);
    expect(authority).toEqual(expected);
  });

  it("takes sealed data for the session in use, and no other", () => {
    const sealed = "credentials: {accesskeyid: A, secretaccesskey: S, sessiontoken: T, providername: P}";
    const text = `instances: {ec2metadata: {region: eu-west-1, ${sealed}}}\n`;
    const own = load(`session: ec2metadata\n${text}`);
    const other = load(`session: awssession\n${text}`);
    expect([own.sealedCredentials, own.sealedRegion, other.sealedCredentials, other.sealedRegion]).toEqual([
      { accessKeyId: "A", secretAccessKey: "S", sessionToken: "T", providerName: "P" },
      "eu-west-1",
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["user,user=bob", "ann", "bob"],
    ["user", "ann", "ann"],
    ["user", "", "unknown"],
  ])("names the user of %s and login %j", (entry, login, expected) => {
    const { user } = load(`user: ${entry}`, { login });
    expect(user).toBe(expected);
  });

  it("keeps labels apart from the user, whom Reflow adds by itself", () => {
    const { labels } = load("labels: kv,labels=team=genomics;user=bob");
    expect(labels).toEqual({ team: "genomics" });
  });

  it.each([
    ["metrics: nopmetrics", undefined],
    ["metrics: prometrics", { port: 9100, nodeExporterPort: 9101 }],
    ["metrics: prometrics,port=1,nodeexporterport=0", { port: 1, nodeExporterPort: 0 }],
  ])("reads %j", (text, expected) => {
    const { metrics } = load(text);
    expect(metrics).toEqual(expected);
  });

  it.each(["off", "error", "info", "debug"] as const)("honours the log level %s", (level) => {
    const { logLevel } = load(`logger: logger,level=${level}`);
    expect(logLevel).toBe(level);
  });
});

describe("warnings", () => {
  it("name each entry that Reflow does not know once, and keep it", () => {
    const { warnings, entries } = load("user: user\nec2cluser: {a: [1, null]}\nzebra:\n");
    expect({ warnings, entries }).toEqual({
      warnings: [
        'config.yaml:2: "ec2cluser" is not a key that Reflow knows; instances get it as it is; did you mean "ec2cluster"?',
        'config.yaml:3: "zebra" is not a key that Reflow knows; instances get it as it is',
      ],
      entries: { user: "user", ec2cluser: { a: [1, null] }, zebra: null },
    });
  });

  it("name all unknown instance types in one sentence and leave them out", () => {
    const known = (type: string): boolean => type.startsWith("c5.");
    const types = ["c5.large", "m1.a", "m1.b", "m1.c", "m1.d", "m1.e", "m1.f"];
    const { warnings, cluster } = load(`ec2cluster: {instancetypes: [${types.join()}]}`, { knownInstanceType: known });
    expect([warnings, cluster.instanceTypes]).toEqual([
      [
        "config.yaml: instance types that the catalogue does not know are left out: m1.a, m1.b, m1.c, m1.d, m1.e and 1 more",
      ],
      ["c5.large"],
    ]);
  });

  it("tell that a limit of nothing is Reflow's default", () => {
    const { warnings } = load("ec2cluster: {maxhourlycostusd: 0}");
    expect(warnings).toEqual([
      "config.yaml: ec2cluster.maxhourlycostusd is 0, which Reflow reads as its default of 10 USD",
    ]);
  });
});

describe("mistakes", () => {
  it("come all at once, in the order of their lines, with key, expectation and near match", () => {
    const problems = mistakes(`cache: off
session: awsession
ec2cluster:
  securtygroup: sg-1
  disktype: gp9
  diskspace: "250"
  maxinstances: 5
  instancetypes: m5.large
  spot: maybe
reflow-ec2:
  imds: no
  image: foo
  image: bar
`);
    expect(problems).toEqual(
      [
        [
          1,
          "cache",
          'expected a provider: off, read, write, readwrite, found a boolean; Reflow reads a bare off, on, yes or no as one, so write it in quotes: cache: "off"',
        ],
        [2, "session", 'expected awssession or ec2metadata, found "awsession"; did you mean "awssession"?'],
        [4, "ec2cluster.securtygroup", 'no such key under `ec2cluster:`; did you mean "securitygroup"?'],
        [
          5,
          "ec2cluster.disktype",
          'expected one of gp2, gp3, io1, io2, st1, sc1, standard, found "gp9"; did you mean "gp2"?',
        ],
        [6, "ec2cluster.diskspace", 'expected a whole number of GiB from 0 to 65536, found "250"'],
        [7, "ec2cluster.maxinstances", "expected under `reflow-ec2:`, found under `ec2cluster:`"],
        [8, "ec2cluster.instancetypes", 'expected a list of instance types, found "m5.large"'],
        [9, "ec2cluster.spot", 'expected true or false, found "maybe"'],
        [11, "reflow-ec2.imds", "expected required or optional, found false"],
        [12, "reflow-ec2.image", 'expected an object as s3://bucket/key, found "foo"'],
        [13, "reflow-ec2.image", "expected each key once; line 12 has it already"],
      ].map(([line, key, message]) => ({ source: "config.yaml", line, key, message })),
    );
  });

  it.each([
    [
      "ec2cluster: {diskspace: 99999999999999999999999}",
      ["1 ec2cluster.diskspace: expected a whole number of GiB from 0 to 65536, found 1e+23"],
    ],
    [
      "ec2cluster: {diskspace: -1}",
      ["1 ec2cluster.diskspace: expected a whole number of GiB from 0 to 65536, found -1"],
    ],
    [
      "ec2cluster: {diskspace: 2.5}",
      ["1 ec2cluster.diskspace: expected a whole number of GiB from 0 to 65536, found 2.5"],
    ],
    [
      "ec2cluster: {maxhourlycostusd: .inf}",
      ["1 ec2cluster.maxhourlycostusd: expected a number of USD, 0 or more, found Infinity"],
    ],
    [
      "ec2cluster: {maxhourlycostusd: .nan}",
      ["1 ec2cluster.maxhourlycostusd: expected a number of USD, 0 or more, found NaN"],
    ],
    ["ec2cluster: {ami: 17}", ['1 ec2cluster.ami: expected an image\'s id (ami-...), found "17"']],
    ["ec2cluster: {subnets: subnet-1}", ['1 ec2cluster.subnets: expected a list of subnet ids, found "subnet-1"']],
    ["ec2cluster: {subnets: [x]}", ['1 ec2cluster.subnets[0]: expected a subnet\'s id (subnet-...), found "x"']],
    [
      "ec2cluster: {instancesizetodiskspace: {xlrge: 3}}",
      ['1 ec2cluster.instancesizetodiskspace.xlrge: expected a size word such as large or 2xlarge, found "xlrge"'],
    ],
    [
      "ec2cluster: {instanceprofile: a b}",
      [
        '1 ec2cluster.instanceprofile: expected an instance profile\'s ARN (arn:aws:iam::...:instance-profile/...) or name, found "a b"',
      ],
    ],
    [
      "ec2cluster: {name: prod/probe}",
      [
        '1 ec2cluster.name: expected a name that does not end in /probe, which marks probed instances; found "prod/probe"',
      ],
    ],
    [
      "ec2cluster: [a]",
      ["1 ec2cluster: expected a mapping with keys such as name, spot, instanceprofile, found a list"],
    ],
    ["reflow-ec2: {diskspace: 4}", ["1 reflow-ec2.diskspace: expected under `ec2cluster:`, found under `reflow-ec2:`"]],
    [
      "reflow-ec2: {spotmaxprice: cheap}",
      ['1 reflow-ec2.spotmaxprice: expected USD an hour, at least 0.001, or on-demand, found "cheap"'],
    ],
    [
      "reflow-ec2: {spotmaxprice: 0}",
      ["1 reflow-ec2.spotmaxprice: expected USD an hour, at least 0.001, or on-demand, found 0"],
    ],
    ["reflow-ec2: {generation: 2021}", ["1 reflow-ec2.generation: expected 2020 or 2023, found 2021"]],
    [
      "reflow-ec2: {architectures: []}",
      ["1 reflow-ec2.architectures: expected a list of x86_64 and arm64, found a list"],
    ],
    [
      "reflow-ec2: {helpers: {xray: false}}",
      ["1 reflow-ec2.helpers.xray: expected a mapping with the keys enabled, url, found false"],
    ],
    [
      "reflow-ec2: {helpers: {xray: {url: http://h/x}}}",
      ['1 reflow-ec2.helpers.xray.url: expected an https URL, found "http://h/x"'],
    ],
    [
      "reflow-ec2: {iops: 3000}\nec2cluster: {disktype: gp2}",
      ["1 reflow-ec2.iops: expected ec2cluster.disktype gp3, io1 or io2 with it, found gp2"],
    ],
    [
      "reflow-ec2: {throughputmibps: 200}\nec2cluster: {disktype: io2}",
      ["1 reflow-ec2.throughputmibps: expected ec2cluster.disktype gp3 with it, found io2"],
    ],
    [
      "reflow-ec2: {image: s3://bucket/k, binary: /b}",
      ["1 reflow-ec2.binary: expected either image or binary, found both"],
    ],
    [
      "assoc: 5\nuser: [a]",
      ["1 assoc: expected a provider: dynamodbassoc, found 5", "2 user: expected a provider: user, found a list"],
    ],
    ["versions: [a]", ["1 versions: expected a mapping of providers to numbers, found a list"]],
    [
      "ec2cluster:\n  cloudconfig:\n    coreos: {unit: 1}\n    write_files: [{permissions: 0999}]",
      [
        '3 ec2cluster.cloudconfig.coreos.unit: no such key under `ec2cluster.cloudconfig.coreos:`; did you mean "units"?',
        "4 ec2cluster.cloudconfig.write_files[0].path: expected the path of a file, found nothing",
        '4 ec2cluster.cloudconfig.write_files[0].permissions: expected an octal mode such as 0644, found "0999"',
      ],
    ],
  ])("of %j are named", (text, expected) => {
    const lines = mistakeLines(text);
    expect(lines).toEqual(expected);
  });

  it("include private keys in the place of public ones, which all instances would get", () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\\nSECRET\\n-----END OPENSSH PRIVATE KEY-----\\n";
    const lines = mistakeLines(
      `key: {key: "${key}"}\nreflow-ec2: {generation: 2023}\nec2cluster:\n  sshkey: "${key}"\n  sshkeys: [ssh-rsa A, "${key}"]\n`,
    );
    expect(lines).toEqual([
      "1 key.key: expected a public key, found a private one",
      "4 ec2cluster.sshkey: expected a public key, found a private one",
      "5 ec2cluster.sshkeys[1]: expected a public key, found a private one",
    ]);
  });

  it("in a cloud-config have the line on which they stand", () => {
    const lines = mistakeLines(`user: user
ec2cluster:
  cloudconfig:
    write_files:
      - path: etc/motd
      - {path: /a, encoding: rot13}
    coreos:
      units:
        - name: team
        - name: team.service
          command: begin
        - name: team.service
          content: |
            [Service]
            ExecStart=bin/team
`);
    expect(lines).toEqual([
      "5 ec2cluster.cloudconfig.write_files[0].path: etc/motd is not an absolute path",
      "6 ec2cluster.cloudconfig.write_files[1].encoding: unknown encoding rot13; expected base64, gzip+base64 or none",
      "9 ec2cluster.cloudconfig.coreos.units[0].name: team is not a unit name such as docker.service",
      "11 ec2cluster.cloudconfig.coreos.units[1].command: unknown command begin; expected one of start, stop, restart, reload, try-restart, reload-or-restart, reload-or-try-restart",
      "12 ec2cluster.cloudconfig.coreos.units[2].name: team.service stands in ec2cluster.cloudconfig.coreos.units[1] too",
    ]);
  });

  it.each([
    ["{name: a.service, content: '[Unit]'}", "content: systemd would not load a.service: has no section [Service]"],
    [
      '{name: a.service, content: "[Service]\\nExecStart=bin/a"}',
      "content: systemd would not load a.service: bin/a does not begin with an absolute path",
    ],
    [
      '{name: a.service, content: "[Service]\\nExecStart=/a\\n[b"}',
      'content: systemd would not load a.service: line 3: "[b" is not a section header such as [Service]',
    ],
  ])("include a unit of the user's that would keep the machine from coming up: %s", (unit, message) => {
    const lines = mistakeLines(`ec2cluster:\n  cloudconfig:\n    coreos:\n      units:\n        - ${unit}\n`);
    expect(lines).toEqual([`5 ec2cluster.cloudconfig.coreos.units[0].${message}`]);
  });

  it.each([
    "{name: docker.service, command: restart}",
    '{name: docker.service, drop-ins: [{name: a.conf, content: "[Service]\\nLimitNOFILE=1"}]}',
    '{name: a.service, content: "[Unit]\\nDescription=A", drop_ins: [{name: a.conf, content: "[Service]\\nExecStart=/a"}]}',
    '{name: a.service, content: "[Service]\\nType=oneshot\\nExecStop=/a"}',
    '{name: a.service, content: "[Service]\\nExecStart=%h/a"}',
    '{name: a.target, content: "[Unit]\\nDescription=A"}',
  ])("do not include the unit %s", (unit) => {
    const found = mistakes(`ec2cluster: {cloudconfig: {coreos: {units: [${unit}]}}}`);
    expect(found).toEqual([]);
  });

  it("in sealed data are named without the data", () => {
    const lines = mistakeLines(`instances:
  tls: [SECRET]
  awssession: {region: [SECRET], credentials: {secretaccesskey: SECRET}}
  reflowletconfig: {maxidleduration: SECRET}
`);
    expect(lines).toEqual([
      "2 instances.tls: expected the authority's PEM text, found a list",
      "3 instances.awssession.region: expected a region, found a list",
      "4 instances.reflowletconfig.maxidleduration: expected a duration such as 10m0s, or nanoseconds, found a text",
    ]);
  });

  it.each([
    [
      "instances:\n  awssession:\n    credentials: {}\n    secretaccesskey: |SECRET\n",
      ["4 : expected YAML: Block scalar header includes extra characters"],
    ],
    [
      'instances: {awssession: {region: "}}"}}}\n  secretaccesskey: SECRET\n',
      [
        "1 : expected YAML: Unexpected flow-map-end token in YAML stream",
        "2 : expected YAML: Unexpected scalar token in YAML stream",
      ],
    ],
    [
      "instances: {}}\n  tls: |\n    SECRET\n",
      [
        "1 : expected YAML: Unexpected flow-map-end token in YAML stream",
        "2 : expected YAML: Unexpected scalar token in YAML stream",
        "3 : expected YAML: Unexpected scalar token in YAML stream",
      ],
    ],
  ])("of YAML are named without the text that the parser stumbled on, in %j", (text, expected) => {
    const lines = mistakeLines(text);
    expect(lines).toEqual(expected);
  });

  it("include half a pair of sealed credentials", () => {
    const lines = mistakeLines("instances: {awssession: {credentials: {secretaccesskey: SECRET}}}");
    expect(lines).toEqual([
      "1 instances.awssession.credentials: expected both accesskeyid and secretaccesskey, found one",
    ]);
  });

  it("include types of which the catalogue knows none", () => {
    const lines = mistakeLines("ec2cluster:\n  instancetypes: [m1.a, m1.b, m1.c, m1.d]", {
      knownInstanceType: () => false,
    });
    expect(lines).toEqual([
      "2 ec2cluster.instancetypes: expected at least one instance type of the catalogue, found m1.a, m1.b, m1.c, ...",
    ]);
  });

  it("in flags and environment name these", () => {
    const context = { flags: { cluster: "", region: "US West" }, env: {} };
    const problems = [
      ...mistakes("user: user", context),
      ...mistakes("user: user", { env: { AWS_REGION: "mars" } }),
      ...mistakes("user: user", { flags: { cluster: "a/probe" } }),
      ...mistakes("user: user", { flags: { cluster: "a\tb" } }),
    ];
    const name = "a name of 1 to 240 characters that does not end in /probe";
    expect(problems).toEqual([
      { source: "--cluster", key: "", message: `expected ${name}, found ""` },
      { source: "--region", key: "", message: 'expected a region such as us-west-2, found "US West"' },
      { source: "AWS_REGION", key: "", message: 'expected a region such as us-west-2, found "mars"' },
      { source: "--cluster", key: "", message: `expected ${name}, found "a/probe"` },
      { source: "--cluster", key: "", message: `expected ${name}, found "a\\tb"` },
    ]);
  });

  it("are counted in the error's message, with a hint", () => {
    const attempt = (): unknown => load("session: x\ncache: y");
    expect(attempt).toThrow(
      expect.objectContaining({
        name: "ConfigError",
        message: "2 mistakes in the configuration config.yaml",
        hint: "Mend what is named; config.example.yaml shows every key.",
      }),
    );
  });
});

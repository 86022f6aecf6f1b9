import { readFileSync } from "node:fs";
import { ConfigError } from "../../src/errors.js";
import type { ConfigProblem } from "../../src/errors.js";
import { loadConfig } from "../../src/config/load-config.js";
import type { LoadContext } from "../../src/config/load-config.js";
import type { ReflowConfig } from "../../src/config/model.js";

/** A file of the real programs. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/config/${name}`, import.meta.url), "utf8");
}

/** The public key that the recorded drivers found in their home. */
export const RECORDED_PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILnV7N0urlM0iE8vxQ5ZDi/IHaIlnj+Bx0itO/e+Ml8Z ann@host\n";

/** A configuration of 2020 as its owner has it after all the set-up commands. */
export const SAMPLE_2020 = `assoc: dynamodbassoc,table=reflow-assoc
awscreds: awscreds
awstool: awstool,awstool=grailbio/awstool:latest
bootstrap: bootstrapimage,uri=bootstrap
cache: "off"
cluster: ec2cluster
docker: docker,memlimit=soft
ec2cluster:
  securitygroup: sg-0a1b2c3d
  region: us-west-2
  disktype: gp2
  diskspace: 250
  diskslices: 0
  ami: ami-4296ec3a
  sshkey: ""
  keyname: ""
  cloudconfig: {}
  instancetypes: [c5.large, c5.xlarge]
key: {}
labels: kv
logger: logger,level=info
reflow: reflowversion,version=0123456789ab
reflowlet: reflowletconfig
repository: s3,bucket=my-reflow-cache
session: awssession
sshkey: key
tls: tls,file=/home/ann/.reflow/reflow.pem
tracer: xray
user: user
versions: {awscreds: 0, awssession: 0, dynamodbassoc: 1, ec2cluster: 0, s3: 0, tls: 0}
`;

/** A configuration of 2023, written by hand: only what differs from the defaults. */
export const SAMPLE_2023 = `reflow: reflowversion,version=0123456789ab
repository: s3,bucket=my-reflow-cache
tls: tls,file=~/.reflow/reflow.pem
session: ec2metadata
ec2cluster:
  instanceprofile: arn:aws:iam::123456789012:instance-profile/reflowlet
  securitygroup: sg-0a1b2c3d
  subnets: [subnet-1, subnet-2]
  maxpendinginstances: 5
  maxhourlycostusd: 10
  disktype: gp3
  instancesizetodiskspace: {large: 300, xlarge: 300}
  diskslices: 0
  ami: ""
  sshkeys: []
  keyname: ""
  cloudconfig: {}
  instancetypes: [m6a.large, c6a.xlarge]
`;

/** Loads a text as \`config.yaml\` of a user ann, in an empty environment. */
export function load(text: string, context: Partial<LoadContext> = {}): ReflowConfig {
  return loadConfig(text, { source: "config.yaml", home: "/home/ann", login: "ann", flags: {}, env: {}, ...context });
}

/** The mistakes that loading finds; none when it succeeds. Fails on anything else that is thrown. */
export function mistakes(text: string, context: Partial<LoadContext> = {}): readonly ConfigProblem[] {
  try {
    load(text, context);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** \`LINE KEY: MESSAGE\` of each mistake. */
export function mistakeLines(text: string, context: Partial<LoadContext> = {}): readonly string[] {
  return mistakes(text, context).map(({ source, line, key, message }) => `${line ?? source} ${key}: ${message}`);
}

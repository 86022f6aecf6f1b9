import fc from "fast-check";
import { stringify } from "yaml";
import { cloudConfigs } from "../cloudconfig/arbitrary-cloud-config.js";
import type { CloudConfig } from "../../src/cloudconfig/cloud-config.js";

/** Nothing in half of the cases, and then no such key in the file. */
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined, freq: 2 });

/** Text of one line without commas, as the flags of providers take it. */
const word = fc.stringMatching(/^[\w.@/-]{1,12}$/);
const publicKey = fc.stringMatching(/^ssh-(rsa|ed25519) [A-Za-z0-9+/]{20,40} [a-z]{1,8}@host$/);
const url = fc.constantFrom(
  "https://reflow-cache.s3.us-west-2.amazonaws.com/bootstrap",
  "https://ann:word@example.com:8443/a%20b/it?X-Amz-Signature=a/b+c&d=e",
);
const profile = fc.constantFrom("reflowlet", "arn:aws:iam::123456789012:instance-profile/team/reflowlet");
/** Names that YAML or a shell may trip over. */
const clusterName = fc.constantFrom("default", "on", "0x1F", "1e3", "a: b", "ann's $(cluster)", "Größe 12 \u{1f40d}");

const providers = {
  reflow: fc.constant("reflowversion,version=0123456789ab"),
  user: maybe(word.map((name) => `user,user=${name}`)),
  logger: maybe(fc.constantFrom("logger,level=debug", "logger,level=off")),
  labels: maybe(word.map((value) => `kv,labels=team=${value};env=test`)),
  repository: maybe(fc.constant("s3,bucket=my-reflow-cache")),
  bootstrap: maybe(url.map((uri) => `bootstrapimage,uri=${uri}`)),
  session: maybe(fc.constantFrom("awssession", "ec2metadata")),
  key: maybe(publicKey.map((key) => ({ key: `${key}\n` }))),
  versions: maybe(fc.dictionary(fc.constantFrom("tls", "s3", "ec2cluster"), fc.nat(9))),
};

/** Entries that only Reflow knows, or nobody: they are sent as they are. */
const others = {
  docker: maybe(fc.constantFrom("docker,memlimit=soft", "docker,memlimit=hard")),
  cache: maybe(fc.constant("off")),
  notes: maybe(fc.oneof(fc.string({ unit: "grapheme" }), fc.array(fc.string(), { maxLength: 3 }), fc.double())),
};

const clusterFields = {
  name: maybe(clusterName),
  spot: maybe(fc.boolean()),
  instanceprofile: maybe(profile),
  securitygroup: maybe(fc.constant("sg-0a1b2c3d")),
  instancetypes: maybe(fc.subarray(["c6a.large", "m5.xlarge", "m4.large", "i4i.large", "x2gd.metal"])),
  disktype: maybe(fc.constantFrom("gp2", "gp3", "io1", "st1", "standard")),
  diskslices: maybe(fc.integer({ min: 0, max: 25 })),
  ami: maybe(fc.constant("ami-0c3488073a14ab0af")),
  keyname: maybe(word),
  immortal: maybe(fc.boolean()),
  spotprobedepth: maybe(fc.nat(9)),
  cloudconfig: maybe(cloudConfigs.map(asUserWrites)),
};

const ownFields = {
  imds: maybe(fc.constantFrom("required", "optional")),
  ecr: maybe(fc.boolean()),
  encrypted: maybe(fc.boolean()),
  helpers: maybe(
    fc.record({
      cloudwatch: maybe(fc.record({ enabled: fc.boolean() })),
      xray: maybe(fc.record({ enabled: maybe(fc.boolean()), url: url.map((text) => text.replace("?", ".zip?")) })),
      nodeexporter: maybe(fc.record({ enabled: fc.boolean() })),
    }),
  ),
};

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** What only the configurations of one year have. */
const ofYear: Readonly<Record<2020 | 2023, { readonly cluster: Fields; readonly top: Fields }>> = {
  2020: {
    cluster: {
      sshkey: maybe(publicKey),
      diskspace: maybe(fc.integer({ min: 0, max: 4_000 })),
      subnet: maybe(fc.constant("subnet-0a")),
      availabilityzone: maybe(fc.constant("us-west-2a")),
      region: maybe(fc.constant("us-west-2")),
    },
    top: {
      reflowlet: maybe(fc.constant("reflowletconfig")),
    },
  },
  2023: {
    cluster: {
      sshkeys: maybe(fc.array(publicKey, { maxLength: 3 })),
      instancesizetodiskspace: maybe(
        fc.dictionary(fc.constantFrom("large", "xlarge", "metal"), fc.integer({ min: 1, max: 4_000 })),
      ),
      subnets: maybe(fc.constant(["subnet-0a", "subnet-0b"])),
      maxpendinginstances: maybe(fc.nat(50)),
      maxhourlycostusd: maybe(fc.double({ min: 0, max: 100, noNaN: true })),
    },
    top: {
      reflowlet: maybe(fc.constant("reflowletconfig,maxidleduration=1h0m0s")),
      metrics: maybe(fc.constantFrom("nopmetrics", "prometrics", "prometrics,port=1,nodeexporterport=65535")),
      predictor: maybe(fc.constant("predictorconfig")),
    },
  },
};

/**
 * Texts of configuration files, of both years and with everything that instances are made of; with a file of `noise`
 * in some, which does not fit user-data.
 */
export const configTexts: fc.Arbitrary<string> = fc.constantFrom(2020 as const, 2023 as const).chain((generation) =>
  fc
    .record({
      ...providers,
      ...others,
      ...ofYear[generation].top,
      ec2cluster: fc.record({ ...clusterFields, ...ofYear[generation].cluster }),
      "reflow-ec2": fc.record({ ...ownFields, generation: fc.constant(generation) }),
      // Without bias: favourite letters compress well.
      noise: maybe(fc.noBias(fc.string({ minLength: 25_000, maxLength: 30_000, size: "max" }))),
    })
    .map((file) => stringify(file, { version: "1.1", keepUndefined: false })),
);

/** The cloud-config in the old spelling, as a configuration file has it. */
function asUserWrites(config: CloudConfig): object {
  const units = config.coreos.units.map(({ dropIns, content, ...unit }) => ({
    ...unit,
    // What systemd would not load is no accepted configuration.
    ...(content !== "" && dropIns.length === 0 && { content: "[Service]\nExecStart=/opt/bin/team\n" }),
    "drop-ins": dropIns,
  }));
  const files = config.writeFiles.map((file) => ({ ...file, permissions: file.permissions || "0644" }));
  return {
    "write-files": files,
    coreos: { update: { "reboot-strategy": config.coreos.update.rebootStrategy }, units },
    "ssh-authorized-keys": config.sshAuthorizedKeys,
  };
}

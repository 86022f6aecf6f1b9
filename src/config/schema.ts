import { z } from "zod";
import { parseGoDuration } from "../lib/go-duration.js";
import { isPlainHttpsUrl, providerMistakes, PROVIDERS_BY_KEY } from "./providers.js";
import type { ProviderKey } from "./providers.js";

/*
 * The one source of validation and of the JSON Schema. Each field's error text says what is expected of it; the rest of
 * a problem's sentence (what was found, a near match) is added where problems are made.
 */

const text = (expected: string) => z.string({ error: expected });
/** Reflow's setup writes an empty text for what is not set. */
const textLike = (pattern: string, expected: string) =>
  text(expected).regex(new RegExp(`^(${pattern})?$`), { error: expected });
const whole = (min: number, max: number, unit: string) => {
  const expected = `a whole number of ${unit} from ${min} to ${max}`;
  return z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected });
};
const flag = () => z.boolean({ error: "true or false" });
const list = <Item extends z.ZodType>(item: Item, expected: string) => z.array(item, { error: expected });

const DISK_TYPES = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"] as const;
const SIZE_PATTERN = "nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?";

/** The user's cloud-config: Reflow's keys, in the old spelling with dashes and in today's with underscores. */
const cloudConfigSchema = z.strictObject({
  write_files: list(
    z.strictObject({
      path: text("the path of a file"),
      permissions: textLike("0?[0-7]{3,4}", "an octal mode such as 0644").optional(),
      owner: text("a user, or user:group").optional(),
      content: text("text").optional(),
      encoding: text("an encoding such as base64").optional(),
    }),
    "a list of files",
  ).optional(),
  coreos: z
    .strictObject({
      update: z
        .strictObject({
          "reboot-strategy": text('a strategy such as "off"').optional(),
          reboot_strategy: text('a strategy such as "off"').optional(),
        })
        .optional(),
      units: list(
        z.strictObject({
          name: text("the name of a unit"),
          command: text("a command such as start").optional(),
          enable: flag().optional(),
          mask: flag().optional(),
          runtime: flag().optional(),
          content: text("text").optional(),
          "drop-ins": list(z.strictObject({ name: text("a file name"), content: text("text") }), "a list").optional(),
          drop_ins: list(z.strictObject({ name: text("a file name"), content: text("text") }), "a list").optional(),
        }),
        "a list of units",
      ).optional(),
    })
    .optional(),
  "ssh-authorized-keys": list(text("a public key"), "a list of public keys").optional(),
  ssh_authorized_keys: list(text("a public key"), "a list of public keys").optional(),
});

/** `ec2cluster:`, the fields of 2020 and 2023. */
export const clusterSchema = z.strictObject({
  name: textLike("[^\\x00-\\x1f]{1,240}", "a name of at most 240 characters")
    .meta({ description: "The cluster's name, the `cluster` tag of its instances. Default: default." })
    .optional(),
  spot: flag().meta({ description: "Launch spot instances. Default: false." }).optional(),
  instanceprofile: textLike(
    "arn:aws[a-z-]*:iam::[0-9]{12}:instance-profile/.+|[A-Za-z0-9_+=,.@-]{1,128}",
    "an instance profile's ARN (arn:aws:iam::...:instance-profile/...) or name",
  )
    .meta({ description: "Instance profile of launched instances, an ARN or a name. Instances of 2023 need one." })
    .optional(),
  securitygroup: textLike("sg-[0-9a-z]+", "a security group's id (sg-...)")
    .meta({ description: "Security group of launched instances." })
    .optional(),
  subnet: textLike("subnet-[0-9a-z]+", "a subnet's id (subnet-...)")
    .meta({ description: "Subnet of launched instances (2020). Default: the default VPC's." })
    .optional(),
  subnets: list(
    text("a subnet's id (subnet-...)").regex(/^subnet-[0-9a-z]+$/, { error: "a subnet's id (subnet-...)" }),
    "a list of subnet ids",
  )
    .meta({ description: "Subnets of launched instances (2023). Default: the default VPC's." })
    .optional(),
  availabilityzone: textLike("[a-z]{2,}(-[a-z0-9]+)+[a-z]", "an availability zone such as us-west-2a")
    .meta({ description: "The only zone to launch in (2020). Default: any." })
    .optional(),
  region: textLike("[a-z]{2,}(-[a-z0-9]+)+", "a region such as us-west-2")
    .meta({ description: "The cluster's region (2020). --region and AWS_REGION beat it." })
    .optional(),
  disktype: z
    .enum([...DISK_TYPES, ""], { error: `one of ${DISK_TYPES.join(", ")}` })
    .meta({ description: "EBS type of the data volumes. Default: gp3 (2020: gp2)." })
    .optional(),
  diskspace: whole(0, 65536, "GiB")
    .meta({ description: "Size of an instance's data volumes together, in GiB (2020). Default, and 0: 250." })
    .optional(),
  instancesizetodiskspace: z
    .record(
      z.string().regex(new RegExp(`^(${SIZE_PATTERN})$`), { error: "a size word such as large or 2xlarge" }),
      whole(1, 65536, "GiB"),
      { error: "a mapping of size words to GiB" },
    )
    .meta({ description: "Size of the data volumes by the type's size word, in GiB (2023). Default: 300." })
    .optional(),
  diskslices: whole(0, 25, "volumes")
    .meta({ description: "Number of data volumes that the space is striped over. Default, and 0: 1." })
    .optional(),
  ami: textLike("ami-[0-9a-z]+", "an image's id (ami-...)")
    .meta({ description: "Machine image. Default: the region's newest stable Flatcar." })
    .optional(),
  sshkey: text("a public key").meta({ description: "Authorized public key (2020)." }).optional(),
  sshkeys: list(text("a public key"), "a list of public keys")
    .meta({ description: "Authorized public keys (2023)." })
    .optional(),
  keyname: text("the name of an EC2 key pair").meta({ description: "EC2 key pair." }).optional(),
  immortal: flag()
    .meta({ description: "A failing instance stays up instead of powering off. Default: false." })
    .optional(),
  cloudconfig: cloudConfigSchema.meta({ description: "Cloud-config merged into the instances' own." }).optional(),
  spotprobedepth: whole(0, 1000, "instances")
    .meta({ description: "Instances asked for in a dry run before a spot launch. Default: 5 (2020: 0, no probing)." })
    .optional(),
  instancetypes: list(
    text("an instance type such as m6a.large").regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, {
      error: "an instance type such as m6a.large",
    }),
    "a list of instance types",
  )
    .meta({ description: "Types that may be launched. Default: all verified ones." })
    .optional(),
  maxpendinginstances: whole(0, 100_000, "instances")
    .meta({ description: "Instances that may be starting at one time (2023). Default, and 0: 5." })
    .optional(),
  maxhourlycostusd: z
    .number({ error: "a number of USD, 0 or more" })
    .min(0, { error: "a number of USD, 0 or more" })
    .meta({ description: "What all instances together may cost an hour, in USD (2023). Default, and 0: 10." })
    .optional(),
  nodeexportermetricsport: whole(0, 65535, "the port")
    .meta({ description: "Written by Reflow of 2023; the port of `metrics: prometrics` replaces it." })
    .optional(),
});

const helperSchema = z.strictObject({
  enabled: flag().meta({ description: "Install the program. Default: true." }).optional(),
  url: text("an https URL")
    .refine(isPlainHttpsUrl, { error: "an https URL" })
    .meta({ description: "Where the instance fetches it from, https only." })
    .optional(),
});

/** `reflow-ec2:`, what Reflow ignores and what never reaches an instance. */
export const ownSchema = z.strictObject({
  generation: z
    .literal([2020, 2023], { error: "2020 or 2023" })
    .meta({ description: "The year of the Reflow on the instances. Default: what the other keys tell, else 2023." })
    .optional(),
  image: textLike("s3://[a-z0-9][a-z0-9.-]+/.+", "an object as s3://bucket/key")
    .meta({ description: "The reflowlet binary, as s3://bucket/key." })
    .optional(),
  binary: text("the path of a file")
    .meta({ description: "A reflowlet binary on this machine, uploaded once to the repository." })
    .optional(),
  maxinstances: whole(1, 100_000, "instances")
    .meta({ description: "Instances that the cluster may have. Default: 100." })
    .optional(),
  imds: z
    .enum(["required", "optional"], { error: "required or optional" })
    .meta({ description: "Metadata tokens (IMDSv2) of instances. Default: required (2020: optional)." })
    .optional(),
  address: z
    .enum(["auto", "public", "private"], { error: "auto, public or private" })
    .meta({ description: "The address at which members are reached. Default: auto, public else private." })
    .optional(),
  sweep: flag()
    .meta({ description: "End instances that never became usable before launching others. Default: true." })
    .optional(),
  encrypted: flag().meta({ description: "Encrypt the volumes. Default: true." }).optional(),
  rootsizegib: whole(10, 16384, "GiB").meta({ description: "Size of the root volume. Default: 200." }).optional(),
  iops: whole(100, 256_000, "operations a second")
    .meta({ description: "Provisioned operations of the data volumes: gp3, io1, io2." })
    .optional(),
  throughputmibps: whole(125, 2000, "MiB/s")
    .meta({ description: "Provisioned throughput of the data volumes: gp3." })
    .optional(),
  ecr: flag().meta({ description: "Log instances in to ECR. Default: true." }).optional(),
  detailedmonitoring: flag().meta({ description: "CloudWatch figures every minute. Default: false." }).optional(),
  architectures: list(z.enum(["x86_64", "arm64"], { error: "x86_64 or arm64" }), "a list of x86_64 and arm64")
    .min(1, { error: "a list of x86_64 and arm64" })
    .meta({ description: "What the reflowlet binary runs on. Default: x86_64." })
    .optional(),
  ebsthroughputweight: z
    .number({ error: "a number, 0 or more" })
    .min(0, { error: "a number, 0 or more" })
    .meta({ description: "Weight of EBS throughput in the choice of types. Default: 0, it only breaks ties." })
    .optional(),
  helpers: z
    .strictObject({
      cloudwatch: helperSchema
        .meta({ description: "systemd-cloud-watch, sends the journal to CloudWatch." })
        .optional(),
      xray: helperSchema.meta({ description: "The X-Ray daemon, a zip archive that holds `xray`." }).optional(),
      nodeexporter: helperSchema
        .meta({ description: "Prometheus node_exporter, a tar.gz archive; only with `metrics: prometrics`." })
        .optional(),
    })
    .meta({ description: "Helper programs on the instance." })
    .optional(),
});

const DURATION = "a duration such as 10m0s, or nanoseconds";
const duration = z
  .union([z.string(), z.int()], { error: DURATION })
  .refine((value) => (typeof value === "number" ? value : (parseGoDuration(value) ?? -1)) >= 0, { error: DURATION })
  .optional();
const percent = z.number({ error: "a percentage" }).min(0, { error: "a percentage" }).optional();

const sessionSchema = z.looseObject({
  region: text("a region").optional(),
  credentials: z
    .looseObject({
      accesskeyid: text("an access key").optional(),
      secretaccesskey: text("a secret key").optional(),
      sessiontoken: text("a session token").optional(),
      providername: text("a name").optional(),
    })
    .optional(),
});

/** `instances:`, what Reflow's setup sealed into the file. */
const instancesSchema = z.looseObject({
  tls: text("the authority's PEM text").optional(),
  awssession: sessionSchema.optional(),
  ec2metadata: sessionSchema.optional(),
  reflowletconfig: z
    .looseObject({
      maxidleduration: duration,
      logmemstatsduration: duration,
      volumewatcher: z
        .looseObject({
          lowthresholdpct: percent,
          highthresholdpct: percent,
          watchersleepduration: duration,
          resizesleepduration: duration,
          fastthresholdduration: duration,
          fastincreasefactor: whole(0, 1_000_000, "times").optional(),
          slowincreasefactor: whole(0, 1_000_000, "times").optional(),
        })
        .optional(),
    })
    .optional(),
  predictorconfig: z.looseObject({}).optional(),
});

function providerSchema(key: ProviderKey) {
  const names: readonly string[] = PROVIDERS_BY_KEY[key];
  const expected = `a provider: ${names.join(", ")}`;
  return text(expected)
    .superRefine((value, context) => {
      for (const message of providerMistakes(key, value))
        context.addIssue({ code: "custom", message, params: { sentence: true } });
    })
    .meta({
      pattern: `^((${names.join("|")})(,.*)?)?$`,
      description: `What provides it, with flags as \`name,flag=value\`: ${names.join(", ")}.`,
    })
    .optional();
}

/** A whole file. Entries that Reflow does not know are kept. */
export const fileSchema = z.looseObject({
  ...(Object.fromEntries(
    (Object.keys(PROVIDERS_BY_KEY) as ProviderKey[]).map((key) => [key, providerSchema(key)]),
  ) as Record<ProviderKey, ReturnType<typeof providerSchema>>),
  ec2cluster: clusterSchema.meta({ description: "The cluster on EC2, in Reflow's own words." }).optional(),
  key: z
    .looseObject({ key: text("a public key").optional() })
    .meta({ description: "The public key that `sshkey: key` installs." })
    .optional(),
  versions: z
    .record(z.string(), z.int({ error: "a whole number" }), { error: "a mapping of providers to numbers" })
    .meta({ description: "What Reflow's setup has done." })
    .optional(),
  instances: instancesSchema
    .meta({ description: "What Reflow's setup sealed; beats the providers' flags." })
    .optional(),
  "reflow-ec2": ownSchema.meta({ description: "What Reflow does not know. It never reaches an instance." }).optional(),
});

/** A file that passed the schema. */
export type FileEntries = z.output<typeof fileSchema>;

/** JSON Schema (draft 2020-12) of the configuration file, for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema, { io: "input" });
  return { $schema, title: "Configuration of reflow-ec2 and Reflow", ...schema };
}

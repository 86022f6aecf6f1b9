import * as z from "zod";
import { flag, list, text, textLike, whole } from "./schema-fields.js";

/** A cluster's name becomes a tag of at most 256 characters, with room for the suffix of probes. */
export const CLUSTER_NAME = /^[^\x00-\x1f]{1,240}$/;

const DISK_TYPES = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"] as const;
const SIZE_PATTERN = "nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?";

const cloudFilesSchema = list(
  z.strictObject({
    path: text("the path of a file"),
    permissions: textLike("0?[0-7]{3,4}", "an octal mode such as 0644").optional(),
    owner: text("a user, or user:group").optional(),
    content: text("text").optional(),
    encoding: text("an encoding such as base64").optional(),
  }),
  "a list of files",
);

/** The user's cloud-config: Reflow's keys, in the old spelling with dashes and in today's with underscores. */
const cloudConfigSchema = z.strictObject({
  "write-files": cloudFilesSchema.optional(),
  write_files: cloudFilesSchema.optional(),
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
  name: text("a name of at most 240 characters")
    .refine((name) => name === "" || CLUSTER_NAME.test(name), { error: "a name of at most 240 characters" })
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

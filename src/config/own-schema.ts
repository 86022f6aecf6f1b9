import * as z from "zod";
import { isPlainHttpsUrl } from "./providers.js";
import { flag, list, text, textLike, whole } from "./schema-fields.js";

const helperSchema = z.strictObject({
  enabled: flag().meta({ description: "Install the program. Default: true." }).optional(),
  url: text("an https URL")
    .refine(isPlainHttpsUrl, { error: "an https URL" })
    .meta({ description: "Where the instance fetches it from, https only." })
    .optional(),
});

/** EC2 refuses a lower price (InvalidParameterValue). */
const LEAST_SPOT_USD = 0.001;
const SPOT_PRICE = `USD an hour, at least ${LEAST_SPOT_USD}, or on-demand`;

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
  imdshoplimit: whole(1, 64, "hops")
    .meta({ description: "Network hops to the metadata service that instances' programs may be away. Default: 2." })
    .optional(),
  publicaddress: flag()
    .meta({ description: "Whether instances get public addresses. Default: what their subnets say." })
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
  spotapi: z
    .enum(["run", "request"], { error: "run or request" })
    .meta({
      description:
        "How spot instances are asked for: run (RunInstances) or request (the legacy API, which cannot require IMDSv2). Default: run.",
    })
    .optional(),
  spotfallback: flag()
    .meta({ description: "Launch on-demand instances where spot ones are refused. Default: false." })
    .optional(),
  spotmaxprice: z
    .union([z.number().min(LEAST_SPOT_USD, { error: SPOT_PRICE }), z.literal("on-demand")], { error: SPOT_PRICE })
    .meta({
      description:
        "The most that a spot instance may cost an hour without its volumes, in USD, or on-demand for the type's on-demand price. Default: no cap.",
    })
    .optional(),
  refusalminutes: whole(0, 1440, "minutes")
    .meta({ description: "How long a type, zone and market without capacity are left alone. Default: 3." })
    .optional(),
  measured: text("the path of a file")
    .meta({
      description:
        "What own probes have measured; relative to this file's folder. Default: reflow-ec2-measured.json beside this file.",
    })
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

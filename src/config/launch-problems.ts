import type { ConfigProblem } from "../errors.js";
import type { ReflowConfig } from "./model.js";

/** Each reason why a configuration cannot launch instances, though it can list them. */
export function launchProblems(config: ReflowConfig): readonly ConfigProblem[] {
  const { cluster, own, source } = config;
  const problems: ConfigProblem[] = [];
  const add = (key: string, message: string): void => {
    problems.push({ source, key, message });
  };
  if (config.region === undefined) {
    add(
      config.generation === 2020 ? "ec2cluster.region" : "",
      "expected a region, found none: give --region, set AWS_REGION, or set the region of the AWS profile",
    );
  }
  if (cluster.securityGroup === undefined) {
    add(
      "ec2cluster.securitygroup",
      "expected the id of a security group (sg-...), found none: `reflow-ec2 setup` finds or makes one",
    );
  }
  if (config.version === undefined) {
    add(
      "reflow",
      "expected the version of your Reflow, found none: set `reflow: reflowversion,version=...` to what `reflow version` prints",
    );
  }
  if (own.image === undefined && own.binary === undefined) {
    add("reflow-ec2.image", noImage(config.repositoryBucket));
  } else if (own.binary !== undefined && config.repositoryBucket === undefined) {
    add(
      "repository",
      "expected a bucket to upload the binary to, found none: set `repository: s3,bucket=NAME`, or name an uploaded binary with `image: s3://BUCKET/KEY` under `reflow-ec2:`",
    );
  }
  if (config.generation === 2023 && cluster.instanceProfile === undefined) {
    add(
      "ec2cluster.instanceprofile",
      "expected an instance profile, found none: instances of 2023 have their AWS credentials from nowhere else",
    );
  }
  if (config.authority.kind === "none") {
    add(
      "tls",
      "expected a TLS authority, found none: set `tls: tls,file=PATH`; `reflow-ec2 setup` makes one where there is none",
    );
  }
  const zone = cluster.availabilityZone;
  if (zone !== undefined && config.region !== undefined && !zone.startsWith(config.region)) {
    add("ec2cluster.availabilityzone", `expected a zone of ${config.region}, found ${zone}`);
  }
  return problems;
}

function noImage(bucket: string | undefined): string {
  const repository = bucket === undefined ? "BUCKET" : bucket;
  return (
    "expected the reflowlet binary, found none; there are three ways to name one: " +
    `\`image: s3://${repository}/KEY\` under \`reflow-ec2:\` for one that is uploaded; ` +
    "`binary: PATH` under `reflow-ec2:` for one on this machine, uploaded to the repository when needed; " +
    `or run a job with Reflow itself, whose binary is then s3://${repository}/objects/sha256:DIGEST, and name that`
  );
}

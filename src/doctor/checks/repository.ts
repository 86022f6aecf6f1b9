import { bytesText } from "../../lib/bytes-text.js";
import type { Check, DoctorContext } from "../check.js";
import { failure, type Finding, ok, skipped, skippedFor } from "../finding.js";
import { bucketOf, imageObject } from "../policy/actions.js";

/** The bucket and the reflowlet in it are there, or the file that would be uploaded. */
export const repository: Check = {
  name: "repository",
  needs: ["configuration", "credentials", "endpoint"],
  consequence: "instances cannot install the reflowlet",
  async run(context, signal) {
    const { config, place, binary } = context;
    const bucket = bucketOf(config);
    if (bucket !== undefined) {
      const found = await (await place()).account.bucket(bucket, signal);
      if (found === undefined) return noBucket(bucket);
    }
    if (config.own.image !== undefined) return aboutImage(context, config.own.image, signal);
    if (binary === undefined) return skippedFor("settings");
    const file = await binary.open();
    if (file.kind === "unusable") {
      return failure(
        2,
        `the reflowlet ${binary.path} cannot be uploaded: ${file.problem}`,
        "nothing is launched: allocate ends with exit code 2",
        "name the file with `reflow-ec2: binary`, or one that is uploaded with `image: s3://BUCKET/KEY`",
      );
    }
    const { sizeBytes } = file.binary;
    await file.binary.close();
    return ok(`${binary.path}, ${bytesText(sizeBytes)}, is uploaded to ${bucket ?? "the repository"} when needed`);
  },
};

async function aboutImage({ objects }: DoctorContext, image: string, signal: AbortSignal): Promise<Finding> {
  const object = imageObject(image);
  if (object === undefined) return skipped(`${image} is not in S3`);
  const found = await (await objects()).head(object, signal);
  if (found !== undefined) return ok(`${image}, ${bytesText(found.sizeBytes)}`);
  return failure(
    7,
    `there is no ${image}`,
    "instances cannot install the reflowlet: each is launched, and given up",
    "upload it, e.g. with `aws s3 cp`, name another with `reflow-ec2: image`, or set `binary: PATH` instead",
  );
}

function noBucket(bucket: string): Finding {
  return failure(
    7,
    `there is no bucket "${bucket}"`,
    "reflowlets have no repository: they install nothing, and keep no results",
    "make it (aws s3 mb), or name another with `repository: s3,bucket=NAME`",
  );
}

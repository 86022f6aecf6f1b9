import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { ImageRecord } from "./records.js";
import { checkIdForm } from "./resource-query.js";

/** Its owner has withdrawn it; whoever names it is told so for some time. */
export function imageUnavailable(id: string): Ec2ApiError {
  return new Ec2ApiError("InvalidAMIID.Unavailable", `The image ID '${id}' is no longer available`);
}

/** How images are named and found. */
export const imageKind = {
  idParameter: "ImageId",
  idOf: (image: ImageRecord): string => image.id,
  checkId: checkIdForm("ami", "InvalidAMIID.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    new Ec2ApiError(
      "InvalidAMIID.NotFound",
      ids.length === 1
        ? `The image id '[${ids.join()}]' does not exist`
        : `The image ids '[${ids.join(", ")}]' do not exist`,
    ),
  attributes: {
    architecture: (image: ImageRecord) => [image.architecture],
    "block-device-mapping.volume-type": () => ["gp2"],
    "creation-date": (image: ImageRecord) => [new Date(image.creationMs).toISOString()],
    description: (image: ImageRecord) => [image.description],
    hypervisor: () => ["xen"],
    "image-id": (image: ImageRecord) => [image.id],
    "image-type": () => ["machine"],
    "is-public": () => ["true"],
    name: (image: ImageRecord) => [image.name],
    "owner-id": (image: ImageRecord) => [image.ownerId],
    "root-device-name": (image: ImageRecord) => [image.rootDeviceName],
    "root-device-type": () => ["ebs"],
    state: () => ["available"],
    "virtualization-type": () => ["hvm"],
  },
};

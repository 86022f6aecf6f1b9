import type { XmlObject } from "../protocol/xml.js";
import { ACCOUNT_ID } from "./account-content.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { imageKind, imageUnavailable } from "./image-kind.js";
import { tagAnswer, timeAnswer } from "./instance-answer.js";
import type { ImageRecord } from "./records.js";
import { queryResources } from "./resource-query.js";

/** Public images, narrowed by owner, id and filters. */
export const describeImages: Action = {
  parameters: [
    "ExecutableBy",
    "Filter",
    "ImageId",
    "IncludeDeprecated",
    "IncludeDisabled",
    "MaxResults",
    "NextToken",
    "Owner",
  ],
  plan(parameters, { account }) {
    const owners = parameters.texts("Owner").map((owner) => (owner === "self" ? ACCOUNT_ID : owner));
    const ids = parameters.texts("ImageId");
    const withdrawn = account.content.images.find(({ id, deregistered }) => deregistered && ids.includes(id));
    if (withdrawn !== undefined) throw imageUnavailable(withdrawn.id);
    const images = account.content.images.filter(({ deregistered }) => !deregistered);
    const page = queryResources(images, imageKind, parameters, account.tags);
    // An id that another owner has is simply not shown; only an id that nobody has is an error.
    const owned = page.items.filter(({ ownerId }) => owners.length === 0 || owners.includes(ownerId));
    return () => ({ imagesSet: owned.map((image) => imageAnswer(image, account)), nextToken: page.nextToken });
  },
};

function imageAnswer(image: ImageRecord, account: Account): XmlObject {
  return {
    imageId: image.id,
    imageLocation: `${image.ownerId}/${image.name}`,
    imageState: "available",
    imageOwnerId: image.ownerId,
    isPublic: true,
    productCodes: [],
    creationDate: timeAnswer(image.creationMs),
    architecture: image.architecture,
    imageType: "machine",
    name: image.name,
    description: image.description,
    rootDeviceType: "ebs",
    rootDeviceName: image.rootDeviceName,
    blockDeviceMapping: [
      {
        deviceName: image.rootDeviceName,
        ebs: {
          snapshotId: image.rootSnapshotId,
          volumeSize: image.rootSizeGiB,
          deleteOnTermination: true,
          volumeType: "gp2",
          encrypted: false,
        },
      },
      { deviceName: "/dev/xvdb", virtualName: "ephemeral0" },
    ],
    virtualizationType: "hvm",
    hypervisor: "xen",
    enaSupport: true,
    platformDetails: "Linux/UNIX",
    usageOperation: "RunInstances",
    tagSet: tagAnswer(account.tags.of(image.id)),
  };
}

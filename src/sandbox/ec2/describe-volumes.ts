import type { XmlObject } from "../protocol/xml.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { tagAnswer, timeAnswer } from "./instance-answer.js";
import type { VolumeRecord } from "./records.js";
import { queryResources } from "./resource-query.js";
import { volumeKind } from "./volume-kind.js";

/** EBS volumes with what they are attached to. */
export const describeVolumes: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "VolumeId"],
  plan(parameters, { account }) {
    const page = queryResources(account.volumes.values(), volumeKind, parameters, account.tags);
    return () => ({
      volumeSet: page.items.map((volume) => volumeAnswer(volume, account)),
      nextToken: page.nextToken,
    });
  },
};

function volumeAnswer(volume: VolumeRecord, account: Account): XmlObject {
  return {
    volumeId: volume.id,
    size: volume.sizeGiB,
    snapshotId: volume.snapshotId ?? "",
    availabilityZone: volume.zone,
    status: volume.detached ? "available" : "in-use",
    createTime: timeAnswer(volume.createdMs),
    attachmentSet: volume.detached ? [] : [attachmentAnswer(volume)],
    tagSet: tagAnswer(account.tags.of(volume.id)),
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughputMiBps,
    encrypted: volume.encrypted,
    multiAttachEnabled: false,
  };
}

function attachmentAnswer(volume: VolumeRecord): XmlObject {
  return {
    volumeId: volume.id,
    instanceId: volume.instanceId,
    device: volume.deviceName,
    status: "attached",
    attachTime: timeAnswer(volume.createdMs),
    deleteOnTermination: volume.deleteOnTermination,
  };
}

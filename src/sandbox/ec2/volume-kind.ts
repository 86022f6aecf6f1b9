import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { VolumeRecord } from "./records.js";
import { checkIdForm } from "./resource-query.js";

/** How volumes are named and found. */
export const volumeKind = {
  idParameter: "VolumeId",
  idOf: (volume: VolumeRecord): string => volume.id,
  checkId: checkIdForm("vol", "InvalidVolumeID.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    ids.length === 1
      ? new Ec2ApiError("InvalidVolume.NotFound", `The volume '${ids.join()}' does not exist.`)
      : new Ec2ApiError("InvalidVolume.NotFound", `The volumes '${ids.join(", ")}' do not exist.`),
  attributes: {
    "attachment.delete-on-termination": (volume: VolumeRecord) => [String(volume.deleteOnTermination)],
    "attachment.device": (volume: VolumeRecord) => [volume.detached ? undefined : volume.deviceName],
    "attachment.instance-id": (volume: VolumeRecord) => [volume.detached ? undefined : volume.instanceId],
    "attachment.status": (volume: VolumeRecord) => [volume.detached ? undefined : "attached"],
    "availability-zone": (volume: VolumeRecord) => [volume.zone],
    "create-time": (volume: VolumeRecord) => [new Date(volume.createdMs).toISOString()],
    encrypted: (volume: VolumeRecord) => [String(volume.encrypted)],
    size: (volume: VolumeRecord) => [String(volume.sizeGiB)],
    "snapshot-id": (volume: VolumeRecord) => [volume.snapshotId],
    status: (volume: VolumeRecord) => [volume.detached ? "available" : "in-use"],
    "volume-id": (volume: VolumeRecord) => [volume.id],
    "volume-type": (volume: VolumeRecord) => [volume.type],
  },
};

import { Ec2ApiError } from "../protocol/ec2-error.js";
import { ACCOUNT_ID } from "./account-content.js";
import { stateCode } from "./instance-answer.js";
import type { InstanceRecord } from "./records.js";
import { checkIdForm } from "./resource-query.js";

/** How instances are named and found. */
export const instanceKind = {
  idParameter: "InstanceId",
  idOf: (instance: InstanceRecord): string => instance.id,
  checkId: checkIdForm("i", "InvalidInstanceID.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    new Ec2ApiError(
      "InvalidInstanceID.NotFound",
      ids.length === 1
        ? `The instance ID '${ids.join()}' does not exist`
        : `The instance IDs '${ids.join(", ")}' do not exist`,
    ),
  idsForbidPaging: true,
  attributes: {
    architecture: (instance: InstanceRecord) => [instance.image.architecture],
    "availability-zone": (instance: InstanceRecord) => [instance.subnet.zone],
    "client-token": (instance: InstanceRecord) => [instance.clientToken],
    "dns-name": (instance: InstanceRecord) => [instance.publicAddress],
    "iam-instance-profile.arn": (instance: InstanceRecord) => [instance.profileArn],
    "image-id": (instance: InstanceRecord) => [instance.image.id],
    "instance-id": (instance: InstanceRecord) => [instance.id],
    // On-demand instances have no lifecycle at all.
    "instance-lifecycle": (instance: InstanceRecord) => [instance.market === "spot" ? "spot" : undefined],
    "instance-state-code": (instance: InstanceRecord) => [String(stateCode(instance.state))],
    "instance-state-name": (instance: InstanceRecord) => [instance.state],
    "instance-type": (instance: InstanceRecord) => [instance.type],
    "instance.group-id": (instance: InstanceRecord) => instance.groups.map(({ id }) => id),
    "instance.group-name": (instance: InstanceRecord) => instance.groups.map(({ name }) => name),
    "ip-address": (instance: InstanceRecord) => [instance.publicAddress],
    "key-name": (instance: InstanceRecord) => [instance.keyName],
    "launch-time": (instance: InstanceRecord) => [new Date(instance.launchMs).toISOString()],
    "owner-id": () => [ACCOUNT_ID],
    "private-ip-address": (instance: InstanceRecord) => [instance.privateIp],
    "reservation-id": (instance: InstanceRecord) => [instance.reservationId],
    "spot-instance-request-id": (instance: InstanceRecord) => [instance.spotRequestId],
    "subnet-id": (instance: InstanceRecord) => [instance.subnet.id],
    "vpc-id": (instance: InstanceRecord) => [instance.subnet.vpcId],
  },
};

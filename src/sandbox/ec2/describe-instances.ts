import type { XmlObject } from "../protocol/xml.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { instanceAnswer, reservationAnswer, stateAnswer } from "./instance-answer.js";
import { instanceKind } from "./instance-kind.js";
import type { InstanceRecord } from "./records.js";
import { queryResources } from "./resource-query.js";
import { visible } from "./visibility.js";

/** Instances, grouped by the call that launched them; a page ends between any two. */
export const describeInstances: Action = {
  parameters: ["Filter", "IncludeManagedResources", "InstanceId", "MaxResults", "NextToken"],
  plan(parameters, ec2) {
    const { account } = ec2;
    const page = queryResources(visible(account.instances.values(), ec2), instanceKind, parameters, account.tags);
    return () => ({ reservationSet: reservations(page.items, account), nextToken: page.nextToken });
  },
};

function reservations(instances: readonly InstanceRecord[], account: Account): readonly XmlObject[] {
  const byReservation = new Map<string, XmlObject[]>();
  for (const instance of instances) {
    const members = byReservation.get(instance.reservationId) ?? [];
    members.push(instanceAnswer(instance, account));
    byReservation.set(instance.reservationId, members);
  }
  return [...byReservation].map(([id, members]) => reservationAnswer(id, members));
}

/** The health of instances; of the running ones unless all are asked for. */
export const describeInstanceStatus: Action = {
  parameters: ["Filter", "IncludeAllInstances", "InstanceId", "MaxResults", "NextToken"],
  plan(parameters, ec2) {
    const { account } = ec2;
    const all = parameters.boolean("IncludeAllInstances") ?? false;
    const page = queryResources(visible(account.instances.values(), ec2), instanceKind, parameters, account.tags);
    const shown = page.items.filter((instance) => all || instance.state === "running");
    return () => ({ instanceStatusSet: shown.map(statusAnswer), nextToken: page.nextToken });
  },
};

function statusAnswer(instance: InstanceRecord): XmlObject {
  const running = instance.state === "running";
  const health: XmlObject = running
    ? { status: "ok", details: [{ name: "reachability", status: "passed" }] }
    : { status: "not-applicable" };
  return {
    instanceId: instance.id,
    availabilityZone: instance.subnet.zone,
    instanceState: stateAnswer(instance.state),
    systemStatus: health,
    instanceStatus: health,
  };
}

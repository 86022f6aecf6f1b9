import type { InstanceState } from "../../cluster/ports.js";
import { Ec2ApiError, missingParameter } from "../protocol/ec2-error.js";
import type { Action } from "./action.js";
import { stateAnswer } from "./instance-answer.js";
import { instanceKind } from "./instance-kind.js";
import type { InstanceRecord } from "./records.js";
import { findInstance } from "./visibility.js";

/** Ends instances. One unknown id voids the whole request; ending what has ended already changes nothing. */
export const terminateInstances: Action = {
  parameters: ["Force", "InstanceId", "SkipOsShutdown"],
  plan(parameters, ec2) {
    const { clock, power } = ec2;
    const ids = [...new Set(parameters.texts("InstanceId"))];
    if (ids.length === 0) throw missingParameter("InstanceId");
    for (const id of ids) instanceKind.checkId(id);
    const instances = ids.flatMap((id) => findInstance(id, ec2) ?? []);
    const unknown = ids.filter((id) => !instances.some((instance) => instance.id === id));
    if (unknown.length > 0) throw instanceKind.notFound(unknown);
    const spared = selectProtected(instances);
    return () => {
      const when = new Date(clock.nowMs()).toISOString().slice(0, 19).replace("T", " ");
      const changes = instances
        .filter((instance) => !spared.zones.has(instance.subnet.zone))
        .map((instance) => {
          const from: InstanceState = instance.state;
          power.terminate(instance, USER_INITIATED, `User initiated (${when} GMT)`);
          return {
            instanceId: instance.id,
            currentState: stateAnswer(instance.state),
            previousState: stateAnswer(from),
          };
        });
      if (spared.instance !== undefined) throw notPermitted(spared.instance);
      return { instancesSet: changes };
    };
  },
};

const USER_INITIATED = {
  code: "Client.UserInitiatedShutdown",
  message: "Client.UserInitiatedShutdown: User initiated shutdown",
};

/** A protected instance saves all others of its zone in the same request; other zones' go through. */
function selectProtected(instances: readonly InstanceRecord[]): {
  readonly zones: ReadonlySet<string>;
  readonly instance: InstanceRecord | undefined;
} {
  const spared = instances.filter(({ terminationProtected, state }) => terminationProtected && state !== "terminated");
  return { zones: new Set(spared.map(({ subnet }) => subnet.zone)), instance: spared[0] };
}

function notPermitted(instance: InstanceRecord): Ec2ApiError {
  return new Ec2ApiError(
    "OperationNotPermitted",
    `The instance '${instance.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}

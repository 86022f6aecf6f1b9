import type { Ec2 } from "./action.js";
import type { InstanceRecord } from "./records.js";

/** What a call needs to know who asks, and when. */
type Asker = Pick<Ec2, "clock" | "fromMachine">;

/** Whether a caller finds a resource yet: new ids are unknown for a while where the scenario says so. */
export function isVisible(
  { visibleFromMs }: { readonly visibleFromMs: number },
  { clock, fromMachine }: Asker,
): boolean {
  return fromMachine === true || clock.monotonicMs() >= visibleFromMs;
}

/** Those resources that a caller finds. */
export function visible<T extends { readonly visibleFromMs: number }>(
  resources: Iterable<T>,
  asker: Asker,
): readonly T[] {
  return [...resources].filter((resource) => isVisible(resource, asker));
}

/** The instance of an id, as a caller finds it. */
export function findInstance(id: string, ec2: Ec2): InstanceRecord | undefined {
  const instance = ec2.account.instances.get(id);
  return instance !== undefined && isVisible(instance, ec2) ? instance : undefined;
}

/** Whether a resource of that id is there and found, so that it can be tagged. */
export function canBeTagged(id: string, ec2: Ec2): boolean {
  const { account } = ec2;
  const late = account.instances.get(id) ?? account.spotRequests.get(id);
  return late === undefined ? account.has(id) : isVisible(late, ec2);
}

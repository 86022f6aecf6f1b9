import type { InstanceProfile } from "../account/ports.js";
import type { Tags } from "../cluster/ports.js";

/** The name of Reflow's group, so that both share it. */
export const GROUP_NAME = "reflow";

/** By which Reflow and we find the group. */
export const GROUP_TAGS: Tags = { "reflow-sg": "true" };

/** On everything that setup makes in AWS, so that undoing takes away nothing else. */
export const MADE_TAG = "reflow-ec2:made";
const MADE_VALUE = "setup";

/** The tags of a group that setup makes: Reflow's own, and ours. */
export const NEW_GROUP_TAGS: Tags = { ...GROUP_TAGS, Name: GROUP_NAME, [MADE_TAG]: MADE_VALUE };

/** The tags of everything else that setup makes. */
export const MADE_TAGS: Tags = { [MADE_TAG]: MADE_VALUE };

/** Setup made it. */
export function madeBySetup(tags: Tags): boolean {
  return tags[MADE_TAG] === MADE_VALUE;
}

/** Setup made the profile with a role of its name, and nobody has put another one into it. */
export function isWholeAndOurs({ name, roles, tags }: Pick<InstanceProfile, "name" | "roles" | "tags">): boolean {
  return madeBySetup(tags) && roles.includes(name);
}

/** The first line of a configuration that setup wrote whole. */
export const CONFIG_HEADER = "# Written by `reflow-ec2 setup` for reflow-ec2 and Reflow.";

/** The default name of an instance profile: its policy holds for one region. */
export function profileName(region: string): string {
  return `reflowlet-${region}`;
}

import type { ClusterSettings } from "./settings.js";
import type { Instance, Tags } from "./ports.js";

/** Set by the reflowlet itself when it comes up. */
export const VERSION_TAG = "reflowlet:version";

/** By when an instance must have become usable, RFC 3339. Past it and without a version it is an orphan. */
export const DEADLINE_TAG = "reflow-ec2:deadline";

/** Which launch attempt an instance belongs to: finds it again when the answer to RunInstances was lost. */
export const LAUNCH_TAG = "reflow-ec2:launch";

/** On what a probe launches to be measured: it ends by its deadline, whatever runs on it. */
export const PROBE_TAG = "reflow-ec2:probe";

/** Told by the sandbox where a machine does not listen on port 9000. */
export const PORT_TAG = "reflow-ec2:port";

type TagSettings = Pick<ClusterSettings, "generation" | "name" | "user" | "version" | "labels">;

/**
 * The tags that make an instance a member, as a Reflow driver of the generation sets them: 2020 has no `user` among
 * them, 2023 has.
 */
export function identityTags(settings: TagSettings): Tags {
  const common = { Name: `${settings.user} (reflow)`, cluster: settings.name, managedby: "reflow" };
  return settings.generation === 2020 ? common : { ...common, user: settings.user };
}

/**
 * All tags that a launch sets: labels first so that none can displace an identity tag, `user` in both generations
 * (2020 sets it through its labels).
 */
export function instanceTags(settings: TagSettings): Tags {
  return { ...settings.labels, user: settings.user, ...identityTags(settings) };
}

/** The tags that find usable members: the identity and the version that the reflowlet has set. */
export function queryTags(settings: TagSettings): Tags {
  return { ...identityTags(settings), [VERSION_TAG]: settings.version };
}

/**
 * The name of the cluster that the probes of a cluster are in: nobody leases what is about to be ended, and nobody
 * counts it.
 */
export function probeClusterName(name: string): string {
  return `${name}/probe`;
}

/** The time in the deadline tag, milliseconds since 1970; undefined when there is none or it is no time. */
export function deadlineOf(instance: Instance): number | undefined {
  const text = instance.tags[DEADLINE_TAG];
  const ms = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

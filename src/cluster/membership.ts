import type { PoolAddress } from "../pool/transport.js";
import type { Instance } from "./ports.js";
import type { MemberHealth } from "./results.js";
import type { ClusterSettings } from "./settings.js";
import { deadlineOf, PORT_TAG, PROBE_TAG, VERSION_TAG } from "./tags.js";

/** The port of bootstraps and reflowlets. */
export const REFLOWLET_PORT = 9000;

/** What EC2 alone tells of a member, before its reflowlet is asked; `ready` means that it should answer. */
export interface Standing {
  readonly health: Exclude<MemberHealth, "unreachable" | "untrusted">;
  /** Why it is not ready; empty when it is. */
  readonly problem: string;
}

/** Judges an instance of the cluster by its state and tags. `nowMs` is wall time. */
export function standingOf(instance: Instance, version: string, nowMs: number): Standing {
  if (instance.state !== "pending" && instance.state !== "running") {
    return { health: "ending", problem: `is ${instance.state}${instance.stateReason && ` (${instance.stateReason})`}` };
  }
  const carried = instance.tags[VERSION_TAG];
  const deadlineMs = deadlineOf(instance);
  const until = deadlineMs === undefined ? "" : new Date(deadlineMs).toISOString();
  const isLate = deadlineMs !== undefined && deadlineMs < nowMs;
  if (PROBE_TAG in instance.tags) {
    return isLate
      ? { health: "orphan", problem: `a probe left it behind; it had until ${until}` }
      : { health: "probe", problem: `is being probed; ends by ${until}` };
  }
  if (carried === undefined) {
    if (isLate) return { health: "orphan", problem: `never became usable; it had until ${until}` };
    return { health: "booting", problem: "has no reflowlet yet" };
  }
  if (carried !== version) {
    return { health: "other-version", problem: `runs Reflow ${carried}, this cluster is of ${version}` };
  }
  if (instance.state === "pending") return { health: "booting", problem: "is pending" };
  return { health: "ready", problem: "" };
}

/**
 * Where the instance's reflowlet listens: the public address if it has one, else the private one, unless the
 * configuration asks for one of them. Undefined while EC2 has not said.
 */
export function addressOf(instance: Instance, which: ClusterSettings["address"]): PoolAddress | undefined {
  const publicHost = instance.publicDnsName || instance.publicIp;
  const host =
    which === "public" ? publicHost : which === "private" ? instance.privateIp : publicHost || instance.privateIp;
  if (!host) return undefined;
  const port = Number(instance.tags[PORT_TAG] ?? REFLOWLET_PORT);
  return { host, port: Number.isInteger(port) && port > 0 && port < 65536 ? port : REFLOWLET_PORT };
}

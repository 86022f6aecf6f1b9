import { UsageError } from "../../errors.js";
import type { TerminateSelection } from "../shared/cluster-handle.js";

/** What `terminate` is told beside the global flags. */
export interface TerminateFlags {
  readonly selection: TerminateSelection;
  /** Do not ask. */
  readonly yes: boolean;
  /** End instances with live leases too. */
  readonly force: boolean;
}

/** What commander gives for the flags of `terminate`. */
export interface RawTerminate {
  readonly all?: boolean;
  readonly orphans?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** @throws UsageError for no instance, for more than one of ids, `--all` and `--orphans`, and for what can be no instance id. */
export function parseTerminateFlags(ids: readonly string[], raw: RawTerminate): TerminateFlags {
  return { selection: select(ids, raw), yes: raw.yes ?? false, force: raw.force ?? false };
}

function select(ids: readonly string[], { all = false, orphans = false }: RawTerminate): TerminateSelection {
  if (all && ids.length > 0) exclude("instance ids", "--all");
  if (orphans && ids.length > 0) exclude("instance ids", "--orphans");
  if (all && orphans) exclude("--all", "--orphans");
  if (all) return { kind: "all" };
  if (orphans) return { kind: "orphans" };
  if (ids.length === 0) {
    throw new UsageError("no instance is named", {
      hint: "Give instance ids, as 'reflow-ec2 list' shows them, or --all, or --orphans.",
    });
  }
  for (const id of ids) {
    // EC2 wrote 8 digits until 2018 and writes 17 since.
    if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new UsageError(`'${id}' is not an instance id`, {
        hint: "An id looks like i-0123456789abcdef0; 'reflow-ec2 list -o name' shows those of the cluster.",
      });
    }
  }
  return { kind: "ids", ids: [...new Set(ids)] };
}

function exclude(one: string, other: string): never {
  throw new UsageError(`${one} and ${other} exclude each other`, { hint: "Leave one of them out." });
}

import type { Permission } from "../../account/ports.js";
import type { ReflowConfig } from "../../config/model.js";
import type { Check, DoctorContext } from "../check.js";
import { failure, ok, skipped, warning, type Finding } from "../finding.js";
import { ACTIONS, type ActionRow, type Weight } from "../policy/actions.js";

/** A check for each action that a configuration needs, in the order in which a launch needs them. */
export function permissionChecks(config: ReflowConfig): readonly Check[] {
  return ACTIONS.flatMap((row) => {
    const weight = row.weight(config);
    return weight === undefined ? [] : [permissionCheck(row, weight)];
  });
}

function permissionCheck(row: ActionRow, weight: Exclude<Weight, undefined>): Check {
  return {
    name: row.action,
    group: "permissions",
    needs: ["configuration", "credentials", "endpoint"],
    consequence: row.consequence,
    run: async (context, signal) => judge(row, weight, await ask(row, context, signal)),
  };
}

async function ask({ action }: ActionRow, context: DoctorContext, signal: AbortSignal): Promise<Permission> {
  if (isPartOfLaunch(action, context.config)) return partOf(action, await context.look.launchPermission());
  const { account } = await context.place();
  return account.mayCall({ action, about: await context.look.aboutLaunch() }, signal);
}

/** Tags are set and the role is given by the launch itself, and policies may allow just that. */
function isPartOfLaunch(action: string, { cluster, own }: ReflowConfig): boolean {
  if (action === "ec2:CreateTags") return !(cluster.spot && own.spotApi === "request");
  return action === "ec2:RunInstances" || action === "iam:PassRole";
}

/** What of a launch was denied: it, the tags that it sets, or the role that it gives. */
function partOf(action: string, permission: Permission): Permission {
  if (permission.kind !== "denied") return permission;
  const named = /not authorized to perform: ([\w-]+:\w+)/.exec(permission.message)?.[1] ?? "ec2:RunInstances";
  if (named === action) return permission;
  if (named !== "ec2:RunInstances") return { kind: "allowed" };
  return { kind: "unknown", problem: "because of ec2:RunInstances" };
}

function judge(
  { action, consequence }: ActionRow,
  weight: Exclude<Weight, undefined>,
  permission: Permission,
): Finding {
  switch (permission.kind) {
    case "allowed":
      return ok("allowed");
    case "unknown":
      return skipped(permission.problem);
    case "denied": {
      const summary = `denied: ${permission.message.replace(/^You are not authorized to perform this operation\. (?=User: )/, "")}`;
      const fix = `allow ${action}: \`reflow-ec2 doctor --policy\` prints the least policy`;
      return weight === "failure" ? failure(6, summary, consequence, fix) : warning(summary, consequence, fix);
    }
  }
}

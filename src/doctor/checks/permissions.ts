import type { Permission } from "../../account/ports.js";
import type { Check, DoctorContext } from "../check.js";
import { failure, ok, skipped, warning, type Finding } from "../finding.js";
import { ACTIONS, bucketOf, imageObject, type ActionRow, type Weight } from "../policy/actions.js";

/** A check for each action that the configuration needs, in the order in which a launch needs them. */
export const permissions: readonly Check[] = ACTIONS.map((row) => ({
  name: row.action,
  group: "permissions",
  needs: ["configuration", "credentials", "endpoint"],
  consequence: row.consequence,
  async run(context, signal) {
    const weight = row.weight(context.config);
    if (weight === undefined) return skipped("the configuration needs it not");
    const permission = await ask(row, context, signal);
    return judge(row, weight, permission);
  },
}));

async function ask({ action }: ActionRow, context: DoctorContext, signal: AbortSignal): Promise<Permission> {
  const { account } = await context.place();
  const about = await aboutLaunch(context);
  const tagged = context.config.own.spotApi === "request" && context.config.cluster.spot;
  if (action === "ec2:RunInstances" || (action === "ec2:CreateTags" && !tagged)) {
    if (about["imageId"] === undefined) return { kind: "unknown", problem: "because of image" };
    const permission = await account.mayCall({ action: "ec2:RunInstances", about }, signal);
    return partOf(action, permission);
  }
  return account.mayCall({ action, about }, signal);
}

/** What of a launch was denied: it, the tags that it sets, or the role that it gives. */
function partOf(action: string, permission: Permission): Permission {
  if (permission.kind !== "denied") return permission;
  const named = /not authorized to perform: ([\w-]+:\w+)/.exec(permission.message)?.[1] ?? "ec2:RunInstances";
  if (named === action) return permission;
  if (named !== "ec2:RunInstances") return { kind: "allowed" };
  return { kind: "unknown", problem: "because of ec2:RunInstances" };
}

/** What dry runs name: the very things that launches would. */
async function aboutLaunch({ config, look }: DoctorContext): Promise<Readonly<Record<string, string>>> {
  const { cluster } = config;
  const [imageId, instanceType, instanceId] = await Promise.all([
    // One that is not there is told by its own check, and permission is judged before.
    cluster.ami ?? look.image().catch(() => undefined),
    look.instanceType().catch(() => undefined),
    // Conditions on tags hold for instances that are there.
    look.listing().then(
      ({ members }) => members[0]?.id,
      () => undefined,
    ),
  ]);
  const about = {
    imageId,
    instanceType,
    instanceId,
    market: cluster.spot ? "spot" : "on-demand",
    subnetId: cluster.subnets[0],
    securityGroupId: cluster.securityGroup,
    keyName: cluster.keyName,
    instanceProfile: cluster.instanceProfile,
    bucket: imageObject(config.own.image)?.bucket ?? bucketOf(config),
    key: imageObject(config.own.image)?.key,
  };
  return Object.fromEntries(
    Object.entries(about).flatMap(([word, value]) => (value === undefined ? [] : [[word, value]])),
  );
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
      const summary = `denied: ${permission.message}`;
      const fix = `allow ${action}: \`reflow-ec2 doctor --policy\` prints the least policy`;
      return weight === "failure" ? failure(6, summary, consequence, fix) : warning(summary, consequence, fix);
    }
  }
}

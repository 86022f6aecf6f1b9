import type { SetupPlan, SetupWishes } from "./model.js";
import { chooseGroup } from "./find-group.js";
import { lookAround } from "./look.js";
import { madeBySetup, profileName } from "./names.js";
import { planUndo } from "./plan/undo.js";
import type { SetupPorts, SetupTarget } from "./ports.js";

/** Looks for what setup made, and plans to take it away. The wishes name what no configuration does. */
export async function lookForUndo(
  ports: SetupPorts,
  target: SetupTarget,
  wishes: SetupWishes,
  signal: AbortSignal,
): Promise<SetupPlan> {
  const facts = await lookAround(ports, target, { vpcId: wishes.vpcId, keyName: wishes.keyName }, signal);
  const { network, config, authority, keyPair } = facts;
  const profileAsked =
    (typeof wishes.createProfile === "string" ? wishes.createProfile : undefined) ??
    config?.parsed.cluster.instanceProfile ??
    profileName(target.region);
  const chosen = network.configuredGroup ?? chooseGroup(network.groups);
  const profile = await ports.account.instanceProfile(profileAsked, signal);
  const ours = profile !== undefined && madeBySetup(profile.tags);
  return planUndo({
    target,
    identity: facts.identity,
    config,
    members: facts.members,
    group: chosen === "several" ? undefined : chosen,
    profileAsked,
    profile,
    profileUsers: ours ? await ports.account.instancesWithProfile(profile.arn, signal) : [],
    keyName: keyPair?.name,
    keyPair: keyPair?.found,
    authorityPath:
      authority.kind === "file" && authority.named && authority.look !== undefined ? authority.path : undefined,
  });
}

import type { AccountPort, SecurityGroup } from "../account/ports.js";
import { GROUP_NAME, GROUP_TAGS } from "./names.js";

/** Groups of a VPC that may be Reflow's: by name, or by tag. */
export async function findGroups(
  account: AccountPort,
  vpcId: string,
  signal: AbortSignal,
): Promise<readonly SecurityGroup[]> {
  const found = await Promise.all([
    account.securityGroups({ vpcId, name: GROUP_NAME }, signal),
    account.securityGroups({ vpcId, tags: GROUP_TAGS }, signal),
  ]);
  return [...new Map(found.flat().map((group) => [group.id, group])).values()];
}

/** The group that is Reflow's: the one of its name, else the only one with its tag; `several` where tags tell no one. */
export function chooseGroup(groups: readonly SecurityGroup[]): SecurityGroup | "several" | undefined {
  const named = groups.find(({ name }) => name === GROUP_NAME);
  if (named !== undefined) return named;
  return groups.length > 1 ? "several" : groups[0];
}

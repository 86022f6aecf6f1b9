import type { AccountConditions } from "../scenario/account-schema.js";
import { defaultGroup, newAccountContent, REFLOW_GROUP_ID, type AccountContent } from "./account-content.js";
import type { ImageRecord, IngressRule, SecurityGroupRecord, SubnetRecord, VpcRecord } from "./records.js";

/** The VPC where the group is when it is in another; it has a subnet and no way out. */
const OTHER_VPC: VpcRecord = { id: "vpc-0f1e2d3c4b5a69788", cidr: "10.20.0.0/16", isDefault: false };

const OTHER_DEFAULT_GROUP_ID = "sg-0f1e2d3c4b5a69788";

/** Images published before this are old; their owners withdraw them after some time. */
const OLD_BEFORE_MS = Date.UTC(2024, 0, 1);

/**
 * What an account in `region` holds under the conditions of a scenario: what it has from the start, and what was made in
 * it `before`. Of two that cannot be there together, what was made stays.
 */
export function furnish(region: string, conditions: AccountConditions, before: AccountContent): AccountContent {
  const fresh = newAccountContent(region);
  const isNew = madeSince(newAccountContent(region));
  const groups = before.groups.filter(isNew);
  const profiles = before.profiles.filter(isNew);
  const roles = before.roles.filter(isNew);
  const keyPairs = before.keyPairs.filter(isNew);
  const { empty, instanceProfile, keyPair } = conditions;
  const isFree = (made: readonly { readonly name: string }[]) => (own: { readonly name: string }) =>
    !made.some(({ name }) => name === own.name);
  return {
    ...fresh,
    vpcs: vpcsUnder(conditions, fresh.vpcs),
    subnets: subnetsUnder(conditions, fresh.subnets),
    images: fresh.images.flatMap((image) => imageUnder(conditions, image)),
    groups: [
      ...fresh.groups
        .flatMap((group) => groupUnder(conditions, group))
        .filter((own) => !groups.some(({ name, vpcId }) => name === own.name && vpcId === own.vpcId)),
      ...(conditions.securityGroup === "other-vpc" ? [defaultGroup(OTHER_DEFAULT_GROUP_ID, OTHER_VPC.id)] : []),
      ...groups.filter(({ id }) => id !== OTHER_DEFAULT_GROUP_ID),
    ],
    profiles: [
      ...(empty || instanceProfile === "missing" ? [] : fresh.profiles)
        .filter(isFree(profiles))
        .map((profile) => (instanceProfile === "no-role" ? { ...profile, role: undefined } : profile)),
      ...profiles,
    ],
    roles: [...(empty || instanceProfile === "missing" ? [] : fresh.roles).filter(isFree(roles)), ...roles],
    keyPairs: [...(empty || keyPair === "missing" ? [] : fresh.keyPairs).filter(isFree(keyPairs)), ...keyPairs],
  };
}

/** Tells what was made from what the account has from the start. */
function madeSince({
  groups,
  profiles,
  roles,
  keyPairs,
}: AccountContent): (record: { readonly id: string }) => boolean {
  const own = new Set([...groups, ...profiles, ...roles, ...keyPairs].map(({ id }) => id));
  return ({ id }) => !own.has(id);
}

function vpcsUnder({ defaultVpc = true, securityGroup }: AccountConditions, vpcs: readonly VpcRecord[]): VpcRecord[] {
  return [
    ...vpcs.map((vpc) => ({ ...vpc, isDefault: defaultVpc })),
    ...(securityGroup === "other-vpc" ? [OTHER_VPC] : []),
  ];
}

function subnetsUnder(
  { defaultVpc = true, securityGroup, subnets: conditions = {} }: AccountConditions,
  subnets: readonly SubnetRecord[],
): SubnetRecord[] {
  const { publicAddress = true, freeAddresses, route = "internet-gateway" } = conditions;
  const [first] = subnets;
  const other: SubnetRecord[] =
    securityGroup !== "other-vpc" || first === undefined
      ? []
      : [
          {
            ...first,
            id: "subnet-0f1e2d3c4b5a69788",
            vpcId: OTHER_VPC.id,
            cidr: "10.20.0.0/20",
            isDefault: false,
            publicAddress: false,
            route: "none",
          },
        ];
  return [
    ...subnets.map((subnet) => ({ ...subnet, isDefault: defaultVpc, publicAddress, freeAddresses, route })),
    ...other,
  ];
}

function imageUnder({ image: condition }: AccountConditions, image: ImageRecord): ImageRecord[] {
  if (condition === undefined || image.creationMs >= OLD_BEFORE_MS) return [image];
  return condition === "gone" ? [] : [{ ...image, deregistered: true }];
}

function groupUnder({ empty, securityGroup }: AccountConditions, group: SecurityGroupRecord): SecurityGroupRecord[] {
  if (group.id !== REFLOW_GROUP_ID) return [group];
  if (empty) return [];
  switch (securityGroup) {
    case undefined:
      return [group];
    case "missing":
      return [];
    case "other-vpc":
      return [{ ...group, vpcId: OTHER_VPC.id }];
    case "closed":
      return [{ ...group, ingress: [] }];
    case "open-to-all":
      return [{ ...group, ingress: group.ingress.map(openToAll) }];
  }
}

function openToAll(rule: IngressRule): IngressRule {
  return rule.cidrs.length === 0 ? rule : { ...rule, cidrs: ["0.0.0.0/0"] };
}

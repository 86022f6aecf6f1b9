import { Ec2ApiError, missingParameter } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { Action, Ec2 } from "./action.js";
import { imageKind } from "./image-kind.js";
import { isWellFormedId } from "./ids.js";
import { instanceKind } from "./instance-kind.js";
import { keyPairKind } from "./key-pair-kind.js";
import { groupKind, subnetKind, vpcKind } from "./network-kinds.js";
import { queryResources } from "./resource-query.js";
import { spotRequestKind } from "./spot-request-kind.js";
import { readTags, readTagsToDelete } from "./tag-parameters.js";
import { canBeTagged } from "./visibility.js";
import { volumeKind } from "./volume-kind.js";

/** Tags resources: all of them, or none when one id is unknown. */
export const createTags: Action = {
  parameters: ["ResourceId", "Tag"],
  plan(parameters, ec2) {
    const { account } = ec2;
    const ids = readResources(parameters, ec2);
    const tags = readTags(parameters);
    for (const id of ids) account.tags.checkRoom(id, tags);
    return () => {
      for (const id of ids) account.tags.set(id, tags);
      return { return: true };
    };
  },
};

/** Removes the named tags, or all when none is named. */
export const deleteTags: Action = {
  parameters: ["ResourceId", "Tag"],
  plan(parameters, ec2) {
    const { account } = ec2;
    const ids = readResources(parameters, ec2);
    const tags = readTagsToDelete(parameters);
    return () => {
      for (const id of ids) {
        if (tags.length === 0) account.tags.forget(id);
        for (const { key, value } of tags) account.tags.delete(id, key, value);
      }
      return { return: true };
    };
  },
};

/** Prefixes of ids, what their resource is called in DescribeTags, and the error when there is none. */
const kinds: readonly {
  readonly prefix: string;
  readonly resourceType: string;
  readonly notFound: (ids: readonly string[]) => Ec2ApiError;
}[] = [
  { prefix: "i", resourceType: "instance", notFound: instanceKind.notFound },
  { prefix: "vol", resourceType: "volume", notFound: volumeKind.notFound },
  { prefix: "sir", resourceType: "spot-instances-request", notFound: spotRequestKind.notFound },
  { prefix: "ami", resourceType: "image", notFound: imageKind.notFound },
  { prefix: "sg", resourceType: "security-group", notFound: groupKind.notFound },
  { prefix: "subnet", resourceType: "subnet", notFound: subnetKind.notFound },
  { prefix: "key", resourceType: "key-pair", notFound: keyPairKind.notFound },
  { prefix: "vpc", resourceType: "vpc", notFound: vpcKind.notFound },
  {
    prefix: "eni",
    resourceType: "network-interface",
    notFound: (ids) =>
      new Ec2ApiError(
        "InvalidNetworkInterfaceID.NotFound",
        `The networkInterface ID '${ids.join(", ")}' does not exist`,
      ),
  },
];

function readResources(parameters: Parameters, ec2: Ec2): readonly string[] {
  const ids = [...new Set(parameters.texts("ResourceId"))];
  if (ids.length === 0) throw missingParameter("ResourceId");
  for (const id of ids) {
    const kind = kinds.find(({ prefix }) => isWellFormedId(id, prefix));
    if (kind === undefined) throw new Ec2ApiError("InvalidID", `The ID '${id}' is not valid`);
    if (!canBeTagged(id, ec2)) throw kind.notFound([id]);
  }
  return ids;
}

interface TagRow {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

/** All tags of the account, one row each. */
export const describeTags: Action = {
  parameters: ["Filter", "MaxResults", "NextToken"],
  plan(parameters, ec2) {
    const { account } = ec2;
    const page = queryResources(tagRows(ec2), tagRowKind, parameters, account.tags);
    return () => ({ tagSet: page.items.map((row) => ({ ...row })), nextToken: page.nextToken });
  },
};

const tagRowKind = {
  idParameter: "",
  idOf: (row: TagRow): string => `${row.resourceId}/${row.key}`,
  notFound: (): Ec2ApiError => missingParameter("Filter"),
  attributes: {
    key: (row: TagRow) => [row.key],
    value: (row: TagRow) => [row.value],
    "resource-id": (row: TagRow) => [row.resourceId],
    "resource-type": (row: TagRow) => [row.resourceType],
  },
};

function tagRows(ec2: Ec2): readonly TagRow[] {
  return [...ec2.account.tags.resources()].flatMap(([resourceId, tags]) => {
    if (!canBeTagged(resourceId, ec2)) return [];
    const kind = kinds.find(({ prefix }) => resourceId.startsWith(`${prefix}-`));
    return [...tags].map(([key, value]) => ({ resourceId, resourceType: kind?.resourceType ?? "", key, value }));
  });
}

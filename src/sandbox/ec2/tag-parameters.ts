import { Ec2ApiError, missingParameter } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import { isXmlText } from "../protocol/xml.js";

/** AWS's limits of a tag's two texts, in characters. */
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

const invalid = (message: string): Ec2ApiError => new Ec2ApiError("InvalidParameterValue", message);

/** Reads one `Tag.N.Key`. @throws Ec2ApiError when it is no key that EC2 takes. */
function readKey(tag: Parameters): string {
  const key = tag.text("Key");
  if (key === undefined) throw invalid("Tag key cannot be empty");
  if ([...key].length > LONGEST_KEY) throw invalid(`Tag key exceeds the maximum length of ${LONGEST_KEY} characters`);
  if (/^aws:/i.test(key)) throw invalid("Tag keys starting with 'aws:' are reserved for internal use");
  if (!isXmlText(key)) throw invalid("Tag keys may not contain control characters");
  return key;
}

function readValue(tag: Parameters): string {
  const value = tag.rawText("Value") ?? "";
  if ([...value].length > LONGEST_VALUE) {
    throw invalid(`Tag value exceeds the maximum length of ${LONGEST_VALUE} characters`);
  }
  if (!isXmlText(value)) throw invalid("Tag values may not contain control characters");
  return value;
}

/**
 * Reads `Tag.N` of CreateTags. A key may come twice, the later one wins: Reflow's 2023 drivers send `user` twice.
 * @throws Ec2ApiError when there are none, or one is not valid.
 */
export function readTags(parameters: Parameters): ReadonlyMap<string, string> {
  const tags = new Map(parameters.list("Tag").map((tag) => [readKey(tag), readValue(tag)]));
  if (tags.size === 0) throw missingParameter("Tag");
  return tags;
}

/** Reads `Tag.N` of DeleteTags: without a value the tag goes whatever its value is. */
export function readTagsToDelete(parameters: Parameters): readonly { key: string; value?: string }[] {
  return parameters.list("Tag").map((tag) => {
    const value = tag.rawText("Value");
    return value === undefined ? { key: readKey(tag) } : { key: readKey(tag), value };
  });
}

/** The resources that RunInstances may tag as it makes them. */
export const launchedResources = ["instance", "volume", "network-interface", "spot-instances-request"] as const;

/** A resource that RunInstances makes. */
export type LaunchedResource = (typeof launchedResources)[number];

/**
 * Reads `TagSpecification.N` of an action that makes resources of the allowed kinds.
 * @throws Ec2ApiError for another resource type, one named twice, a key twice, more than 50 tags.
 */
export function readTagSpecifications<Resource extends string>(
  parameters: Parameters,
  allowed: readonly Resource[],
): ReadonlyMap<Resource, ReadonlyMap<string, string>> {
  const specifications = new Map<Resource, ReadonlyMap<string, string>>();
  for (const specification of parameters.list("TagSpecification")) {
    const type = specification.requiredText("ResourceType");
    const resource = allowed.find((name) => name === type);
    if (resource === undefined) throw invalid(`'${type}' is not a valid taggable resource type for this operation.`);
    if (specifications.has(resource)) throw invalid(`Duplicate tag specification for resource type '${type}'.`);
    const tags = new Map<string, string>();
    for (const tag of specification.list("Tag")) {
      const key = readKey(tag);
      if (tags.has(key)) throw invalid(`Duplicate tag key '${key}' specified.`);
      tags.set(key, readValue(tag));
    }
    if (tags.size === 0) throw invalid("Tag specification must have at least one tag");
    if (tags.size > 50) {
      throw new Ec2ApiError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
    }
    specifications.set(resource, tags);
  }
  return specifications;
}

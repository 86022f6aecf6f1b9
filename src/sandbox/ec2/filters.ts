import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import { matchesWildcard, parseWildcard } from "../../lib/wildcard.js";

/** AWS's limit of filter values in one call. */
const MOST_VALUES = 200;

/** The values of one attribute of a resource that a filter looks at. */
export type Attribute<T> = (resource: T) => readonly (string | undefined)[];

/** Attributes by the filter's name, e.g. `instance-state-name`. */
export type Attributes<T> = Readonly<Record<string, Attribute<T>>>;

/**
 * Reads `Filter.N` and gives the test that a resource must pass: each filter must match (and), by any of its values
 * (or). `*` and `?` are wildcards, a backslash makes them plain; comparison is case-sensitive.
 * @param tagsOf the tags that `tag:<key>` and `tag-key` look at.
 * @throws Ec2ApiError InvalidParameterValue for a filter that the action does not know.
 */
export function parseFilters<T>(
  parameters: Parameters,
  attributes: Attributes<T>,
  tagsOf: (resource: T) => ReadonlyMap<string, string>,
): (resource: T) => boolean {
  const filters = parameters.list("Filter").map((filter) => {
    const name = filter.requiredText("Name");
    return {
      patterns: filter.rawTexts("Value").map(parseWildcard),
      attribute: selectAttribute(name, attributes, tagsOf),
    };
  });
  const count = filters.reduce((sum, filter) => sum + filter.patterns.length, 0);
  if (count > MOST_VALUES) {
    throw new Ec2ApiError(
      "FilterLimitExceeded",
      `The maximum number of filter values specified on a single call is ${MOST_VALUES}`,
    );
  }
  return (resource) =>
    filters.every(({ patterns, attribute }) =>
      attribute(resource).some(
        (value) => value !== undefined && patterns.some((pattern) => matchesWildcard(pattern, value)),
      ),
    );
}

function selectAttribute<T>(
  name: string,
  attributes: Attributes<T>,
  tagsOf: (resource: T) => ReadonlyMap<string, string>,
): Attribute<T> {
  if (name === "tag-key") return (resource) => [...tagsOf(resource).keys()];
  if (name.startsWith("tag:")) return (resource) => [tagsOf(resource).get(name.slice("tag:".length))];
  const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (attribute === undefined) throw new Ec2ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  return attribute;
}

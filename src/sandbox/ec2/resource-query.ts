import { Ec2ApiError, invalidCombination, invalidValue } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import { parseFilters, type Attributes } from "./filters.js";
import { isWellFormedId } from "./ids.js";
import type { TagStore } from "./tag-store.js";

/** How a kind of resource is asked for by a Describe action. */
export interface ResourceKind<T> {
  /** The list of ids on the wire, e.g. `InstanceId`. */
  readonly idParameter: string;
  readonly idOf: (resource: T) => string;
  /** @throws Ec2ApiError when an id has not the form of this kind's ids. */
  readonly checkId?: (id: string) => void;
  /** The error for ids that are not there. */
  readonly notFound: (ids: readonly string[]) => Ec2ApiError;
  readonly attributes: Attributes<T>;
  /** Whether MaxResults may not go with ids (DescribeInstances, DescribeInstanceStatus). */
  readonly idsForbidPaging?: boolean;
  /** Bounds of MaxResults. */
  readonly pageSizes?: { readonly least: number; readonly most: number };
}

/** One page of an answer. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** @throws Ec2ApiError in the words EC2 uses for a misshapen id. */
export function checkIdForm(prefix: string, code: string): (id: string) => void {
  return (id) => {
    if (!isWellFormedId(id, prefix)) throw new Ec2ApiError(code, `Invalid id: "${id}" (expecting "${prefix}-...")`);
  };
}

/**
 * The resources that a Describe request asks for: by id (all must be there), by filters, one page of them.
 * @throws Ec2ApiError for unknown or misshapen ids, unknown filters, page sizes out of bounds, foreign tokens.
 */
export function queryResources<T>(
  resources: Iterable<T>,
  kind: ResourceKind<T>,
  parameters: Parameters,
  tags: TagStore,
): Page<T> {
  const ids = parameters.texts(kind.idParameter);
  const pageSize = readPageSize(parameters, kind);
  if (ids.length > 0 && pageSize !== undefined && kind.idsForbidPaging === true) {
    throw invalidCombination(
      "The parameter instancesSet cannot be used with the parameter maxResults in the same request. Specify one or the other.",
    );
  }
  for (const id of ids) kind.checkId?.(id);
  const passes = parseFilters(parameters, kind.attributes, (resource: T) => tags.of(kind.idOf(resource)));
  const all = [...resources];
  const known = new Set(ids.length === 0 ? [] : all.map(kind.idOf));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) throw kind.notFound(unknown);
  const wanted = new Set(ids);
  const found = all.filter((resource) => (ids.length === 0 || wanted.has(kind.idOf(resource))) && passes(resource));
  return takePage(found, kind.idOf, pageSize, parameters.text("NextToken"));
}

function readPageSize<T>(parameters: Parameters, kind: ResourceKind<T>): number | undefined {
  const size = parameters.integer("MaxResults");
  const bounds = kind.pageSizes ?? { least: 5, most: 1000 };
  if (size === undefined) return undefined;
  if (size < bounds.least) {
    throw invalidValue("maxResults", ` ${size} `, `Expecting a value greater than ${bounds.least}.`);
  }
  if (size > bounds.most) {
    throw invalidValue("maxResults", ` ${size} `, `Expecting a value less than ${bounds.most}.`);
  }
  return size;
}

/**
 * Tokens name the last id of the page before, so that what comes and goes between two pages neither repeats nor hides
 * a resource; where that one is gone itself, its place.
 */
function takePage<T>(
  found: readonly T[],
  idOf: (resource: T) => string,
  pageSize: number | undefined,
  token: string | undefined,
): Page<T> {
  const from = token === undefined ? 0 : startOfPage(found, idOf, token);
  const end = pageSize === undefined ? found.length : from + pageSize;
  const items = found.slice(from, end);
  const last = items.at(-1);
  const more = end < found.length && last !== undefined;
  return {
    items,
    nextToken: more ? Buffer.from(JSON.stringify([end, idOf(last)])).toString("base64url") : undefined,
  };
}

function startOfPage<T>(found: readonly T[], idOf: (resource: T) => string, token: string): number {
  const [end, lastId] = parseToken(token);
  const lastIndex = found.findIndex((resource) => idOf(resource) === lastId);
  return lastIndex >= 0 ? lastIndex + 1 : Math.min(end, found.length);
}

function parseToken(token: string): readonly [end: number, lastId: string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(value) && Number.isSafeInteger(value[0]) && value[0] >= 0 && typeof value[1] === "string") {
      return [value[0] as number, value[1]];
    }
  } catch {
    // Not a token of ours; said below.
  }
  throw new Ec2ApiError("InvalidParameterValue", `Unable to parse pagination token ${token}`);
}

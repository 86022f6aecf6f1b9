import { typeMatcher } from "../../catalog/match-types.js";
import type { Architecture, Catalog, CatalogType } from "../../catalog/model.js";

/** Which types are to be probed. */
export type ProbeSelection =
  /** These, whatever is known of them; names may have wildcards. */
  | { readonly kind: "named"; readonly types: readonly string[] }
  /** All that may be launched. */
  | { readonly kind: "all" }
  /** Those of all that were never tried; with `retry` also those that were tried and did not come up. */
  | { readonly kind: "unverified"; readonly retry: boolean }
  /** Those of all that match one of the patterns. */
  | { readonly kind: "match"; readonly globs: readonly string[] };

/** What a selection is made from. */
export interface SelectTypesRequest {
  readonly catalog: Catalog;
  /** The types that the configuration allows; empty for the whole catalogue, as in Reflow of 2023. */
  readonly configured: readonly string[];
  /** What the reflowlet binary runs on. */
  readonly architectures: readonly Architecture[];
  readonly selection: ProbeSelection;
  /** How many types at most. */
  readonly max?: number | undefined;
}

/** The types to be probed. */
export interface SelectedTypes {
  /** By name, as Reflow takes them. */
  readonly types: readonly string[];
  /** How many were left out for `max`. */
  readonly left: number;
}

/**
 * The types to be probed. Beside those that are named, only types count that the region offers, that run an allowed
 * architecture, and that are not bare metal. There may be none: all may have been tried.
 * @throws UsageError for a name or pattern of no type that there is.
 */
export function selectTypes(request: SelectTypesRequest): SelectedTypes {
  const { max = Infinity } = request;
  const types = [...selected(request)].sort();
  return { types: types.slice(0, max), left: Math.max(0, types.length - max) };
}

function selected({ selection, ...request }: SelectTypesRequest): readonly string[] {
  const known = [...request.catalog.types.keys()];
  switch (selection.kind) {
    case "named":
      // A name is a pattern that matches itself.
      return known.filter(typeMatcher(selection.types, known));
    case "all":
      return namesOf(launchable(request));
    case "unverified":
      return namesOf(
        launchable(request).filter(({ verified, probeFailed }) => !verified && (selection.retry || !probeFailed)),
      );
    case "match":
      return namesOf(launchable(request)).filter(typeMatcher(selection.globs, known));
  }
}

function launchable({
  catalog,
  configured,
  architectures,
}: Omit<SelectTypesRequest, "selection">): readonly CatalogType[] {
  const allowed = new Set(configured);
  return [...catalog.types.values()].filter(
    (type) =>
      (allowed.size === 0 || allowed.has(type.type)) &&
      type.offered !== false &&
      !type.bareMetal &&
      type.architectures.some((architecture) => architectures.includes(architecture)),
  );
}

const namesOf = (types: readonly CatalogType[]): readonly string[] => types.map(({ type }) => type);

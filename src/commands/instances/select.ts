import { typeMatcher } from "../../catalog/match-types.js";
import { shortfalls } from "../../catalog/offered-resources.js";
import type { InstanceRow } from "../../terminal/instances-view.js";
import type { InstanceCatalogue, InstanceTypeView } from "../shared/instance-catalogue.js";
import type { InstancesFlags, SortKey } from "./options.js";

/**
 * The types that the flags mean, sorted. What the region does not offer is shown only where its whole name is given.
 * With `--fits` those that fit come first.
 * @throws UsageError for a pattern of no type that there is
 */
export function selectInstances(catalogue: InstanceCatalogue, flags: InstancesFlags): readonly InstanceRow[] {
  const { globs } = flags;
  const known = catalogue.types.map(({ facts }) => facts.type);
  const matches = globs.length === 0 ? () => true : typeMatcher(globs, known);
  const verdicts = flags.fits ? catalogue.judge(flags.need, flags.maxUsd) : undefined;
  return catalogue.types
    .filter(({ facts }) => matches(facts.type) && (facts.offered !== false || globs.includes(facts.type)))
    .filter((view) => passes(view, flags))
    .map((view): InstanceRow => ({ ...view, fit: verdicts?.get(view.facts.type) }))
    .sort((a, b) => fitOrder(a) - fitOrder(b) || compare(a, b, flags.sort));
}

function passes({ facts, price, diskBytes }: InstanceTypeView, flags: InstancesFlags): boolean {
  const { architecture, verified, need, fits, maxUsd = Infinity } = flags;
  if (architecture !== undefined && !facts.architectures.includes(architecture)) return false;
  if (verified !== undefined && facts.verified !== verified) return false;
  // With --fits, what is too small or too dear is told, not left out.
  if (fits) return true;
  const offered = { cpu: facts.vcpu, mem: facts.usableMemoryBytes, disk: diskBytes };
  return shortfalls(offered, need).length === 0 && (maxUsd === Infinity || (price?.totalUsd ?? Infinity) <= maxUsd);
}

const fitOrder = ({ fit }: InstanceRow): number => (fit?.fits === false ? 1 : 0);

/** What is not known goes last; ties go to the lower price, then to the name. */
function compare(a: InstanceRow, b: InstanceRow, key: SortKey): number {
  const byName = a.facts.type < b.facts.type ? -1 : 1;
  return key === "name" ? byName : difference(a, b, KEYS[key]) || difference(a, b, price) || byName;
}

function difference(a: InstanceRow, b: InstanceRow, keyOf: (view: InstanceTypeView) => number): number {
  const [x, y] = [keyOf(a), keyOf(b)];
  return x === y ? 0 : x - y;
}

const price = (view: InstanceTypeView): number => view.price?.totalUsd ?? Infinity;

const KEYS: Readonly<Record<Exclude<SortKey, "name">, (view: InstanceTypeView) => number>> = {
  price,
  cpu: ({ facts }) => facts.vcpu,
  mem: ({ facts }) => facts.usableMemoryBytes,
  "price-per-cpu": (view) => price(view) / view.facts.vcpu,
  "price-per-gib": (view) => price(view) / view.facts.usableMemoryBytes,
};

import { didYouMean } from "../lib/near-match.js";
import { show } from "./explain-issue.js";
import type { FileEntries } from "./schema.js";
import { keysAt } from "./schema-path.js";
import type { YamlSource } from "./yaml-source.js";

/** What the user should know of a file that is right; one sentence each. */
export function fileWarnings(
  entries: FileEntries,
  yaml: YamlSource,
  facts: {
    readonly source: string;
    /** Instance types of the file that the catalogue does not know. */
    readonly unknownTypes: readonly string[];
    /** Keys of the cluster that give way to Reflow's key provider. */
    readonly unusedKeys: boolean;
  },
): readonly string[] {
  const { source } = facts;
  const warnings = [...unknownEntries(entries, yaml, source), ...unknownTypes(facts.unknownTypes, source)];
  if (facts.unusedKeys) {
    warnings.push(`${source}: the keys under ec2cluster are not used, as Reflow's key provider has one`);
  }
  if (entries.ec2cluster?.maxhourlycostusd === 0) {
    warnings.push(`${source}: ec2cluster.maxhourlycostusd is 0, which Reflow reads as its default of 10 USD`);
  }
  return warnings;
}

/** Reflow keeps what it does not know and sends it to the instances, and so do we. */
function unknownEntries(entries: FileEntries, yaml: YamlSource, source: string): readonly string[] {
  const known = keysAt([]);
  return Object.keys(entries)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = didYouMean(key, known);
      return `${source}:${yaml.lineOf([key])}: ${show(key)} is not a key that Reflow knows; instances get it as it is${near}`;
    });
}

function unknownTypes(unknown: readonly string[], source: string): readonly string[] {
  if (unknown.length === 0) return [];
  const some = unknown.slice(0, 5).join(", ");
  const names = unknown.length > 5 ? `${some} and ${unknown.length - 5} more` : some;
  return [`${source}: instance types that the catalogue does not know are left out: ${names}`];
}

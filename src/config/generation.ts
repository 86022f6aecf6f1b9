import type { Generation } from "./model.js";
import { PROVIDERS_BY_KEY } from "./provider-table.js";
import { isProviderOf2023 } from "./providers.js";
import type { FileEntries } from "./schema.js";
import type { YamlPath } from "./yaml-problem.js";

/** Keys under `ec2cluster:` that Reflow had in 2020 and no longer in 2023. */
const CLUSTER_KEYS_OF_2020 = ["subnet", "availabilityzone", "region", "diskspace", "sshkey"] as const;

/** Keys under `ec2cluster:` that came after 2020. */
const CLUSTER_KEYS_OF_2023 = [
  "subnets",
  "maxpendinginstances",
  "maxhourlycostusd",
  "instancesizetodiskspace",
  "sshkeys",
  "nodeexportermetricsport",
] as const;

/** Provider keys that came after 2020. `taskdb` is of both years, but not all that may stand behind it. */
const PROVIDER_KEYS_OF_2023 = ["metrics", "predictor", "runid"] as const;

/** What a file tells of its generation: the keys that only one of them has. An empty value tells as much as any. */
export interface GenerationEvidence {
  readonly keysOf2020: readonly YamlPath[];
  readonly keysOf2023: readonly YamlPath[];
}

/** The keys by which a file gives its generation away. */
export function generationEvidence(entries: FileEntries): GenerationEvidence {
  const cluster = entries.ec2cluster ?? {};
  const clusterKeys = (keys: readonly string[]): YamlPath[] =>
    keys.filter((key) => Object.hasOwn(cluster, key)).map((key) => ["ec2cluster", key]);
  const providerKeys = (Object.keys(PROVIDERS_BY_KEY) as (keyof typeof PROVIDERS_BY_KEY)[]).filter((key) => {
    const entry = entries[key];
    if (entry === undefined || entry === "") return false;
    return PROVIDER_KEYS_OF_2023.some((known) => known === key) || isProviderOf2023(entry);
  });
  return {
    keysOf2020: clusterKeys(CLUSTER_KEYS_OF_2020),
    keysOf2023: [...clusterKeys(CLUSTER_KEYS_OF_2023), ...providerKeys.map((key) => [key])],
  };
}

/** `reflow-ec2: generation`, else what the keys tell, else 2023; undefined when the keys contradict each other. */
export function generationOf(entries: FileEntries): Generation | undefined {
  const stated = entries["reflow-ec2"]?.generation;
  if (stated !== undefined) return stated;
  const { keysOf2020, keysOf2023 } = generationEvidence(entries);
  if (keysOf2020.length === 0) return 2023;
  return keysOf2023.length === 0 ? 2020 : undefined;
}

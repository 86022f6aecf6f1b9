import { BUILT_IN_ENTRIES, CLUSTER_DEFAULTS } from "../config/defaults.js";
import { goYaml } from "../config/go-yaml.js";
import { compareKeys } from "../config/go-yaml.js";
import type { Generation, ReflowConfig } from "../config/model.js";
import { splitProvider } from "../config/providers.js";
import type { ConfigChange, ConfigWants } from "./model.js";
import { CONFIG_HEADER } from "./names.js";

/** The size words that Reflow's setup of 2023 writes; other sizes have the same figure by default. */
const SIZE_WORDS = [
  ...["nano", "micro", "small", "medium", "large", "xlarge"],
  ...[2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48].map((count) => `${count}xlarge`),
];

/** Providers whose setup makes tables in DynamoDB, which ours does not: Reflow is to do it still. */
const SET_UP_BY_REFLOW = ["dynamodbassoc", "dynamodbtask"];

/** The text of a new configuration, as Reflow's own setup writes it, with what it does not know under our own key. */
export function newConfigText(wants: ConfigWants): string {
  const { generation } = wants;
  const entries: Record<string, unknown> = { ...BUILT_IN_ENTRIES[generation], logger: "logger,level=info" };
  for (const { path, value } of statements(wants)) put(entries, path, value);
  put(entries, ["reflow-ec2", "generation"], generation);
  put(entries, ["versions"], versionsOf(entries));
  const hint =
    "# Every key is explained in config.example.yaml of reflow-ec2; `reflow-ec2 doctor` checks what is here.";
  return `${CONFIG_HEADER}\n${hint}\n${goYaml(entries)}`;
}

/** The changes that make a configuration say what is wanted; none where it does. */
export function configChanges(config: ReflowConfig, wants: ConfigWants): readonly ConfigChange[] {
  const { entries } = config;
  const statesGeneration = entry(entries, ["reflow-ec2", "generation"]) !== undefined;
  const changes = statements(wants).filter(({ path, value, isDefault }) => {
    const present = entry(entries, path);
    // The key is of 2020: in a file that leaves the year to its keys it would tell the wrong one.
    if (path[1] === "region" && config.generation === 2023 && !statesGeneration) return false;
    return isDefault ? isUnset(present) : !isSame(present, value);
  });
  return [
    ...changes.map(({ path, value }) => ({ path, value })),
    ...(wants.image !== undefined && entry(entries, ["reflow-ec2", "binary"]) !== undefined
      ? [{ path: ["reflow-ec2", "binary"], value: undefined }]
      : []),
    ...(wants.generation === config.generation
      ? []
      : [{ path: ["reflow-ec2", "generation"], value: wants.generation }]),
    ...["ec2cluster", "tls"]
      .filter((name) => entry(entries, ["versions", name]) === undefined)
      .map((name) => ({ path: ["versions", name], value: 0 })),
  ];
}

/** A value that a configuration is to have; a default gives way to whatever is there. */
interface Statement extends ConfigChange {
  readonly isDefault: boolean;
}

function statements(wants: ConfigWants): readonly Statement[] {
  const { generation } = wants;
  const cluster = (key: string): readonly string[] => ["ec2cluster", key];
  const said = (path: readonly string[], value: unknown): readonly Statement[] =>
    value === undefined ? [] : [{ path, value, isDefault: false }];
  const usual = (path: readonly string[], value: unknown): readonly Statement[] =>
    value === undefined ? [] : [{ path, value, isDefault: true }];
  const provider = (name: string, flag: string, value: string | undefined): string | undefined =>
    value === undefined ? undefined : `${name},${flag}=${value}`;
  return [
    ...usual(["cluster"], "ec2cluster"),
    ...said(["tls"], provider("tls", "file", wants.authorityPath)),
    ...said(["reflow"], provider("reflowversion", "version", wants.reflowVersion)),
    ...said(["repository"], provider("s3", "bucket", wants.bucket)),
    ...usual(cluster("name"), wants.cluster),
    ...said(cluster("securitygroup"), wants.securityGroup),
    ...said(cluster("instanceprofile"), wants.instanceProfile),
    ...said(cluster("keyname"), wants.keyName),
    ...said(cluster("instancetypes"), wants.instanceTypes),
    ...(generation === 2020 ? said(cluster("subnet"), wants.subnets?.[0]) : said(cluster("subnets"), wants.subnets)),
    ...said(cluster("spot"), wants.spot),
    ...usual(cluster("region"), wants.region),
    ...usual(cluster("disktype"), CLUSTER_DEFAULTS.diskType[generation]),
    ...limitsAndSizes(generation).flatMap(([key, value]) => usual(cluster(key), value)),
    ...said(["reflow-ec2", "image"], wants.image),
  ];
}

function limitsAndSizes(generation: Generation): readonly (readonly [key: string, value: unknown])[] {
  const { diskSpaceGiB, maxPendingInstances, maxHourlyCostUsd } = CLUSTER_DEFAULTS;
  if (generation === 2020) return [["diskspace", diskSpaceGiB[2020]]];
  const sizes = [...SIZE_WORDS].sort(compareKeys).map((word) => [word, diskSpaceGiB[2023]]);
  return [
    ["instancesizetodiskspace", Object.fromEntries(sizes)],
    ["maxpendinginstances", maxPendingInstances],
    ["maxhourlycostusd", maxHourlyCostUsd],
  ];
}

/** What Reflow's setup records: that every configured provider has been set up. */
function versionsOf(entries: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  const names = Object.values(entries)
    .filter((value) => typeof value === "string")
    .map((value) => splitProvider(value).name)
    .filter((name) => !SET_UP_BY_REFLOW.includes(name));
  return Object.fromEntries(names.map((name) => [name, 0]));
}

/** The value at a path of plain data. */
export function entry(entries: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined,
    entries,
  );
}

function put(entries: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) entries[key] = value;
  else put((entries[key] ??= {}) as Record<string, unknown>, rest, value);
}

/** Reflow writes what is not set as empty text, 0, or nothing in a list or mapping. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function isSame(present: unknown, wanted: unknown): boolean {
  return JSON.stringify(present) === JSON.stringify(wanted);
}

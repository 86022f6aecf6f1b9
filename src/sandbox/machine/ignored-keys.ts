import { readYaml, YamlError } from "./system/yaml-text.js";

/** The keys that coreos-cloudinit knows today, by the place where they stand; all with underscores. */
const KNOWN = {
  top: ["coreos", "hostname", "manage_etc_hosts", "ssh_authorized_keys", "users", "write_files"],
  coreos: ["etcd", "etcd2", "flannel", "fleet", "locksmith", "oem", "units", "update"],
  update: ["group", "reboot_strategy", "server"],
  unit: ["command", "content", "drop_ins", "enable", "mask", "name", "runtime"],
  file: ["content", "encoding", "owner", "path", "permissions"],
} as const;

/** The keys of a cloud-config that the machine silently passes over, dashed spellings among them, by their paths. */
export function ignoredKeys(cloudConfigText: string): readonly string[] {
  let top: unknown;
  try {
    top = readYaml(cloudConfigText);
  } catch (error) {
    if (error instanceof YamlError) return [];
    throw error;
  }
  const coreos = member(top, "coreos");
  return [
    ...unknown(top, KNOWN.top, ""),
    ...unknown(coreos, KNOWN.coreos, "coreos."),
    ...unknown(member(coreos, "update"), KNOWN.update, "coreos.update."),
    ...items(coreos, "units").flatMap((unit, at) => unknown(unit, KNOWN.unit, `coreos.units[${at}].`)),
    ...items(top, "write_files").flatMap((file, at) => unknown(file, KNOWN.file, `write_files[${at}].`)),
  ];
}

function unknown(value: unknown, known: readonly string[], prefix: string): readonly string[] {
  if (!isMapping(value)) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${prefix}${key}`);
}

function items(value: unknown, key: string): readonly unknown[] {
  const list = member(value, key);
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

function member(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

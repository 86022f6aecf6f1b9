import { dump } from "js-yaml";

/** First line of every cloud-config; anything else before it and the machine does not take it for one. */
export const CLOUD_CONFIG_HEADER = "#cloud-config";

/** A file that the machine writes at each boot. An empty string stands for a field that was not given. */
export interface CloudFile {
  /** Absolute path. */
  readonly path: string;
  /** Octal text such as `0644`; the machine's default is 0644. */
  readonly permissions: string;
  /** As `chown` takes it. */
  readonly owner: string;
  readonly content: string;
  /** How `content` is encoded: empty for plain text, else `base64`, `gzip+base64` and their short forms. */
  readonly encoding: string;
}

/** A fragment of a unit, kept in a file of its own. */
export interface CloudDropIn {
  /** Ends in `.conf`. */
  readonly name: string;
  readonly content: string;
}

/** A systemd unit that the machine writes, enables and starts or stops. An empty string stands for what was not given. */
export interface CloudUnit {
  /** With its suffix, e.g. `reflowlet.service`. */
  readonly name: string;
  /** `start`, `stop`, `restart` and so on, given once all units are written, in list order. */
  readonly command: string;
  readonly enable: boolean;
  readonly mask: boolean;
  /** Kept until the next boot only. */
  readonly runtime: boolean;
  readonly content: string;
  readonly dropIns: readonly CloudDropIn[];
}

/** What a CoreOS or Flatcar machine does at boot, in its own order: keys, files, units. */
export interface CloudConfig {
  readonly writeFiles: readonly CloudFile[];
  readonly coreos: {
    readonly update: { readonly rebootStrategy: string };
    readonly units: readonly CloudUnit[];
  };
  /** Keys of the user `core`, one line each. */
  readonly sshAuthorizedKeys: readonly string[];
}

/** A cloud-config that does nothing. */
export const emptyCloudConfig: CloudConfig = {
  writeFiles: [],
  coreos: { update: { rebootStrategy: "" }, units: [] },
  sshAuthorizedKeys: [],
};

/** A file of which only the path must be given. */
export type NewCloudFile = Pick<CloudFile, "path"> & Partial<CloudFile>;

/** A unit of which only the name must be given. */
export type NewCloudUnit = Pick<CloudUnit, "name"> & Partial<CloudUnit>;

/**
 * Adds a file at the end. An earlier file of the same path goes: written one after the other, the last would win on
 * the machine as well.
 */
export function appendFile(config: CloudConfig, file: NewCloudFile): CloudConfig {
  const others = config.writeFiles.filter((known) => known.path !== file.path);
  const complete = { permissions: "", owner: "", content: "", encoding: "", ...file };
  return { ...config, writeFiles: [...others, complete] };
}

/**
 * Adds a unit at the end. An earlier unit of the same name becomes one with it, to the effect that both would have
 * one after the other: the later content and command hold where they are given, drop-ins of both are kept.
 */
export function appendUnit(config: CloudConfig, unit: NewCloudUnit): CloudConfig {
  const units = config.coreos.units;
  const known = units.find((candidate) => candidate.name === unit.name);
  const others = units.filter((candidate) => candidate !== known);
  const complete: CloudUnit = {
    command: "",
    enable: false,
    mask: false,
    runtime: false,
    content: "",
    dropIns: [],
    ...unit,
  };
  const joined = known === undefined ? complete : joinUnits(known, complete);
  return { ...config, coreos: { ...config.coreos, units: [...others, joined] } };
}

function joinUnits(earlier: CloudUnit, later: CloudUnit): CloudUnit {
  const replaced = new Set(later.dropIns.map((dropIn) => dropIn.name));
  return {
    name: later.name,
    command: later.command || earlier.command,
    enable: earlier.enable || later.enable,
    mask: earlier.mask || later.mask,
    runtime: earlier.runtime || later.runtime,
    content: later.content || earlier.content,
    dropIns: [...earlier.dropIns.filter((dropIn) => !replaced.has(dropIn.name)), ...later.dropIns],
  };
}

/**
 * Reflow's merge rule: the user's files, units and keys come after the base's, a reboot strategy replaces the base's
 * unless it is empty.
 */
export function mergeCloudConfig(base: CloudConfig, user: CloudConfig): CloudConfig {
  const withFiles = user.writeFiles.reduce(appendFile, base);
  const merged = user.coreos.units.reduce(appendUnit, withFiles);
  const rebootStrategy = user.coreos.update.rebootStrategy || base.coreos.update.rebootStrategy;
  return {
    ...merged,
    coreos: { ...merged.coreos, update: { rebootStrategy } },
    sshAuthorizedKeys: [...new Set([...base.sshAuthorizedKeys, ...user.sshAuthorizedKeys])],
  };
}

/**
 * The text that a machine reads: header and YAML, the same for the same config. Keys have underscores, since Flatcar
 * has ignored dashed ones from February 2024 on (coreos-cloudinit 1bbfd30); what is empty is left out.
 */
export function marshalCloudConfig(config: CloudConfig): string {
  const { update, units } = config.coreos;
  const tree = given({
    write_files: config.writeFiles.map(fileFields),
    coreos: given({ update: given({ reboot_strategy: update.rebootStrategy }), units: units.map(unitFields) }),
    ssh_authorized_keys: config.sshAuthorizedKeys,
  });
  // One line per line of content, whatever its length, and no anchors: a person is to read it.
  return `${CLOUD_CONFIG_HEADER}\n${dump(tree, { lineWidth: -1, noRefs: true })}`;
}

function fileFields({ path, permissions, owner, encoding, content }: CloudFile): Record<string, unknown> {
  return given({ path, permissions, owner, encoding, content });
}

function unitFields({ name, command, enable, mask, runtime, content, dropIns }: CloudUnit): Record<string, unknown> {
  const dropInFields = dropIns.map((dropIn) => given({ name: dropIn.name, content: dropIn.content }));
  return given({ name, command, enable, mask, runtime, content, drop_ins: dropInFields });
}

/** The fields that say something. */
function given(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === "" || value === false;
}

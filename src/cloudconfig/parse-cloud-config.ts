import { binaryTag, boolCoreTag, FAILSAFE_SCHEMA, loadAll, nullCoreTag, YAMLException } from "js-yaml";
import { ConfigError, type ConfigProblem } from "../errors.js";
import {
  appendFile,
  appendUnit,
  CLOUD_CONFIG_HEADER,
  type CloudConfig,
  type CloudDropIn,
  type CloudFile,
  type CloudUnit,
} from "./cloud-config.js";
import { isKnownEncoding } from "./file-content.js";
import { join, TreeReader, type CloudConfigReader } from "./tree-reader.js";
import { hasCloudConfigHeader } from "./user-data.js";

/** How a cloud-config is read. */
export interface CloudConfigReading {
  readonly reader?: CloudConfigReader;
  /** Where in its file the cloud-config stands, e.g. `ec2cluster.cloudconfig`; begins the keys of problems. */
  readonly key?: string;
}

/** What coreos-cloudinit hands to systemd (system/systemd.go, RunUnitCommand). */
const UNIT_COMMANDS = [
  "start",
  "stop",
  "restart",
  "reload",
  "try-restart",
  "reload-or-restart",
  "reload-or-try-restart",
];

/** What coreos-cloudinit takes (config/update.go). With anything else it does nothing of what it was told. */
export const REBOOT_STRATEGIES: readonly string[] = ["", "best-effort", "etcd-lock", "off", "reboot"];

/** Modes such as 0644 stay the text that they are; only booleans, null and marked bytes are told from text. */
const TEXT_SCHEMA = FAILSAFE_SCHEMA.withTags(boolCoreTag, nullCoreTag, binaryTag);

/** Aliases in a machine's text are legal, but few; without a bound they multiply. */
const MOST_ALIASES = 100;

/**
 * A cloud-config from what a YAML parser gave, by default as a user writes it: either spelling of keys, each path and
 * unit once, nothing unknown. Nothing at all is an empty cloud-config.
 * @param source names the file in problems
 * @throws ConfigError with every mistake
 */
export function parseCloudConfig(value: unknown, source: string, reading: CloudConfigReading = {}): CloudConfig {
  const { reader = "user", key = "" } = reading;
  const tree = new TreeReader(source, reader);
  const top = tree.fields(value, key, ["write_files", "coreos", "ssh_authorized_keys"]);
  const coreosKey = join(key, "coreos");
  const coreos = tree.fields(top.get("coreos"), coreosKey, ["update", "units"]);
  const updateKey = join(coreosKey, "update");
  const update = tree.fields(coreos.get("update"), updateKey, ["reboot_strategy"]);
  const filesKey = join(key, "write_files");
  const unitsKey = join(coreosKey, "units");
  const keysKey = join(key, "ssh_authorized_keys");
  const files = tree.items(top.get("write_files"), filesKey).map(([item, path]) => parseFile(tree, item, path));
  const units = tree.items(coreos.get("units"), unitsKey).map(([item, path]) => parseUnitEntry(tree, item, path));
  const strategyKey = join(updateKey, "reboot_strategy");
  const rebootStrategy = tree.text(update.get("reboot_strategy"), strategyKey);
  if (reader === "user" && !REBOOT_STRATEGIES.includes(rebootStrategy)) {
    const known = REBOOT_STRATEGIES.filter(Boolean).join(", ");
    tree.report(strategyKey, `unknown reboot strategy ${rebootStrategy}; expected one of ${known}`);
  }
  const config: CloudConfig = {
    writeFiles: files,
    coreos: {
      update: { rebootStrategy },
      units,
    },
    sshAuthorizedKeys: tree
      .items(top.get("ssh_authorized_keys"), keysKey)
      .map(([item, path]) => tree.requiredText(item, path).trim()),
  };
  // A machine takes repeated entries one after the other; a user who repeats himself has made a mistake.
  if (reader === "user") {
    const paths = files.map((file) => file.path);
    const names = units.map((unit) => unit.name);
    reportRepeated(tree, filesKey, "path", paths);
    reportRepeated(tree, unitsKey, "name", names);
  }
  throwProblems(source, tree.problems);
  return reader === "user" ? config : foldRepeated(config);
}

/**
 * A cloud-config from its whole text, header included, by default as a Flatcar machine of today reads it: keys that it
 * does not know, dashed spellings among them, are ignored.
 * @throws ConfigError when the header or the YAML is wrong, or with every mistake in it
 */
export function parseCloudConfigText(text: string, reading: CloudConfigReading = {}): CloudConfig {
  const source = "cloud-config";
  if (!hasCloudConfigHeader(text)) {
    throw new ConfigError(`the text does not begin with the line ${CLOUD_CONFIG_HEADER}`);
  }
  return parseCloudConfig(loadText(text, source), source, { reader: "machine", ...reading });
}

function loadText(text: string, source: string): unknown {
  try {
    // Of several documents a machine reads the first; a text of comments has none.
    return loadAll(text, { schema: TEXT_SCHEMA, maxAliases: MOST_ALIASES })[0];
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined || error.mark === null ? undefined : error.mark.line + 1;
    const problem: ConfigProblem = { source, line, key: "", message: error.reason };
    throw new ConfigError(`the cloud-config is not YAML: ${error.reason}`, [problem], { cause: error });
  }
}

function parseFile(tree: TreeReader, value: unknown, key: string): CloudFile {
  const fields = tree.fields(value, key, ["path", "permissions", "owner", "content", "encoding"]);
  const path = tree.requiredText(fields.get("path"), join(key, "path"));
  if (path !== "" && !path.startsWith("/")) tree.report(join(key, "path"), `${path} is not an absolute path`);
  const encoding = tree.text(fields.get("encoding"), join(key, "encoding"));
  if (!isKnownEncoding(encoding)) {
    tree.report(join(key, "encoding"), `unknown encoding ${encoding}; expected base64, gzip+base64 or none`);
  }
  return {
    path,
    permissions: parsePermissions(tree, fields.get("permissions"), join(key, "permissions")),
    owner: tree.text(fields.get("owner"), join(key, "owner")),
    content: tree.text(fields.get("content"), join(key, "content")),
    encoding,
  };
}

/** A mode; an unquoted 0644 reaches us as the number 644 from a YAML 1.2 parser and means 0644 all the same. */
function parsePermissions(tree: TreeReader, value: unknown, key: string): string {
  const text = typeof value === "number" ? String(value).padStart(4, "0") : tree.text(value, key);
  if (text !== "" && !/^0?[0-7]{3,4}$/.test(text)) {
    tree.report(key, `${text} is not an octal mode such as "0644"`);
  }
  return text;
}

function parseUnitEntry(tree: TreeReader, value: unknown, key: string): CloudUnit {
  const known = ["name", "command", "enable", "mask", "runtime", "content", "drop_ins"];
  const fields = tree.fields(value, key, known);
  const name = tree.requiredText(fields.get("name"), join(key, "name"));
  if (name !== "" && !/^[\w:.\\@-]+\.[a-z]+$/.test(name)) {
    tree.report(join(key, "name"), `${name} is not a unit name such as docker.service`);
  }
  const command = tree.text(fields.get("command"), join(key, "command"));
  if (command !== "" && !UNIT_COMMANDS.includes(command)) {
    tree.report(join(key, "command"), `unknown command ${command}; expected one of ${UNIT_COMMANDS.join(", ")}`);
  }
  return {
    name,
    command,
    enable: tree.flag(fields.get("enable"), join(key, "enable")),
    mask: tree.flag(fields.get("mask"), join(key, "mask")),
    runtime: tree.flag(fields.get("runtime"), join(key, "runtime")),
    content: tree.text(fields.get("content"), join(key, "content")),
    dropIns: tree
      .items(fields.get("drop_ins"), join(key, "drop_ins"))
      .map(([item, path]) => parseDropIn(tree, item, path)),
  };
}

function parseDropIn(tree: TreeReader, value: unknown, key: string): CloudDropIn {
  const fields = tree.fields(value, key, ["name", "content"]);
  return {
    name: tree.requiredText(fields.get("name"), join(key, "name")),
    content: tree.text(fields.get("content"), join(key, "content")),
  };
}

function reportRepeated(tree: TreeReader, key: string, field: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name !== "" && first < index)
      tree.report(`${key}[${index}].${field}`, `${name} stands in ${key}[${first}] too`);
  }
}

function foldRepeated(config: CloudConfig): CloudConfig {
  const base: CloudConfig = { ...config, writeFiles: [], coreos: { ...config.coreos, units: [] } };
  return config.coreos.units.reduce(appendUnit, config.writeFiles.reduce(appendFile, base));
}

function throwProblems(source: string, problems: readonly ConfigProblem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
  const list = problems.map((problem) => `${problem.key}: ${problem.message}`).join("; ");
  throw new ConfigError(`${source}: ${count} in the cloud-config: ${list}`, problems);
}

import { checkUnit } from "../cloudconfig/check-unit.js";
import {
  emptyCloudConfig,
  marshalCloudConfig,
  type CloudConfig,
  type CloudFile,
  type CloudUnit,
} from "../cloudconfig/cloud-config.js";
import { decodeFileContent } from "../cloudconfig/file-content.js";
import { parseCloudConfigText } from "../cloudconfig/parse-cloud-config.js";
import { parseUnit, unitValues } from "../cloudconfig/systemd-unit.js";
import { USER_DATA_LIMIT_BYTES, userDataBytes } from "../cloudconfig/user-data.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { UserDataReport } from "./rendering.js";
import { SECRET_FILES } from "./secret-files.js";

/** The mode of a file that is given none. */
const DEFAULT_PERMISSIONS = "0644";

const LAST_UNIT = "reflowlet.service";

/**
 * Looks at the text of user-data as the machine will: its size, files and units, and everything by which the machine
 * would not come up as it should.
 */
export function inspectUserData(text: string): UserDataReport {
  const bytes = userDataBytes(text);
  const { config, problems } = readBack(text);
  const { units } = config.coreos;
  const files = config.writeFiles.map((file) => ({ file, content: attempt(() => decodeFileContent(file)) }));
  return {
    bytes,
    limit: USER_DATA_LIMIT_BYTES,
    left: USER_DATA_LIMIT_BYTES - bytes,
    files: files.map(({ file, content }) => ({
      path: file.path,
      permissions: file.permissions || DEFAULT_PERMISSIONS,
      bytes: content.value?.length ?? 0,
    })),
    units: units.map(({ name, command, enable }) => ({ name, command, enable })),
    problems: [
      ...problems,
      ...sizeProblems(bytes),
      ...files.flatMap(({ content }) => content.problems),
      ...config.writeFiles.flatMap(modeProblems),
      ...units.flatMap(unitProblems),
      ...units.flatMap((unit) => commandProblems(unit, config.writeFiles)),
      ...orderProblems(units),
    ],
  };
}

/**
 * What a machine reads, if anything. The user's way of reading takes nothing twice and nothing unknown; the machine's
 * must come to the text again.
 */
function readBack(text: string): { readonly config: CloudConfig; readonly problems: readonly ConfigProblem[] } {
  const strict = attempt(() => parseCloudConfigText(text, { reader: "user" }));
  const machine = attempt(() => parseCloudConfigText(text));
  const problems = [...strict.problems, ...(strict.problems.length === 0 ? machine.problems : [])];
  const lost = machine.value !== undefined && marshalCloudConfig(machine.value) !== text;
  if (problems.length === 0 && lost)
    problems.push(problem("user-data", "a machine reads something else than was meant"));
  return { config: machine.value ?? emptyCloudConfig, problems };
}

function sizeProblems(bytes: number): readonly ConfigProblem[] {
  if (bytes <= USER_DATA_LIMIT_BYTES) return [];
  const message = `${bytes} bytes after compression; EC2 takes at most ${USER_DATA_LIMIT_BYTES}: shorten \`cloudconfig\` and \`instancetypes\` under \`ec2cluster:\``;
  return [problem("user-data", message)];
}

function modeProblems({ path, permissions }: CloudFile): readonly ConfigProblem[] {
  const mode = modeOf(permissions);
  if (!SECRET_FILES.includes(path) || (mode & 0o077) === 0) return [];
  return [problem(path, `its mode is ${permissions || DEFAULT_PERMISSIONS}; with secrets in it, it must be 0600`)];
}

/** Units without a text are those of the image; drop-ins need not be whole. */
function unitProblems({ name, content, dropIns }: CloudUnit): readonly ConfigProblem[] {
  const fragments = dropIns.flatMap(
    (dropIn) => attempt(() => parseUnit(dropIn.content, `${name}: ${dropIn.name}`)).problems,
  );
  return [...(content === "" ? [] : checkUnit(name, content)), ...fragments];
}

/** A file of ours that a unit runs must be executable. */
function commandProblems(unit: CloudUnit, files: readonly CloudFile[]): readonly ConfigProblem[] {
  const parsed = attempt(() => parseUnit(unit.content)).value;
  if (parsed === undefined) return [];
  return unitValues(parsed, "Service", "ExecStart").flatMap((command) => {
    const path = /^[-@:+!|]*(\S+)/.exec(command)?.[1];
    const file = files.find((candidate) => candidate.path === path);
    if (file === undefined || (modeOf(file.permissions) & 0o111) !== 0) return [];
    const mode = file.permissions || DEFAULT_PERMISSIONS;
    return [problem(unit.name, `runs ${file.path}, whose mode ${mode} lets nobody run it`)];
  });
}

function orderProblems(units: readonly CloudUnit[]): readonly ConfigProblem[] {
  const last = units.at(-1);
  if (last?.name === LAST_UNIT && last.command === "start") return [];
  return [problem(LAST_UNIT, `must be the last unit, and started; the last is ${last?.name ?? "none"}`)];
}

function modeOf(permissions: string): number {
  return Number.parseInt(permissions || DEFAULT_PERMISSIONS, 8);
}

function problem(source: string, message: string): ConfigProblem {
  return { source, key: "", message };
}

/** The result of a reading, or what is wrong with what was read. */
function attempt<T>(read: () => T): { readonly value?: T; readonly problems: readonly ConfigProblem[] } {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems.length > 0 ? error.problems : [problem("user-data", error.message)] };
  }
}

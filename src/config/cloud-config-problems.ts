import { checkUnit } from "../cloudconfig/check-unit.js";
import type { CloudConfig, CloudUnit } from "../cloudconfig/cloud-config.js";
import { parseCloudConfig } from "../cloudconfig/parse-cloud-config.js";
import { ConfigError } from "../errors.js";
import type { YamlPath, YamlProblem } from "./yaml-problem.js";

const KEY = "ec2cluster.cloudconfig";

/**
 * What is wrong with the user's cloud-config. A unit that systemd does not load is more than the user's own trouble:
 * coreos-cloudinit ends at the first that it cannot start, and the reflowlet's is the last.
 */
export function cloudConfigProblems(value: unknown): readonly Omit<YamlProblem, "line">[] {
  let config: CloudConfig;
  try {
    config = parseCloudConfig(value, "", { key: KEY });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ key, message }) => ({ path: pathOf(key), message }));
  }
  return config.coreos.units.flatMap((unit, index) =>
    unitMistakes(unit).map((message) => ({
      path: pathOf(`${KEY}.coreos.units[${index}].content`),
      message: `systemd would not load ${unit.name}: ${message}`,
    })),
  );
}

/** Without a text of its own the unit is one of the image. */
function unitMistakes({ name, content, dropIns }: CloudUnit): readonly string[] {
  if (content === "") return [];
  const whole = [content, ...dropIns.map((dropIn) => dropIn.content)].join("\n");
  return checkUnit(name, whole).map(({ line, message }) => (line === undefined ? message : `line ${line}: ${message}`));
}

/** `a.b[0].c` as the steps to it. */
function pathOf(key: string): YamlPath {
  return key
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

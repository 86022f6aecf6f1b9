import { MOST_SLICES } from "../catalog/disks.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { UserDataInput } from "./input.js";

/**
 * Refuses what would make a machine that cannot come up, or that would fetch a program without encryption.
 * @throws ConfigError with every problem
 */
export function checkInput(input: UserDataInput): void {
  const { helpers, nodeExporterPort } = input;
  const problems: ConfigProblem[] = [];
  const source = input.source ?? "configuration";
  const expect = (holds: boolean, key: string, message: string): void => {
    if (!holds) problems.push({ source, key, message });
  };
  const expectHttps = (url: string, key: string): void =>
    expect(isHttps(url), key, `${JSON.stringify(url)} is not an https URL`);

  expectHttps(input.bootstrapUrl, "bootstrap");
  for (const name of ["cloudwatch", "xray", "nodeExporter"] as const) {
    if (helpers[name].enabled) expectHttps(helpers[name].url, `reflow-ec2.helpers.${name.toLowerCase()}.url`);
  }
  expect(
    isWhole(input.dataVolumes, 1, MOST_SLICES),
    "ec2cluster.diskslices",
    `${input.dataVolumes} data volumes; a machine takes 1 to ${MOST_SLICES}`,
  );
  expect(
    nodeExporterPort === undefined || isWhole(nodeExporterPort, 1, 65_535),
    "metrics",
    `${nodeExporterPort} is not a port for the node exporter`,
  );
  expect(
    Number.isFinite(input.usableWithinMs) && input.usableWithinMs > 0,
    "timeout",
    `${input.usableWithinMs} ms is no time in which a machine becomes usable`,
  );
  expect(
    Number.isFinite(input.bootstrapExpiryMs),
    "reflowletconfig.maxidleduration",
    `${input.bootstrapExpiryMs} ms is no expiry for a bootstrap`,
  );
  expect(
    !/[\r\n]/.test(input.instanceProfile ?? ""),
    "ec2cluster.instanceprofile",
    "an instance profile is a name or an ARN of one line",
  );
  if (problems.length > 0) {
    const list = problems.map((problem) => `${problem.key}: ${problem.message}`).join("; ");
    throw new ConfigError(`no user-data can be made: ${list}`, problems, {
      hint: "Correct the named keys of the configuration.",
    });
  }
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "https:" && !/[\s\p{Cc}]/u.test(url);
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

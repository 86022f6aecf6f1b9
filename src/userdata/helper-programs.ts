import type { HelperProgram, SealedCredentials } from "../config/model.js";
import { installCommands } from "./download.js";
import type { UserDataInput } from "./input.js";
import { executableFile, publicFile, secretFile, unitText, type UserDataPart } from "./part.js";
import { XRAY_ENVIRONMENT_FILE } from "./secret-files.js";
import { bashScript, quoteShell } from "./shell.js";

/*
 * Programs beside the reflowlet. They are fetched by what ExecStart runs, not before it: a start job that waits for a
 * download would hold up the units after it, the reflowlet's among them.
 */

const NOTHING: UserDataPart = { files: [], units: [] };

const NETWORK = ["Wants=network-online.target", "After=network-online.target"];
const INSTALL = { Install: ["WantedBy=multi-user.target"] };

const CLOUDWATCH_SETTINGS = "/etc/journald-cloudwatch-logs.conf";
const CLOUDWATCH_RUN_SETTINGS = "/run/journald-cloudwatch-logs.conf";

const METADATA = "http://169.254.169.254/latest";

/** Sends the journal to CloudWatch, each machine in a stream named after its public host name. */
export function cloudwatchPart(helper: HelperProgram): UserDataPart {
  if (!helper.enabled) return NOTHING;
  const script = bashScript("Runs the program that sends the journal to CloudWatch.", [
    ...installCommands(helper.url, "systemd-cloud-watch"),
    ...hostNameCommands(),
    `cp ${CLOUDWATCH_SETTINGS} ${CLOUDWATCH_RUN_SETTINGS}`,
    `echo "log_stream = \\"$HOST\\"" >> ${CLOUDWATCH_RUN_SETTINGS}`,
    `exec /opt/bin/systemd-cloud-watch ${CLOUDWATCH_RUN_SETTINGS}`,
  ]);
  return {
    files: [
      publicFile(CLOUDWATCH_SETTINGS, CLOUDWATCH_SETTINGS_TEXT),
      executableFile("/opt/bin/run-cloudwatch-logs", script),
    ],
    units: [
      {
        name: "journald-cloudwatch-logs.service",
        command: "start",
        enable: true,
        content: unitText({
          Unit: ["Description=Journal to CloudWatch", ...NETWORK],
          Service: [
            "ExecStart=/opt/bin/run-cloudwatch-logs",
            // What it says about sending is not worth sending.
            "LogLevelMax=5",
            "Restart=on-failure",
            "RestartSec=30s",
          ],
          ...INSTALL,
        }),
      },
    ],
  };
}

const CLOUDWATCH_SETTINGS_TEXT = [
  `log_group = "reflow/reflowlet"`,
  `fields = ["_HOSTNAME", "PRIORITY", "MESSAGE"]`,
  "queue_poll_duration_ms = 1000",
  "queue_flush_log_ms = 5000",
  "field_length = 1024",
  "",
].join("\n");

/**
 * Sets HOST: the public name, else the machine's own. With a metadata token where the service gives one; an empty
 * token makes curl leave the header out, which is how the older service is asked.
 */
function hostNameCommands(): string[] {
  const ask = "curl -fsS --max-time 5";
  const tokenRequest = `-X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' ${METADATA}/api/token`;
  return [
    `TOKEN=$(${ask} ${tokenRequest}) || TOKEN=""`,
    `HOST=$(${ask} -H "X-aws-ec2-metadata-token: $TOKEN" ${METADATA}/meta-data/public-hostname) || HOST=""`,
    `if [ -z "$HOST" ]; then`,
    "  HOST=$(hostname)",
    "fi",
  ];
}

/** The X-Ray daemon, where the machine has credentials for it: those of its profile, else those handed to it. */
export function xrayPart(input: UserDataInput): UserDataPart {
  const { instanceProfile, awsCredentials, helpers } = input;
  if (!helpers.xray.enabled) return NOTHING;
  if (instanceProfile !== undefined) {
    return xrayWith(helpers.xray, [], ` --resource-arn ${quoteShell(instanceProfile)}`, []);
  }
  if (awsCredentials === undefined) return NOTHING;
  const environment = secretFile(XRAY_ENVIRONMENT_FILE, environmentText(awsCredentials));
  return xrayWith(helpers.xray, [environment], "", [`EnvironmentFile=${XRAY_ENVIRONMENT_FILE}`]);
}

function xrayWith(
  helper: HelperProgram,
  files: UserDataPart["files"],
  daemonArguments: string,
  service: readonly string[],
): UserDataPart {
  const script = bashScript("Runs the X-Ray daemon.", [
    ...installCommands(helper.url, "xray"),
    `exec /opt/bin/xray --log-level debug${daemonArguments}`,
  ]);
  return {
    files: [executableFile("/opt/bin/run-xray", script), ...files],
    units: [
      {
        name: "aws-xray.service",
        command: "start",
        enable: true,
        content: unitText({
          Unit: ["Description=X-Ray daemon", ...NETWORK],
          Service: [...service, "ExecStart=/opt/bin/run-xray", "Restart=on-failure", "RestartSec=30s"],
          ...INSTALL,
        }),
      },
    ],
  };
}

function environmentText(credentials: SealedCredentials): string {
  const variables = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? "",
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quoteEnvironment(value)}\n`);
  return lines.join("");
}

/** A value in an EnvironmentFile of systemd.exec(5). */
function quoteEnvironment(value: string): string {
  return `"${value.replace(/["\\$`]/g, "\\$&")}"`;
}

/** The Prometheus exporter of the machine's figures, where the reflowlet's metrics are on. */
export function nodeExporterPart(input: UserDataInput): UserDataPart {
  const { generation, nodeExporterPort, helpers } = input;
  if (generation === 2020 || nodeExporterPort === undefined || !helpers.nodeExporter.enabled) return NOTHING;
  const setup = "/opt/bin/setup_node_exporter";
  const run = `exec /opt/bin/node_exporter --web.listen-address=:${nodeExporterPort}`;
  return {
    files: [
      executableFile(
        setup,
        bashScript("Installs the node exporter.", installCommands(helpers.nodeExporter.url, "node_exporter")),
      ),
    ],
    units: [
      {
        name: "node_exporter.service",
        command: "start",
        enable: true,
        content: unitText({
          Unit: ["Description=Prometheus node exporter", ...NETWORK],
          Service: [`ExecStart=/bin/bash -c '${setup} && ${run}'`, "Restart=always", "RestartSec=5s"],
          ...INSTALL,
        }),
      },
    ],
  };
}

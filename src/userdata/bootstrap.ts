import { formatGoDuration } from "../lib/go-duration.js";
import { fetchCommand } from "./download.js";
import type { UserDataInput } from "./input.js";
import { executableFile, powerOffOnFailure, secretFile, unitText, type UserDataPart } from "./part.js";
import { INSTANCE_CONFIG_FILE } from "./secret-files.js";
import { bashScript } from "./shell.js";

/** Where Reflow's bootstrap is put; the reflowlet that it installs lies beside it. */
const PROGRAM = "/tmp/reflowbootstrap";

/** Reflow's launcher never passes a shorter expiry. */
const SHORTEST_EXPIRY_MS = 30_000;

/** Configuration of bootstrap and reflowlet, and the script that becomes them. */
export function bootstrapFiles(input: UserDataInput): UserDataPart["files"] {
  return [
    secretFile(INSTANCE_CONFIG_FILE, input.instanceConfig),
    executableFile("/opt/bin/bootstrap", bootstrapScript(input)),
  ];
}

/** The unit that runs it, last of all units: the machine is ready for work when it starts. */
export function reflowletUnit(immortal: boolean): UserDataPart["units"][number] {
  return {
    name: "reflowlet.service",
    command: "start",
    enable: true,
    content: unitText({
      Unit: [
        "Description=Reflow worker: bootstrap, then reflowlet",
        "Wants=network-online.target",
        "After=network-online.target",
        "Requires=mnt-data.mount",
        "After=mnt-data.mount",
        ...powerOffOnFailure(immortal),
      ],
      Service: [
        "Type=oneshot",
        "ExecStart=/opt/bin/bootstrap",
        // The last process that the kernel ends when memory runs out.
        "OOMScoreAdjust=-1000",
        // The manager's default reaches it only after a re-boot.
        "LimitNOFILE=65536",
      ],
      Install: ["WantedBy=multi-user.target"],
    }),
  };
}

function bootstrapScript(input: UserDataInput): string {
  return bashScript("Fetches and runs the bootstrap. However that ends, the unit fails: there is no more work here.", [
    fetchCommand(input.bootstrapUrl, PROGRAM),
    `chmod +x ${PROGRAM}`,
    "export V23_CREDENTIALS=/opt/.v23",
    "export V23_CREDENTIALS_NO_LOCK=1",
    "export V23_CREDENTIALS_NO_AGENT=1",
    `${PROGRAM} ${bootstrapArguments(input)} || true`,
    "sleep 5",
    "exit 1",
  ]);
}

/** A 2020 bootstrap takes its credentials from the configuration, a 2023 one from the instance profile. */
function bootstrapArguments(input: UserDataInput): string {
  if (input.generation === 2020) return `-config ${INSTANCE_CONFIG_FILE}`;
  const expiry = formatGoDuration(Math.max(SHORTEST_EXPIRY_MS, input.bootstrapExpiryMs));
  return `-config ${INSTANCE_CONFIG_FILE} -session ec2metadata -expiry ${expiry}`;
}

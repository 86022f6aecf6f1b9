import type { RegistryLogin } from "../cluster/ports.js";
import { publicFile, secretFile, unitText, type UserDataPart } from "./part.js";
import { ECR_LOGIN_FILE } from "./secret-files.js";
import { quoteShell } from "./shell.js";

/** Reflowlets hold many connections and files; 1024 is the manager's default. */
const OPEN_FILES = 65_536;

/** Settings of the machine as a whole: the limit of open files, and no updates that could re-boot it. */
export const machinePart: UserDataPart = {
  files: [publicFile("/etc/systemd/system.conf", unitText({ Manager: [`DefaultLimitNOFILE=${OPEN_FILES}`] }))],
  units: [
    { name: "update-engine.service", command: "stop" },
    { name: "locksmithd.service", command: "stop" },
  ],
};

/** The command line by which the reflowlet logs in to ECR. */
export function ecrLoginFile(login: RegistryLogin): UserDataPart["files"][number] {
  const words = ["docker", "login", "-u", login.username, "-p", login.password, login.endpoint];
  return secretFile(ECR_LOGIN_FILE, words.map(asWord).join(" "));
}

/** As it is where the shell takes it so; ECR's names, tokens and addresses are of this kind. */
function asWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoteShell(text);
}

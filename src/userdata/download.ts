import { quoteShell } from "./shell.js";

/**
 * Fails on HTTP errors, follows redirects, never leaves https, and rides out the first seconds of a network that is
 * just coming up.
 */
const CURL = "curl -fsSL --proto '=https' --connect-timeout 10 --retry 5 --retry-delay 2 --retry-connrefused";

/** The command that fetches `url` into the file `path`. */
export function fetchCommand(url: string, path: string): string {
  return `${CURL} -o ${path} ${quoteShell(url)}`;
}

/**
 * Commands that put a helper program into /opt/bin unless it is there; a zip or gzipped tar archive is searched for it.
 * Fetched beside its place and moved there, so that a broken download is never taken for the program.
 */
export function installCommands(url: string, program: string): string[] {
  const target = `/opt/bin/${program}`;
  const directory = `/opt/${program}.new`;
  return [
    `if [ ! -x ${target} ]; then`,
    `  mkdir -p ${directory}`,
    ...unpackCommands(url, directory, program).map((command) => `  ${command}`),
    `  chmod +x ${directory}/${program}`,
    `  mv ${directory}/${program} ${target}`,
    "fi",
  ];
}

function unpackCommands(url: string, directory: string, program: string): string[] {
  const archive = `${directory}/archive`;
  const path = new URL(url).pathname;
  if (path.endsWith(".zip")) {
    return [fetchCommand(url, archive), `unzip -o -q -j ${archive} ${program} -d ${directory}`];
  }
  if (/\.(tar\.gz|tgz)$/.test(path)) {
    // The program lies in a folder named after its version.
    const choice = `--strip-components=1 --wildcards '*/${program}'`;
    return [fetchCommand(url, archive), `tar -x -z -f ${archive} -C ${directory} ${choice}`];
  }
  return [fetchCommand(url, `${directory}/${program}`)];
}

// Installs the locked dependencies when they are missing or older than the lock file, so that `npm run demo` and
// `npm test` work from a fresh clone. Uses nothing but Node.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`reflow-ec2 needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(2);
}

const modified = (path) => {
  try {
    return statSync(`${root}${path}`).mtimeMs;
  } catch {
    return -1;
  }
};

if (modified("node_modules/.package-lock.json") < modified("package-lock.json")) {
  console.error("installing dependencies (npm ci) ...");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

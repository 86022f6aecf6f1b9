// Completes package-lock.json with the optional packages of other platforms.
//
// A registry that does not carry them makes npm leave them out of the lock, and `npm ci` then refuses the lock
// everywhere. An entry needs no more than name, version and platform: where the platform matches, npm fetches the
// package from whatever registry is in use. Run it after every change of dependencies: `node scripts/complete-lock.mjs`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(path, "utf8"));

const SYSTEMS = {
  aix: "aix",
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  win32: "win32",
  wasm32: undefined,
};

/** Tells from a name such as `@unrs/resolver-binding-linux-x64-musl` where a package belongs; undefined for others. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const at = words.findIndex((word) => word in SYSTEMS);
  if (at < 0) return undefined;
  if (words[at] === "wasm32") return { cpu: ["wasm32"] };
  const cpu = words[at + 1];
  const abi = words[at + 2];
  return {
    cpu: [cpu],
    os: [SYSTEMS[words[at]]],
    ...(abi === "musl" || abi === "musleabihf" ? { libc: ["musl"] } : {}),
    ...(words[at] === "linux" && (abi === "gnu" || abi === "gnueabihf") ? { libc: ["glibc"] } : {}),
  };
}

let added = 0;
for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[key] !== undefined || platform === undefined || !/^\d/.test(version)) continue;
    lock.packages[key] = { version, ...platform, ...(dev ? { dev } : {}), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
console.error(`package-lock.json: ${added} optional packages of other platforms added`);

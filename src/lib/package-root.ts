import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE_NAME = "reflow-ec2";

/**
 * The folder that holds our package.json, found by walking up from `moduleUrl` (a module's `import.meta.url`): the
 * same module lies in src/ under tests and in dist/ once bundled, and data/ is beside both.
 * @throws Error when no folder above holds our package.json: the package was taken apart.
 */
export function packageRoot(moduleUrl: string): string {
  let folder = path.dirname(fileURLToPath(moduleUrl));
  while (!holdsOurPackage(folder)) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no package.json of ${PACKAGE_NAME} above ${fileURLToPath(moduleUrl)}`);
    folder = parent;
  }
  return folder;
}

function holdsOurPackage(folder: string): boolean {
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) return false;
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof content === "object" && content !== null && "name" in content && content.name === PACKAGE_NAME;
  } catch {
    // Somebody else's broken file is not ours.
    return false;
  }
}

import type { NewCloudFile, NewCloudUnit } from "../cloudconfig/cloud-config.js";

/** What one concern adds to the user-data, in order. */
export interface UserDataPart {
  readonly files: readonly NewCloudFile[];
  readonly units: readonly NewCloudUnit[];
}

/** A text file that everybody on the machine may read. */
export function publicFile(path: string, content: string): NewCloudFile {
  return { path, permissions: "0644", owner: "root", content };
}

/** A file with secrets; Reflow leaves its own world-readable (0644). */
export function secretFile(path: string, content: string): NewCloudFile {
  return { path, permissions: "0600", owner: "root", content };
}

/** A script or program. */
export function executableFile(path: string, content: string): NewCloudFile {
  return { path, permissions: "0755", owner: "root", content };
}

/** Text of a unit; each section a list of its lines. */
export function unitText(sections: Readonly<Record<string, readonly string[]>>): string {
  const texts = Object.entries(sections).map(([name, lines]) => [`[${name}]`, ...lines, ""].join("\n"));
  return texts.join("\n");
}

/**
 * Lines of `[Unit]` by which the failure of a unit powers the machine off, and so ends the instance; none when it is
 * immortal. Nothing may cancel a power-off that has begun, hence the job mode.
 */
export function powerOffOnFailure(immortal: boolean): string[] {
  return immortal ? [] : ["OnFailure=poweroff.target", "OnFailureJobMode=replace-irreversibly"];
}

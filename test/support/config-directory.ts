import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for a configuration that commands are to read from a file. */
export class ConfigDirectory {
  private readonly path = mkdtempSync(join(tmpdir(), "reflow-ec2-config-"));

  /** Writes a configuration; gives its path. */
  write(text: string): string {
    const path = join(this.path, "config.yaml");
    writeFileSync(path, text);
    return path;
  }

  /** What a command said, with `DIR` for the directory's name. */
  normal(text: string): string {
    return text.replaceAll(this.path, "DIR");
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

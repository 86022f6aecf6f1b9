import { readFileSync } from "node:fs";
import { ConfigError } from "../../src/errors.js";
import type { FileLook, SetupFiles } from "../../src/setup/ports.js";
import { Interruptions } from "./interruptions.js";

/** An authority that a Reflow of 2023 made. */
export const AUTHORITY_PEM = readFileSync(new URL("../fixtures/config/authority-2023.pem", import.meta.url), "utf8");

/** Lines of OpenSSH without a comment. */
export const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
export const OTHER_PUBLIC_KEY = PUBLIC_KEY.replace(/B$/, "C");

/** A file of the fake machine. */
export interface FakeFile {
  readonly text: string;
  readonly mode: number;
}

/** The files of a machine in memory. */
export class FakeFiles implements SetupFiles {
  readonly files: Map<string, FakeFile>;
  private readonly changing = new Map<string, Promise<void>>();

  constructor(
    files: Readonly<Record<string, string | FakeFile>> = {},
    private readonly interruptions = new Interruptions(),
  ) {
    this.files = new Map(
      Object.entries(files).map(([path, file]) => [
        path,
        typeof file === "string" ? { text: file, mode: 0o600 } : file,
      ]),
    );
  }

  async look(path: string): Promise<FileLook | undefined> {
    const file = this.files.get(path);
    return file && { text: file.text, openToOthers: (file.mode & 0o077) !== 0 };
  }

  /** One after the other. */
  async whileChanging<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.changing.get(path) ?? Promise.resolve();
    const now = before.then(async () => {
      signal.throwIfAborted();
      return work();
    });
    const settled = now.then(
      () => undefined,
      () => undefined,
    );
    this.changing.set(path, settled);
    return now;
  }

  replace(path: string, text: string): Promise<void> {
    return this.interruptions.around(() => void this.files.set(path, { text, mode: 0o600 }));
  }

  copy(from: string, to: string): Promise<void> {
    return this.interruptions.around(() => {
      if (!this.files.has(to)) this.files.set(to, { text: this.text(from), mode: 0o600 });
    });
  }

  move(from: string, to: string): Promise<void> {
    return this.interruptions.around(() => {
      this.files.set(to, { text: this.text(from), mode: 0o600 });
      this.files.delete(from);
    });
  }

  restrict(path: string): Promise<void> {
    return this.interruptions.around(() => void this.files.set(path, { text: this.text(path), mode: 0o600 }));
  }

  makeAuthority(path: string): Promise<"made" | "was-there"> {
    return this.interruptions.around(() => {
      if (this.files.has(path)) return "was-there";
      this.files.set(path, { text: AUTHORITY_PEM, mode: 0o600 });
      return "made";
    });
  }

  /** The text of a file that must be there. */
  text(path: string): string {
    const file = this.files.get(path);
    if (file === undefined) throw new ConfigError(`no file ${path}`);
    return file.text;
  }
}

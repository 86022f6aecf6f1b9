/** How a program with a TLS server goes wrong: it never answers, ends at once, or is of an authority of its own. */
export type ProgramFault = "hangs" | "crashes" | "wrong-authority";

/** What is wrong with one machine, beside its user-data. Nothing by default. */
export interface MachineFaults {
  /** The operating system never comes to its first unit. */
  readonly osHangs?: boolean;
  /** The bootstrap's program cannot be had. */
  readonly downloadFails?: boolean;
  readonly bootstrap?: ProgramFault | undefined;
  /** What the bootstrap says when it is told to install. */
  readonly installFails?: string;
  readonly reflowlet?: ProgramFault | undefined;
  /** The reflowlet serves and never tags its instance. */
  readonly neverTags?: boolean;
  /** The version that the reflowlet says it is of. */
  readonly version?: string;
  /** What the machine has of its type's memory, in percent. */
  readonly memoryPct?: number;
  /** The reflowlet answers nothing from `afterMs` after its start, for `forMs`. */
  readonly silence?: { readonly afterMs: number; readonly forMs: number };
}

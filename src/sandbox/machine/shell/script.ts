/** A shell script as a tree: what the scripts of user-data use, and no more. */

/** A piece of a word; what stands in quotes is neither split nor taken for a pattern. */
export type WordPart = { readonly quoted: boolean } & (
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string; readonly fallback: Word | undefined }
  | { readonly kind: "command"; readonly script: Script }
  | { readonly kind: "arithmetic"; readonly expression: string }
);

/** One word of a command. */
export type Word = readonly WordPart[];

/** Where a command's input or output goes. */
export interface Redirect {
  readonly descriptor: 0 | 1 | 2;
  readonly kind: "read" | "write" | "append" | "duplicate";
  /** A file, or for `duplicate` the number of a descriptor. */
  readonly target: Word;
}

/** A command, by itself or compound. */
export type Command = { readonly line: number; readonly redirects: readonly Redirect[] } & (
  | {
      readonly kind: "simple";
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
    }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: Script | undefined }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[]; readonly body: Script }
  | { readonly kind: "while"; readonly until: boolean; readonly condition: Script; readonly body: Script }
  | { readonly kind: "group"; readonly body: Script }
);

/** A condition of an `if` and what follows from it. */
export interface Branch {
  readonly condition: Script;
  readonly body: Script;
}

/** Commands joined by `|`, perhaps with `!` before them. */
export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly pipeline: Pipeline }[];
}

/** Commands one after the other. */
export type Script = readonly AndOr[];

/** The text is no script that the sandbox's shell can run. */
export class ShellSyntaxError extends Error {
  constructor(
    /** 1-based. */
    readonly line: number,
    message: string,
  ) {
    super(`line ${line}: ${message}`);
  }
}

import { expect } from "@jest/globals";
import type { CliUser } from "./cli.js";
import { failureOf, type Failure } from "./failure.js";
import { Lanes } from "./lanes.js";

/** A command line that cannot work, and what its user reads. */
export interface Wrong {
  readonly title: string;
  readonly args: () => readonly string[];
  readonly env?: () => Readonly<Record<string, string>>;
  /** Exit code; 2 when left out. */
  readonly code?: number;
  /** Parts of the error in their order; what is wrong is among them. */
  readonly says: readonly string[];
  /** Part of the hint: what to type or to look at next. */
  readonly hint: string;
}

/** Starts all command lines of the tables; gives how each one fails, to be awaited by its test. */
export function runWrong(user: CliUser, rows: readonly Wrong[]): (row: Wrong) => Promise<Failure> {
  return new Lanes().startAll(rows, async (row) => {
    const args = row.args();
    return failureOf(await user.run(args, row.env?.()), args);
  });
}

/** The whole of how a command line should fail. */
export function failureExpected({ code = 2, says, hint }: Wrong): Failure {
  const inOrder = says.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*");
  return {
    code,
    stdout: "",
    error: expect.stringMatching(new RegExp(inOrder)) as unknown as string,
    hint: expect.stringContaining(hint) as unknown as string,
    slips: [],
  };
}

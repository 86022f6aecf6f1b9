import { AccessError, ConfigError, ReflowEc2Error, type ConfigProblem } from "../errors.js";

/** What a check found. Every text is one sentence or less, without a full stop. */
export type Finding =
  | { readonly status: "ok"; readonly summary: string }
  | Trouble<"warning">
  | (Trouble<"failure"> & {
      /** The exit code that a command would end with because of it. */
      readonly exitCode: number;
    })
  | {
      /** It could not be found out. */
      readonly status: "skipped";
      readonly summary: string;
      /** The check that must be well first. */
      readonly because?: string | undefined;
    };

interface Trouble<Status extends string> {
  readonly status: Status;
  /** What is. */
  readonly summary: string;
  /** What comes of it. */
  readonly consequence: string;
  /** What to type or change next. */
  readonly fix: string;
  /** Each by itself, where there are several. */
  readonly problems?: readonly ConfigProblem[] | undefined;
}

/** A finding with the check's name. */
export type Examined = Finding & {
  readonly name: string;
  /** What several checks are about together, e.g. `permissions`. */
  readonly group?: string | undefined;
};

/** All is well. */
export function ok(summary: string): Finding {
  return { status: "ok", summary };
}

/** It cannot be told. */
export function skipped(summary: string): Finding {
  return { status: "skipped", summary };
}

/** It cannot be told before another check is well. */
export function skippedFor(check: string): Finding {
  return { status: "skipped", summary: `because of ${check}`, because: check };
}

/** Commands work, and may do worse than they could. */
export function warning(
  summary: string,
  consequence: string,
  fix: string,
  problems?: readonly ConfigProblem[],
): Finding {
  return { status: "warning", summary, consequence, fix, problems };
}

/** A command will fail, with this exit code. */
export function failure(
  exitCode: number,
  summary: string,
  consequence: string,
  fix: string,
  problems?: readonly ConfigProblem[],
): Finding {
  return { status: "failure", summary, consequence, fix, exitCode, problems };
}

/**
 * The finding that an error is: a failure with the error's own hint and exit code. What AWS does not let us look at is
 * not known: credentials and permissions have checks of their own.
 * @throws anything but our own errors
 */
export function findingOf(error: unknown, consequence: string): Finding {
  if (!(error instanceof ReflowEc2Error)) throw error;
  if (error instanceof AccessError) return skipped(`it may not be looked at: ${error.message}`);
  const untold = (error instanceof ConfigError ? error.problems : []).filter(
    ({ message }) => !error.message.includes(message),
  );
  const problems = untold.length > 0 ? untold : undefined;
  return failure(error.exitCode, error.message, consequence, error.hint ?? "mend what is named", problems);
}

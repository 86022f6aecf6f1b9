import { ReflowEc2Error, UsageError } from "../../errors.js";
import type { World } from "../../world.js";

/** The user was asked, and said no. */
export class DeclinedError extends ReflowEc2Error {
  readonly code = "declined";
  readonly exitCode = 2;
}

/**
 * Asks a yes-or-no question; anything but yes is no.
 * @throws UsageError where nobody can be asked: standard input or standard error is no terminal; DeclinedError at no.
 */
export async function confirm(world: World, question: string, signal: AbortSignal): Promise<void> {
  if (!world.stdin.isTTY || !world.stderr.isTTY) {
    throw new UsageError("this needs a confirmation, and there is no terminal to ask on", {
      hint: "Add --yes if it is meant.",
    });
  }
  const answer = await world.stdin.question(`${question} [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw new DeclinedError("nothing was done");
}

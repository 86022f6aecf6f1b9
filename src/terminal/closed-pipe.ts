import { ReflowEc2Error } from "../errors.js";

/** Whoever read standard output has gone, as `head` does when it has enough: work ends, and nothing is wrong. */
export class ClosedPipeError extends ReflowEc2Error {
  readonly code = "closed-pipe";
  readonly exitCode = 0;

  constructor() {
    super("the reader of standard output has gone");
  }
}

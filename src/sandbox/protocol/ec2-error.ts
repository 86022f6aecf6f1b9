/** An error as the EC2 API answers it: the code is what programs compare, the message is EC2's own wording. */
export class Ec2ApiError extends Error {
  constructor(
    /** E.g. `InvalidInstanceID.NotFound`, without the `Client.` prefix that the documentation writes. */
    readonly code: string,
    message: string,
    /** EC2 answers almost every client error with 400; the exceptions are in {@link statusByCode}. */
    readonly status: number = statusByCode.get(code) ?? 400,
  ) {
    super(message);
    this.name = "Ec2ApiError";
  }
}

/** Statuses other than 400 that EC2 has been seen to use. */
const statusByCode: ReadonlyMap<string, number> = new Map([
  ["AuthFailure", 401],
  ["UnauthorizedOperation", 403],
  ["DryRunOperation", 412],
  ["RequestEntityTooLarge", 413],
  ["InsufficientInstanceCapacity", 500],
  ["InternalError", 500],
  ["RequestLimitExceeded", 503],
  ["Unavailable", 503],
]);

/** A parameter that the action cannot do without was not sent (or was sent empty). */
export function missingParameter(name: string): Ec2ApiError {
  return new Ec2ApiError("MissingParameter", `The request must contain the parameter ${name}`);
}

/** A parameter's value is not one that EC2 takes; `why` is a sentence. */
export function invalidValue(name: string, value: string | number, why: string): Ec2ApiError {
  return new Ec2ApiError("InvalidParameterValue", `Value (${value}) for parameter ${name} is invalid. ${why}`);
}

/** Parameters that are fine alone and not together. */
export function invalidCombination(message: string): Ec2ApiError {
  return new Ec2ApiError("InvalidParameterCombination", message);
}

/** What is wrong with the caller's credentials. */
export type BadCredentials = "expired" | "invalid";

/** An error as a service answers it. */
export interface CredentialError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/** How each family of services refuses them: EC2, the other query services, the JSON services, S3. */
const ERRORS = {
  ec2: {
    expired: { code: "RequestExpired", status: 400, message: "Request has expired." },
    invalid: {
      code: "AuthFailure",
      status: 401,
      message: "AWS was not able to validate the provided access credentials",
    },
  },
  query: {
    expired: { code: "ExpiredToken", status: 403, message: "The security token included in the request is expired" },
    invalid: {
      code: "InvalidClientTokenId",
      status: 403,
      message: "The security token included in the request is invalid.",
    },
  },
  json: {
    expired: {
      code: "ExpiredTokenException",
      status: 400,
      message: "The security token included in the request is expired",
    },
    invalid: {
      code: "UnrecognizedClientException",
      status: 400,
      message: "The security token included in the request is invalid.",
    },
  },
  s3: {
    expired: { code: "ExpiredToken", status: 400, message: "The provided token has expired." },
    invalid: {
      code: "InvalidAccessKeyId",
      status: 403,
      message: "The AWS Access Key Id you provided does not exist in our records.",
    },
  },
} as const satisfies Record<string, Record<BadCredentials, CredentialError>>;

/** How a family of services refuses credentials. */
export function credentialError(family: keyof typeof ERRORS, what: BadCredentials): CredentialError {
  return ERRORS[family][what];
}

/** What a request's signature says about it. The signature itself is not checked: the sandbox has no secrets. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
  /** E.g. `ec2`, `ecr`. */
  readonly service: string;
}

/**
 * Reads the credential scope (`<key>/<date>/<region>/<service>/aws4_request`) of a Signature Version 4 request, from
 * its Authorization header or, in a presigned URL, from its query.
 * @returns undefined when the request is not signed in that way.
 */
export function readCaller(authorization: string | undefined, query: URLSearchParams): Caller | undefined {
  const scope =
    authorization === undefined
      ? (query.get("X-Amz-Credential") ?? undefined)
      : /^AWS4-[A-Z0-9-]+ .*Credential=([^,\s]+)/.exec(authorization)?.[1];
  const parts = scope?.split("/");
  if (parts === undefined || parts.length < 5) return undefined;
  // Access keys hold no slash, but nothing is lost by reading from the end.
  const [region = "", service = "", terminator] = parts.slice(-3);
  if (terminator !== "aws4_request") return undefined;
  return { accessKeyId: parts.slice(0, -4).join("/"), region, service };
}

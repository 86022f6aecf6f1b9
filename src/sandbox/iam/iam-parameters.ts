import type { Parameters } from "../protocol/parameters.js";
import { QueryError } from "../query-service.js";
import { validationError } from "./iam-error.js";

/** What names of roles, policies and profiles are made of (AWS, CreateRole). */
const NAME = /^[\w+=,.@-]{1,128}$/;

/** A name of IAM. @throws QueryError ValidationError when it is missing, or no name */
export function readName(parameters: Parameters, member: string): string {
  const name = parameters.text(member);
  if (name !== undefined && NAME.test(name)) return name;
  throw validationError(
    name === undefined
      ? `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`
      : `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** A policy. @throws QueryError MalformedPolicyDocument when it is no JSON, or says nothing */
export function readPolicy(parameters: Parameters, member: string): string {
  const text = parameters.text(member) ?? "";
  if (hasStatement(text)) return text;
  throw new QueryError("MalformedPolicyDocument", 400, "Syntax errors in policy.");
}

function hasStatement(text: string): boolean {
  try {
    const policy: unknown = JSON.parse(text);
    return typeof policy === "object" && policy !== null && "Statement" in policy;
  } catch {
    return false;
  }
}

/** `Tags.member.N`. */
export function readTags(parameters: Parameters): ReadonlyMap<string, string> {
  const tags = parameters.member("Tags").list("member");
  return new Map(tags.map((tag) => [tag.requiredText("Key"), tag.rawText("Value") ?? ""]));
}

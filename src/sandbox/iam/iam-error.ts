import { QueryError } from "../query-service.js";

/** There is none of that name. */
export function noSuchEntity(what: string): QueryError {
  return new QueryError("NoSuchEntity", 404, `${what} cannot be found.`);
}

/** There is one of that name. */
export function alreadyExists(what: string): QueryError {
  return new QueryError("EntityAlreadyExists", 409, `${what} already exists.`);
}

/** It has something that must go first. */
export function deleteConflict(why: string): QueryError {
  return new QueryError("DeleteConflict", 409, `Cannot delete entity, must ${why} first.`);
}

/** A value is not one that IAM takes. */
export function validationError(message: string): QueryError {
  return new QueryError("ValidationError", 400, message);
}

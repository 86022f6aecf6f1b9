import type { Service } from "../protocol/answer.js";
import { queryService } from "../query-service.js";
import type { ScenarioInForce } from "../scenario/scenario-run.js";
import { profileActions } from "./profile-actions.js";
import { roleActions, type Iam } from "./role-actions.js";

/** The actions of IAM that the sandbox answers, by name. */
export const iamActions = (iam: Iam) => new Map([...roleActions(iam), ...profileActions(iam)]);

/** IAM: roles with their own policies, and instance profiles. It has no region; what it makes EC2 knows at once. */
export function iamService(options: Iam & { readonly scenario: ScenarioInForce }): Service {
  return queryService({
    service: "iam",
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    actions: iamActions(options),
    ...options,
  });
}

import { ACCOUNT_ID, CALLER_ARN } from "./ec2/account-content.js";
import type { RandomBytes } from "./ec2/ids.js";
import type { Service } from "./protocol/answer.js";
import { queryService, type QueryAction } from "./query-service.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

/** The unique id of the caller's user. */
const USER_ID = "AIDAREFLOWEC2SANDBOX";

const actions: ReadonlyMap<string, QueryAction> = new Map([
  ["GetCallerIdentity", () => ({ Arn: CALLER_ARN, UserId: USER_ID, Account: ACCOUNT_ID })],
]);

/** STS: tells who calls, which is always the same user of the sandbox's account. */
export function stsService(options: {
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}): Service {
  return queryService({
    service: "sts",
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    actions,
    ...options,
  });
}

import { ACCOUNT_ID, CALLER_ARN, notAuthorized } from "./ec2/account-content.js";
import { newRequestId, type RandomBytes } from "./ec2/ids.js";
import type { Answer, Service } from "./protocol/answer.js";
import { xmlDocument, type XmlObject } from "./protocol/xml.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** The unique id of the caller's user. */
const USER_ID = "AIDAREFLOWEC2SANDBOX";

/** STS: tells who calls, which is always the same user of the sandbox's account. */
export function stsService(options: {
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}): Service {
  return async ({ caller, form }) => {
    const requestId = newRequestId(options.randomBytes);
    const reply = (status: number, root: string, members: XmlObject): Answer => ({
      status,
      contentType: "text/xml",
      requestId,
      body: xmlDocument(root, members, NAMESPACE),
    });
    const refuse = (status: number, code: string, message: string): Answer =>
      reply(status, "ErrorResponse", { Error: { Type: "Sender", Code: code, Message: message }, RequestId: requestId });
    const action = form.get("Action") ?? "";
    if (caller === undefined)
      return refuse(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    if (action !== "GetCallerIdentity") {
      return refuse(400, "InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
    }
    const admission = options.scenario.now.calls.admit({ service: "sts", action, filtered: true, resources: 0 });
    await options.scenario.delay(admission.latencyMs);
    if (admission.kind === "throttled") return refuse(400, "Throttling", "Rate exceeded");
    if (admission.kind === "denied") {
      return refuse(403, "AccessDenied", admission.message ?? notAuthorized(`sts:${action}`, "*"));
    }
    return reply(200, "GetCallerIdentityResponse", {
      GetCallerIdentityResult: { Arn: CALLER_ARN, UserId: USER_ID, Account: ACCOUNT_ID },
      ResponseMetadata: { RequestId: requestId },
    });
  };
}

import type { Clock } from "../lib/clock.js";
import { ACCOUNT_ID, notAuthorized } from "./ec2/account-content.js";
import { newRequestId, type RandomBytes } from "./ec2/ids.js";
import type { Answer, Service } from "./protocol/answer.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

/** A login for ECR is good for twelve hours. */
const TOKEN_LIFETIME_S = 12 * 3600;

/** The target of ECR's actions in AWS JSON 1.1. */
const TARGET_PREFIX = "AmazonEC2ContainerRegistry_V20150921.";

/** ECR: gives a login for the account's registry, which nothing in the sandbox ever pulls from. */
export function ecrService(options: {
  readonly region: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}): Service {
  return async ({ caller, target }) => {
    const answer = (status: number, body: object): Answer => ({
      status,
      contentType: "application/x-amz-json-1.1",
      requestId: newRequestId(options.randomBytes),
      body: JSON.stringify(body),
    });
    if (caller === undefined) {
      return answer(400, { __type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" });
    }
    if (target !== `${TARGET_PREFIX}GetAuthorizationToken`) {
      return answer(400, { __type: "UnknownOperationException" });
    }
    const call = { service: "ecr", action: "GetAuthorizationToken", filtered: true, resources: 0 };
    const admission = options.scenario.now.calls.admit(call);
    await options.scenario.delay(admission.latencyMs);
    if (admission.kind === "throttled") {
      return answer(400, { __type: "ThrottlingException", message: "Rate exceeded" });
    }
    if (admission.kind === "denied") {
      const message = admission.message ?? notAuthorized("ecr:GetAuthorizationToken", "*");
      return answer(400, { __type: "AccessDeniedException", message });
    }
    const password = options.randomBytes(48).toString("base64");
    return answer(200, {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
          expiresAt: Math.floor(options.clock.nowMs() / 1000) + TOKEN_LIFETIME_S,
          proxyEndpoint: `https://${ACCOUNT_ID}.dkr.ecr.${options.region}.amazonaws.com`,
        },
      ],
    });
  };
}

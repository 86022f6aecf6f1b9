import type { Clock } from "../lib/clock.js";
import { ACCOUNT_ID } from "./ec2/account-content.js";
import type { RandomBytes } from "./ec2/ids.js";
import { jsonService } from "./json-service.js";
import type { Service } from "./protocol/answer.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

/** A login for ECR is good for twelve hours. */
const TOKEN_LIFETIME_S = 12 * 3600;

/** ECR: gives a login for the account's registry, which nothing in the sandbox ever pulls from. */
export function ecrService(options: {
  readonly region: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}): Service {
  const getAuthorizationToken = (): object => {
    const password = options.randomBytes(48).toString("base64");
    return {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
          expiresAt: Math.floor(options.clock.nowMs() / 1000) + TOKEN_LIFETIME_S,
          proxyEndpoint: `https://${ACCOUNT_ID}.dkr.ecr.${options.region}.amazonaws.com`,
        },
      ],
    };
  };
  return jsonService({
    service: "ecr",
    targetPrefix: "AmazonEC2ContainerRegistry_V20150921.",
    actions: new Map([["GetAuthorizationToken", getAuthorizationToken]]),
    randomBytes: options.randomBytes,
    scenario: options.scenario,
  });
}

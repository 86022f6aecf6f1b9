import { notAuthorized } from "./ec2/account-content.js";
import { newRequestId, type RandomBytes } from "./ec2/ids.js";
import type { Answer, Service } from "./protocol/answer.js";
import { credentialError } from "./protocol/credential-errors.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

/** An error of a JSON service. */
export class JsonError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "JsonError";
  }
}

/** One action: the members of its request to those of its answer. @throws JsonError */
export type JsonAction = (request: Readonly<Record<string, unknown>>) => object;

/** A service that speaks AWS JSON 1.1. */
export interface JsonServiceOptions {
  /** As in policies and scenarios. */
  readonly service: string;
  /** What stands before the action in the header X-Amz-Target, with the dot. */
  readonly targetPrefix: string;
  readonly actions: ReadonlyMap<string, JsonAction>;
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}

/** A JSON service behind the endpoint. */
export function jsonService({ service, targetPrefix, actions, randomBytes, scenario }: JsonServiceOptions): Service {
  return async ({ caller, target, body }) => {
    const answer = (status: number, members: object): Answer => ({
      status,
      contentType: "application/x-amz-json-1.1",
      requestId: newRequestId(randomBytes),
      body: JSON.stringify(members),
    });
    const refuse = (__type: string, message: string): Answer => answer(400, { __type, message });
    if (caller === undefined) return refuse("MissingAuthenticationTokenException", "Missing Authentication Token");
    const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : "";
    const action = actions.get(name);
    if (action === undefined) return answer(400, { __type: "UnknownOperationException" });
    const admission = scenario.now.calls.admit({ service, action: name, filtered: true, resources: 0 });
    await scenario.delay(admission.latencyMs);
    switch (admission.kind) {
      case "throttled":
        return refuse("ThrottlingException", "Rate exceeded");
      case "rejected": {
        const { code, message } = credentialError("json", admission.credentials);
        return refuse(code, message);
      }
      case "denied":
        return refuse("AccessDeniedException", admission.message ?? notAuthorized(`${service}:${name}`, "*"));
      case "admitted":
    }
    try {
      return answer(200, action(readRequest(body)));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      return refuse(error.code, error.message);
    }
  };
}

function readRequest(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const request: unknown = JSON.parse(body.toString() || "{}");
    if (typeof request === "object" && request !== null) return { ...request };
  } catch {
    // Said below.
  }
  throw new JsonError("SerializationException", "The request is no JSON object.");
}

import { notAuthorized } from "./ec2/account-content.js";
import { newRequestId, type RandomBytes } from "./ec2/ids.js";
import type { Answer, Service } from "./protocol/answer.js";
import { credentialError } from "./protocol/credential-errors.js";
import { Parameters } from "./protocol/parameters.js";
import { xmlDocument, type XmlObject } from "./protocol/xml.js";
import { Ec2ApiError } from "./protocol/ec2-error.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

/** An error of a query service. */
export class QueryError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "QueryError";
  }
}

/** One action: its parameters to the members of its result; none where it has no result. @throws QueryError */
export type QueryAction = (parameters: Parameters) => XmlObject | undefined;

/** A service that speaks AWS's query protocol. */
export interface QueryServiceOptions {
  /** As in policies and scenarios. */
  readonly service: string;
  readonly version: string;
  readonly namespace: string;
  readonly actions: ReadonlyMap<string, QueryAction>;
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}

/** A query service behind the endpoint: one form in, one XML answer out. */
export function queryService(options: QueryServiceOptions): Service {
  const { service, version, namespace, actions, randomBytes, scenario } = options;
  return async ({ caller, form }) => {
    const requestId = newRequestId(randomBytes);
    const reply = (status: number, root: string, members: XmlObject): Answer => ({
      status,
      contentType: "text/xml",
      requestId,
      body: xmlDocument(root, members, namespace, "members"),
    });
    const refuse = (status: number, code: string, message: string): Answer =>
      reply(status, "ErrorResponse", { Error: { Type: "Sender", Code: code, Message: message }, RequestId: requestId });
    const name = form.get("Action") ?? "";
    if (caller === undefined) {
      return refuse(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    }
    const action = actions.get(name);
    if (action === undefined) {
      return refuse(400, "InvalidAction", `Could not find operation ${name} for version ${version}`);
    }
    const admission = scenario.now.calls.admit({ service, action: name, filtered: true, resources: 0 });
    await scenario.delay(admission.latencyMs);
    switch (admission.kind) {
      case "throttled":
        return refuse(400, "Throttling", "Rate exceeded");
      case "rejected": {
        const { status, code, message } = credentialError("query", admission.credentials);
        return refuse(status, code, message);
      }
      case "denied":
        return refuse(403, "AccessDenied", admission.message ?? notAuthorized(`${service}:${name}`, "*"));
      case "admitted":
    }
    try {
      const result = action(Parameters.parse(form));
      return reply(200, `${name}Response`, {
        ...(result !== undefined && { [`${name}Result`]: result }),
        ResponseMetadata: { RequestId: requestId },
      });
    } catch (error) {
      if (error instanceof QueryError) return refuse(error.status, error.code, error.message);
      // Of the parameters' own reader.
      if (error instanceof Ec2ApiError) return refuse(400, "ValidationError", error.message);
      throw error;
    }
  };
}

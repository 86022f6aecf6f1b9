import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { CallerIdentity } from "../../account/ports.js";
import { EndpointError } from "../../errors.js";
import type { ServiceCaller } from "./service-caller.js";

/** Asks STS who calls, and what its clock says. @throws AccessError for credentials that are missing, wrong or expired */
export async function askIdentity(sts: STSClient, caller: ServiceCaller, signal: AbortSignal): Promise<CallerIdentity> {
  const action = "GetCallerIdentity";
  let serverTimeMs: number | undefined;
  const { Account, Arn } = await caller.call(action, signal, (options) => {
    const command = new GetCallerIdentityCommand({});
    command.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        serverTimeMs = dateOf(answer.response);
        return answer;
      },
      // The answer as it came, before the SDK makes data of it.
      { step: "deserialize", priority: "low" },
    );
    return sts.send(command, options);
  });
  if (Account === undefined || Arn === undefined) {
    throw new EndpointError(`${action}: the endpoint does not answer as STS does`, {
      hint: "check --endpoint-url or AWS_ENDPOINT_URL, and HTTPS_PROXY: something else answers",
    });
  }
  return { accountId: Account, arn: Arn, serverTimeMs };
}

function dateOf(response: unknown): number | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== "object" || headers === null || !("date" in headers)) return undefined;
  const ms = Date.parse(String(headers.date));
  return Number.isNaN(ms) ? undefined : ms;
}

import { ListServiceQuotasCommand, type ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { Quota } from "../../account/ports.js";
import { EndpointError } from "../../errors.js";
import type { ServiceCaller } from "./service-caller.js";

/** The largest page of Service Quotas. */
const PAGE = 100;

/** All quotas of EC2 in the region. */
export async function findQuotas(
  client: ServiceQuotasClient,
  caller: ServiceCaller,
  signal: AbortSignal,
): Promise<readonly Quota[]> {
  const action = "ListServiceQuotas";
  const found: Quota[] = [];
  let token: string | undefined;
  do {
    const page = token === undefined ? {} : { NextToken: token };
    const command = new ListServiceQuotasCommand({ ServiceCode: "ec2", MaxResults: PAGE, ...page });
    const answer = await caller.call(action, signal, (options) => client.send(command, options));
    if (answer.Quotas === undefined) {
      throw new EndpointError(`${action}: the endpoint does not answer as Service Quotas does`, {
        hint: "check --endpoint-url or AWS_ENDPOINT_URL, and HTTPS_PROXY: something else answers",
      });
    }
    for (const { QuotaCode: code, QuotaName: name = "", Value: value } of answer.Quotas) {
      if (code !== undefined && value !== undefined) found.push({ code, name, value });
    }
    token = answer.NextToken;
  } while (token);
  return found;
}

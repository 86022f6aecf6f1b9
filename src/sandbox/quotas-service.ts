import { ACCOUNT_ID } from "./ec2/account-content.js";
import type { RandomBytes } from "./ec2/ids.js";
import { JsonError, jsonService, type JsonAction } from "./json-service.js";
import type { Service } from "./protocol/answer.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";
import type { Scenario } from "./scenario/schema.js";

/** What is told where the scenario sets no limit; nothing holds anybody to it. */
const UNLIMITED = 10_000;

/** EC2's quotas of running instances, in vCPUs, https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html. */
const QUOTAS: readonly (readonly [code: string, name: string, market: "onDemandVcpus" | "spotVcpus"])[] = [
  ["L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", "onDemandVcpus"],
  ["L-DB2E81BA", "Running On-Demand G and VT instances", "onDemandVcpus"],
  ["L-417A185B", "Running On-Demand P instances", "onDemandVcpus"],
  ["L-74FC7D96", "Running On-Demand F instances", "onDemandVcpus"],
  ["L-1945791B", "Running On-Demand Inf instances", "onDemandVcpus"],
  ["L-2C3B7624", "Running On-Demand Trn instances", "onDemandVcpus"],
  ["L-7295265B", "Running On-Demand X instances", "onDemandVcpus"],
  ["L-43DA4232", "Running On-Demand High Memory instances", "onDemandVcpus"],
  ["L-F7808C92", "Running On-Demand HPC instances", "onDemandVcpus"],
  ["L-6E869C2A", "Running On-Demand DL instances", "onDemandVcpus"],
  ["L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", "spotVcpus"],
  ["L-3819A6DF", "All G and VT Spot Instance Requests", "spotVcpus"],
  ["L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests", "spotVcpus"],
  ["L-88CF9481", "All F Spot Instance Requests", "spotVcpus"],
  ["L-B5D1601B", "All Inf Spot Instance Requests", "spotVcpus"],
  ["L-6B0D517C", "All Trn Spot Instance Requests", "spotVcpus"],
  ["L-E3A00192", "All X Spot Instance Requests", "spotVcpus"],
  ["L-85EED4F7", "All DL Spot Instance Requests", "spotVcpus"],
];

/** The largest page, and the one where the request names none. */
const LARGEST_PAGE = 100;

/** Service Quotas: EC2's limits as the scenario has them. */
export function quotasService(options: {
  readonly region: string;
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}): Service {
  const all = (): readonly QuotaAnswer[] => quotaAnswers(options.scenario.now.scenario.quotas ?? {}, options.region);
  const actions = new Map<string, JsonAction>([
    ["ListServiceQuotas", (request) => page(ofEc2(request, all), request)],
    [
      "GetServiceQuota",
      (request) => {
        const quota = ofEc2(request, all).find(({ QuotaCode }) => QuotaCode === request["QuotaCode"]);
        if (quota === undefined) throw noSuchResource();
        return { Quota: quota };
      },
    ],
  ]);
  const { randomBytes, scenario } = options;
  const targetPrefix = "ServiceQuotasV20190624.";
  return jsonService({ service: "servicequotas", targetPrefix, actions, randomBytes, scenario });
}

type QuotaAnswer = Readonly<Record<string, unknown>>;

function quotaAnswers(limits: NonNullable<Scenario["quotas"]>, region: string): readonly QuotaAnswer[] {
  return QUOTAS.map(([code, name, market]) => ({
    ServiceCode: "ec2",
    ServiceName: "Amazon Elastic Compute Cloud (Amazon EC2)",
    QuotaArn: `arn:aws:servicequotas:${region}:${ACCOUNT_ID}:ec2/${code}`,
    QuotaCode: code,
    QuotaName: name,
    Value: limits[market] ?? UNLIMITED,
    Unit: "None",
    Adjustable: true,
    GlobalQuota: false,
  }));
}

function ofEc2(request: Readonly<Record<string, unknown>>, all: () => readonly QuotaAnswer[]): readonly QuotaAnswer[] {
  if (request["ServiceCode"] !== "ec2") throw noSuchResource();
  return all();
}

function noSuchResource(): JsonError {
  return new JsonError("NoSuchResourceException", "The request failed because the specified service does not exist.");
}

function page(quotas: readonly QuotaAnswer[], request: Readonly<Record<string, unknown>>): object {
  const { MaxResults, NextToken } = request;
  const size = typeof MaxResults === "number" ? Math.min(MaxResults, LARGEST_PAGE) : LARGEST_PAGE;
  const from = typeof NextToken === "string" ? Number(Buffer.from(NextToken, "base64url").toString()) : 0;
  if (!Number.isSafeInteger(from) || from < 0) {
    throw new JsonError("InvalidPaginationTokenException", "Invalid input was provided.");
  }
  const end = from + size;
  return {
    Quotas: quotas.slice(from, end),
    ...(end < quotas.length && { NextToken: Buffer.from(String(end)).toString("base64url") }),
  };
}

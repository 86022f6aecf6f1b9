import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListInstanceProfilesForRoleCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { ListServiceQuotasCommand, GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openTestSandbox, REGION, type TestSandbox } from "../support.js";

const POLICY = '{"Version":"2012-10-17","Statement":[]}';

let box: TestSandbox;
let iam: IAMClient;
let quotas: ServiceQuotasClient;
beforeEach(async () => {
  box = await openTestSandbox();
  const config = {
    endpoint: box.sandbox.endpoint,
    region: REGION,
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
  iam = new IAMClient(config);
  quotas = new ServiceQuotasClient(config);
});
afterEach(() => {
  iam.destroy();
  quotas.destroy();
  return box.close();
});

/** The code, status and message by which a call is refused. */
async function refused(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata: { httpStatusCode: number } };
    return [name.replace(/Exception$/, ""), $metadata.httpStatusCode, message];
  }
  return "accepted";
}

describe("IAM", () => {
  it("keeps a role with its policy and shows it in its profile", async () => {
    const Tags = [{ Key: "made-by", Value: "setup & co" }];
    await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: POLICY, Description: "d", Tags }));
    await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: POLICY }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "i", Tags }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "i", RoleName: "r" }));
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "i" }));
    expect(InstanceProfile).toEqual({
      Path: "/",
      InstanceProfileName: "i",
      InstanceProfileId: expect.stringMatching(/^AIPA[0-9A-Z]{17}$/),
      Arn: "arn:aws:iam::123456789012:instance-profile/i",
      CreateDate: expect.any(Date),
      Tags,
      Roles: [
        {
          Path: "/",
          RoleName: "r",
          RoleId: expect.stringMatching(/^AROA[0-9A-Z]{17}$/),
          Arn: "arn:aws:iam::123456789012:role/r",
          CreateDate: expect.any(Date),
          AssumeRolePolicyDocument: encodeURIComponent(POLICY),
          Description: "d",
          MaxSessionDuration: 3600,
          Tags,
        },
      ],
    });
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: "r", PolicyName: "p" }));
    expect(PolicyDocument).toBe(encodeURIComponent(POLICY));
    const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "r" }));
    expect(InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName)).toEqual(["i"]);
  });

  it.each<[what: string, call: () => Promise<unknown>, refusal: unknown]>([
    [
      "a role whose name is taken",
      () => iam.send(new CreateRoleCommand({ RoleName: "reflowlet", AssumeRolePolicyDocument: POLICY })),
      ["EntityAlreadyExists", 409, "Role with name reflowlet already exists."],
    ],
    [
      "a policy that is no JSON",
      () => iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: "{" })),
      ["MalformedPolicyDocument", 400, "Syntax errors in policy."],
    ],
    [
      "a name that is none",
      () => iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "a b" })),
      [
        "ValidationError",
        400,
        "The specified value for InstanceProfileName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
      ],
    ],
    [
      "a profile that is not there",
      () => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "nobody" })),
      ["NoSuchEntity", 404, "Instance Profile nobody cannot be found."],
    ],
    [
      "a second role in a profile",
      () => iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "reflowlet", RoleName: "reflowlet" })),
      ["LimitExceeded", 409, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"],
    ],
    [
      "the end of a profile that has a role",
      () => iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: "reflowlet" })),
      ["DeleteConflict", 409, "Cannot delete entity, must remove roles from instance profile first."],
    ],
    [
      "the end of a role that is in a profile",
      () => iam.send(new DeleteRoleCommand({ RoleName: "reflowlet" })),
      ["DeleteConflict", 409, "Cannot delete entity, must remove roles from instance profile first."],
    ],
    [
      "the end of a role that has a policy",
      async () => {
        const InstanceProfileName = "reflowlet";
        await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: "reflowlet" }));
        await iam.send(new PutRolePolicyCommand({ RoleName: "reflowlet", PolicyName: "p", PolicyDocument: POLICY }));
        await iam.send(new DeleteRoleCommand({ RoleName: "reflowlet" }));
      },
      ["DeleteConflict", 409, "Cannot delete entity, must delete policies first."],
    ],
  ])("refuses %s", async (_what, call, refusal) => {
    expect(await refused(call())).toEqual(refusal);
  });
});

describe("Service Quotas", () => {
  it("tells EC2's quotas in pages, each once", async () => {
    const codes: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListServiceQuotasCommand({
        ServiceCode: "ec2",
        MaxResults: 5,
        ...(NextToken && { NextToken }),
      });
      const page = await quotas.send(command);
      codes.push(...(page.Quotas ?? []).map(({ QuotaCode }) => QuotaCode));
      NextToken = page.NextToken;
    } while (NextToken);
    expect([codes.length, new Set(codes).size, codes[0]]).toEqual([18, 18, "L-1216C47A"]);
  });

  it("knows no quotas of others", async () => {
    const call = quotas.send(new GetServiceQuotaCommand({ ServiceCode: "ec2", QuotaCode: "L-00000000" }));
    expect(await refused(call)).toEqual([
      "NoSuchResource",
      400,
      "The request failed because the specified service does not exist.",
    ]);
  });
});

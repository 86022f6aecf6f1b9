import { ECRClient, DescribeRepositoriesCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { FakeClock } from "../support/fake-clock.js";
import { openTestSandbox, type TestSandbox } from "./support.js";

let box: TestSandbox;
let ecr: ECRClient;
beforeEach(async () => {
  box = await openTestSandbox({ clock: new FakeClock(Date.UTC(2026, 0, 1)) });
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  ecr = new ECRClient({ endpoint: box.sandbox.endpoint, region: "us-west-2", credentials, maxAttempts: 1 });
});
afterEach(async () => {
  ecr.destroy();
  await box.close();
});

describe("ECR", () => {
  it("gives a login for the account's registry that is good for twelve hours", async () => {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    expect(authorizationData).toEqual([
      {
        authorizationToken: expect.any(String),
        expiresAt: new Date(Date.UTC(2026, 0, 1, 12)),
        proxyEndpoint: "https://123456789012.dkr.ecr.us-west-2.amazonaws.com",
      },
    ]);
    const login = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString();
    expect(login).toMatch(/^AWS:.{64}$/);
  });

  it("knows no other action", async () => {
    await expect(ecr.send(new DescribeRepositoriesCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("refuses a request that is not signed", async () => {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
    };
    const reply = await fetch(box.sandbox.endpoint, { method: "POST", headers, body: "{}" });
    expect([reply.status, await reply.json()]).toEqual([
      400,
      { __type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" },
    ]);
  });
});

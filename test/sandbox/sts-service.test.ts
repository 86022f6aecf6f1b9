import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openTestSandbox, type TestSandbox } from "./support.js";

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox();
});
afterEach(() => box.close());

async function ask(action: string, signed = true): Promise<{ status: number; text: string }> {
  const credential = "Credential=AKIA/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0";
  const reply = await fetch(box.sandbox.endpoint, {
    method: "POST",
    headers: signed ? { authorization: `AWS4-HMAC-SHA256 ${credential}` } : {},
    body: new URLSearchParams({ Action: action, Version: "2011-06-15" }),
  });
  return { status: reply.status, text: await reply.text() };
}

describe("STS", () => {
  it("tells who calls", async () => {
    const { status, text } = await ask("GetCallerIdentity");
    expect(status).toBe(200);
    expect(text).toContain(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        "<Arn>arn:aws:iam::123456789012:user/sandbox</Arn><UserId>AIDAREFLOWEC2SANDBOX</UserId>" +
        "<Account>123456789012</Account></GetCallerIdentityResult>",
    );
  });

  it("says no in its own form", async () => {
    box.sandbox.setScenario({ denied: [{ action: "sts:*" }] });
    const denied = await ask("GetCallerIdentity");
    expect([denied.status, /<Code>(\w+)<\/Code>/.exec(denied.text)?.[1]]).toEqual([403, "AccessDenied"]);
    const unknown = await ask("AssumeRole");
    expect([unknown.status, /<Code>(\w+)<\/Code>/.exec(unknown.text)?.[1]]).toEqual([400, "InvalidAction"]);
  });
});

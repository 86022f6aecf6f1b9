import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { newClient, openTestSandbox, refusalOf, type TestSandbox } from "./support.js";

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox({ identity: { pid: 4711 } });
});
afterEach(() => box.close());

interface Reply {
  status: number;
  type: string;
  body: string;
}

function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method = "POST", headers = {}, body = "" } = options;
    const call = request(box.sandbox.endpoint + path, { method, headers }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      reply.on("end", () =>
        resolve({ status: reply.statusCode ?? 0, type: reply.headers["content-type"] ?? "", body: text }),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}

const signed = (service: string, region = "us-west-2"): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

const error = (code: string, message: string): RegExp =>
  new RegExp(
    String.raw`^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>${code}</Code>` +
      String.raw`<Message>${message}</Message></Error></Errors><RequestID>[0-9a-f-]{36}</RequestID></Response>$`,
  );

describe("the endpoint", () => {
  it("tells whoever asks which program it is", async () => {
    const reply = await send("/", { method: "GET" });
    expect({ ...reply, body: JSON.parse(reply.body) as unknown }).toEqual({
      status: 200,
      type: "application/json",
      body: { sandbox: "reflow-ec2", region: "us-west-2", pid: 4711 },
    });
  });

  it("listens on the loopback interface alone", () => {
    expect(new URL(box.sandbox.endpoint).hostname).toBe("127.0.0.1");
  });

  it("answers a query in EC2's XML", async () => {
    const body = "Action=DescribeInstances&Version=2016-11-15";
    const reply = await send("/", { headers: { ...signed("ec2"), ...form }, body });
    expect(reply).toEqual({
      status: 200,
      type: "text/xml;charset=UTF-8",
      body: expect.stringMatching(
        /^<\?xml version="1.0" encoding="UTF-8"\?>\n<DescribeInstancesResponse xmlns="http:\/\/ec2.amazonaws.com\/doc\/2016-11-15\/"><requestId>[0-9a-f-]{36}<\/requestId><reservationSet\/><\/DescribeInstancesResponse>$/,
      ),
    });
  });

  it("answers a query in the URL, signed in its header or by presigning", async () => {
    const query = "/?Action=DescribeVpcs&Version=2016-11-15";
    const inHeader = await send(query, { method: "GET", headers: signed("ec2") });
    const presigned = await send(
      `${query}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Fus-west-2%2Fec2%2Faws4_request&X-Amz-Signature=0`,
      { method: "GET" },
    );
    expect([inHeader.status, presigned.status]).toEqual([200, 200]);
    expect(presigned.body).toContain("<vpcId>vpc-0a1b2c3d4e5f60718</vpcId>");
  });

  it.each<[what: string, headers: Record<string, string>, body: string, status: number, code: string, message: string]>(
    [
      [
        "is not signed",
        {},
        "Action=DescribeInstances",
        400,
        "MissingParameter",
        "The request must contain the parameter AWSAccessKeyId",
      ],
      [
        "is signed for another region",
        signed("ec2", "eu-west-1"),
        "Action=DescribeInstances",
        401,
        "AuthFailure",
        "Credential should be scoped to a valid region, not 'eu-west-1'. This endpoint serves 'us-west-2'.",
      ],
      [
        "has no action",
        signed("ec2"),
        "",
        400,
        "MissingAction",
        "The request is missing an action or a required parameter.",
      ],
      [
        "asks for an action that the sandbox has not",
        signed("ec2"),
        "Action=DescribeTrunkInterfaceAssociations",
        400,
        "InvalidAction",
        "The action DescribeTrunkInterfaceAssociations is not valid for this web service.",
      ],
      [
        "asks for an action with markup in it",
        signed("ec2"),
        "Action=%3Cb%3E%00",
        400,
        "InvalidAction",
        "The action &lt;b&gt;\ufffd is not valid for this web service.",
      ],
      [
        "is of another version",
        signed("ec2"),
        "Action=DescribeVpcs&Version=2014-10-01",
        400,
        "InvalidAction",
        "The action DescribeVpcs is not valid for this web service version 2014-10-01.",
      ],
      [
        "has a parameter that the action does not know",
        signed("ec2"),
        "Action=DescribeVpcs&Vpc.1=x",
        400,
        "UnknownParameter",
        "The parameter Vpc is not recognized",
      ],
    ],
  )("refuses a request that %s", async (_what, headers, body, status, code, message) => {
    const reply = await send("/", { headers: { ...headers, ...form }, body });
    expect(reply).toEqual({
      status,
      type: "text/xml;charset=UTF-8",
      body: expect.stringMatching(error(code, message.replace(/[.[\]]/g, "\\$&"))),
    });
  });

  it.each<[what: string, path: string, method: string, headers: Record<string, string>, body: string]>([
    ["a strange path", "//[", "POST", signed("ec2"), ""],
    ["bytes that are no UTF-8", "/", "POST", { ...signed("ec2"), ...form }, "Action=%FF%FE&%00=%"],
    ["JSON where a form belongs", "/", "POST", { ...signed("ec2"), "content-type": "application/json" }, "{"],
    ["another method", "/", "DELETE", signed("ec2"), ""],
    ["an empty credential", "/", "POST", { authorization: "AWS4-HMAC-SHA256 Credential=////aws4_request" }, ""],
  ])("answers %s with an error, and lives on", async (_what, path, method, headers, body) => {
    const reply = await send(path, { method, headers, body });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.body).not.toContain("    at ");
    expect((await send("/", { method: "GET" })).status).toBe(200);
  });

  it("reads no more than 1 MiB", async () => {
    const body = `Action=${"x".repeat(2 ** 20)}`;
    const reply = await send("/", { headers: { ...signed("ec2"), ...form }, body });
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      413,
      { __type: "RequestEntityTooLarge", message: "The request is too long." },
    ]);
  });

  it("says which services it does not answer for", async () => {
    const reply = await send("/queue", { method: "GET", headers: signed("sqs") });
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      501,
      { __type: "NotImplemented", message: 'The sandbox of reflow-ec2 does not answer for the AWS service "sqs".' },
    ]);
  });

  it("refuses a client of another region in a way that the SDK reports", async () => {
    const client = newClient(box.sandbox.endpoint, "us-east-1");
    const refusal = await refusalOf(client.send(new DescribeInstancesCommand({})));
    client.destroy();
    expect(refusal).toMatchObject({ code: "AuthFailure", status: 401, requestId: true });
  });
});

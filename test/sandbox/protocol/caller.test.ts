import { describe, expect, it } from "@jest/globals";
import { readCaller } from "../../../src/sandbox/protocol/caller.js";

const header = (scope: string): string =>
  `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0123`;

describe("who calls", () => {
  it("is read from the credential scope of the header", () => {
    const caller = readCaller(header("AKIA1/20260101/us-west-2/ec2/aws4_request"), new URLSearchParams());
    expect(caller).toEqual({ accessKeyId: "AKIA1", region: "us-west-2", service: "ec2" });
  });

  it("is read from a presigned query", () => {
    const query = new URLSearchParams({ "X-Amz-Credential": "AKIA1/20260101/eu-west-1/ecr/aws4_request" });
    expect(readCaller(undefined, query)).toEqual({ accessKeyId: "AKIA1", region: "eu-west-1", service: "ecr" });
  });

  it.each([
    "",
    "Basic YTpi",
    "AWS AKIA1:signature",
    "AWS4-HMAC-SHA256",
    header(""),
    header("AKIA1/20260101/us-west-2/ec2"),
    header("AKIA1/20260101/us-west-2/ec2/aws3_request"),
  ])("is nobody for the header %j", (authorization) => {
    expect(readCaller(authorization, new URLSearchParams())).toBeUndefined();
  });
});

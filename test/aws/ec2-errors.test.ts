import { describe, expect, it } from "@jest/globals";
import { fromSdkError } from "../../src/aws/ec2-errors.js";
import { refusalOf } from "../../src/cluster/refusals/classify.js";
import { Ec2TroubleError, InterruptedError, ReflowEc2Error } from "../../src/errors.js";

const quiet = new AbortController().signal;

/** An error as the SDK makes it from an answer of EC2. */
const refused = (code: string, status = 400, message = "said EC2"): Error =>
  Object.assign(new Error(message), { name: code, Code: code, $metadata: { httpStatusCode: status } });

describe("a refusal of EC2", () => {
  it.each([
    ["InsufficientInstanceCapacity", 500, 4],
    ["Server.InsufficientInstanceCapacity", 500, 4],
    ["Unsupported", 400, 4],
    ["RequestLimitExceeded", 503, 4],
    ["InternalError", 500, 4],
    ["VcpuLimitExceeded", 400, 5],
    ["MaxSpotInstanceCountExceeded", 400, 5],
    ["UnauthorizedOperation", 403, 6],
    ["AuthFailure", 401, 6],
    ["RequestExpired", 400, 6],
    ["ExpiredToken", 400, 6],
    ["InvalidAMIID.NotFound", 400, 2],
    ["InvalidGroup.NotFound", 400, 2],
    ["InvalidParameterValue", 400, 2],
    ["SomethingNew", 400, 2],
  ])("with the code %s and status %i ends with %i", (code, status, exitCode) => {
    const error = fromSdkError("RunInstances", refused(code, status), quiet);
    expect(error).toBeInstanceOf(ReflowEc2Error);
    expect({ exitCode: (error as ReflowEc2Error).exitCode, says: (error as Error).message }).toEqual({
      exitCode,
      says: `RunInstances: ${code.replace("Server.", "")}: said EC2`,
    });
  });
});

describe("what a refusal tells", () => {
  const VCPU =
    "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to.";

  it("is what the core decides by: code, kind and how far it reaches", () => {
    const error = fromSdkError("RunInstances", refused("InsufficientFreeAddressesInSubnet"), quiet);
    expect(refusalOf(error)).toEqual({
      code: "InsufficientFreeAddressesInSubnet",
      kind: "capacity",
      scope: "zone",
      permanent: false,
    });
  });

  it("names a quota with its limit, and how AWS calls it", () => {
    const launch = { instanceType: "c6a.large", market: "on-demand" } as const;
    const error = fromSdkError("RunInstances", refused("VcpuLimitExceeded", 400, VCPU), quiet, launch);
    expect(error).toMatchObject({
      message: `RunInstances: VcpuLimitExceeded: ${VCPU}`,
      hint: 'ask AWS for more of the quota "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances (L-1216C47A)", or end instances',
    });
  });

  it.each([
    [
      "action and resource as EC2 names them",
      "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/reflowlet because no identity-based policy allows the iam:PassRole action.",
      "the credentials in use must be valid and allow iam:PassRole on arn:aws:iam::123456789012:role/reflowlet",
    ],
    [
      "the action alone where EC2 says no more",
      "You are not authorized to perform this operation.",
      "the credentials in use must be valid and allow ec2:RunInstances",
    ],
  ])("names a permission: %s", (_title, message, hint) => {
    const said = `${message} Encoded authorization failure message: sAmPlE-4vXo_1`;
    expect(fromSdkError("RunInstances", refused("UnauthorizedOperation", 403, said), quiet)).toMatchObject({
      message: `RunInstances: UnauthorizedOperation: ${message}`,
      hint,
    });
  });

  it("is nothing where it was not EC2 that said no", () => {
    const broken = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    expect(refusalOf(fromSdkError("RunInstances", broken, quiet))).toBeUndefined();
  });
});

describe("a launch that fails", () => {
  it.each([
    ["is not known to have done nothing when EC2 is in trouble itself", "InternalError", 500, true],
    ["is not known to have done nothing when EC2 is not there", "Unavailable", 503, true],
    ["has done nothing when there is no capacity", "InsufficientInstanceCapacity", 500, false],
    ["has done nothing when it was throttled", "RequestLimitExceeded", 503, false],
  ])("%s", (_title, code, status, trouble) => {
    const error = fromSdkError("RunInstances", refused(code, status), quiet);
    expect(error instanceof Ec2TroubleError).toBe(trouble);
  });
});

describe("what is no answer of EC2", () => {
  it.each([
    ["a refused connection", Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" })],
    [
      "an unknown name",
      new Error("fetch", { cause: Object.assign(new Error("getaddrinfo ENOTFOUND x"), { code: "ENOTFOUND" }) }),
    ],
    [
      "several refused connections",
      Object.assign(new AggregateError([Object.assign(new Error("no"), { code: "ECONNREFUSED" })]), {
        code: "ECONNREFUSED",
      }),
    ],
    [
      "words that are no HTTP",
      Object.assign(new Error("Parse Error: Expected HTTP/"), { code: "HPE_INVALID_CONSTANT" }),
    ],
    ["HTTP where TLS was expected", Object.assign(new Error("wrong version number"), { code: "EPROTO" })],
    ["a certificate of nobody's", Object.assign(new Error("self-signed"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" })],
    ["a certificate of another name", Object.assign(new Error("x"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" })],
    ["a time-out", Object.assign(new Error("timed out"), { name: "TimeoutError" })],
    [
      "an answer of something else",
      Object.assign(new Error("char '<' is not expected"), { name: "SyntaxError", $metadata: { httpStatusCode: 200 } }),
    ],
  ])("%s is a trouble with the endpoint", (_title, thrown) => {
    const error = fromSdkError("DescribeInstances", thrown, quiet);
    expect(error).toMatchObject({ code: "endpoint", exitCode: 2, hint: expect.stringContaining("--endpoint-url") });
  });

  it("an endpoint of the environment that is no address is named, with where it may come from", () => {
    const thrown = Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: "nonsense" });
    expect(fromSdkError("DescribeInstances", thrown, quiet)).toMatchObject({
      exitCode: 2,
      message: 'the AWS endpoint "nonsense" is not an http or https address',
      hint: expect.stringContaining("AWS_ENDPOINT_URL"),
    });
  });

  it("missing credentials say how to give some", () => {
    const thrown = Object.assign(new Error("Could not load credentials from any providers"), {
      name: "CredentialsProviderError",
    });
    expect(fromSdkError("DescribeInstances", thrown, quiet)).toMatchObject({
      exitCode: 6,
      hint: expect.stringContaining("AWS_PROFILE"),
    });
  });

  it("says once what broke the connection", () => {
    const refusedOnce = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    expect(fromSdkError("DescribeInstances", refusedOnce, quiet)).toMatchObject({
      message: "DescribeInstances: the AWS endpoint cannot be reached: connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  it("a mistake of our own stays what it is", () => {
    const mistake = new TypeError("x is not a function");
    expect(fromSdkError("DescribeInstances", mistake, quiet)).toBe(mistake);
  });

  it("the reason of an aborted signal comes before everything", () => {
    const reason = new InterruptedError("SIGINT", 2);
    expect(fromSdkError("RunInstances", refused("AuthFailure", 401), AbortSignal.abort(reason))).toBe(reason);
  });
});

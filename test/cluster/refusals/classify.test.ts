import { describe, expect, it } from "@jest/globals";
import { classify, refusalOf, refusalOfStateReason } from "../../../src/cluster/refusals/classify.js";
import { CapacityError, type RefusalKind, type RefusalScope } from "../../../src/errors.js";

describe("a code of EC2's", () => {
  it.each<[code: string, kind: RefusalKind, scope: RefusalScope]>([
    ["InsufficientInstanceCapacity", "capacity", "type"],
    ["Server.InsufficientInstanceCapacity", "capacity", "type"],
    ["SpotMaxPriceTooLow", "capacity", "type"],
    ["InsufficientFreeAddressesInSubnet", "capacity", "zone"],
    ["VcpuLimitExceeded", "quota", "market"],
    ["MaxSpotInstanceCountExceeded", "quota", "market"],
    ["VolumeLimitExceeded", "quota", "account"],
    ["UnauthorizedOperation", "permission", "account"],
    ["AuthFailure.ServiceLinkedRoleCreationNotPermitted", "permission", "market"],
    ["RequestExpired", "permission", "account"],
    ["RequestLimitExceeded", "throttled", "account"],
    ["InvalidGroup.NotFound", "not-yet-visible", "account"],
    ["InvalidSpotInstanceRequestID.NotFound", "not-yet-visible", "account"],
    ["InvalidGroup.Duplicate", "parameter", "account"],
    ["InvalidParameterCombination", "parameter", "account"],
    ["UnsupportedOperation", "parameter", "account"],
    ["Unavailable", "other", "account"],
    ["SomethingNew", "other", "account"],
    ["constructor", "other", "account"],
    ["", "other", "account"],
  ])("%s is a refusal for %s that reaches %s", (code, kind, scope) => {
    expect(classify(code)).toEqual({ code: code.replace("Server.", ""), kind, scope, permanent: false });
  });

  it("that says a type is not sold in a zone holds for good", () => {
    expect(classify("Unsupported")).toEqual({ code: "Unsupported", kind: "capacity", scope: "type", permanent: true });
  });

  it.each([
    ["Value (reflowlet) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name", true],
    ['IAM Instance Profile "arn:aws:iam::1:instance-profile/x" has no associated IAM Roles', true],
    ["Invalid value 'x' for instanceType", false],
  ])("InvalidParameterValue with the text %j may pass: %s", (message, passes) => {
    expect(classify("InvalidParameterValue", message).kind).toBe(passes ? "not-yet-visible" : "parameter");
  });
});

describe("the state reason of an instance that was accepted and ended", () => {
  it.each<[reason: string, code: string, kind: RefusalKind]>([
    [
      "Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy instance request",
      "InsufficientInstanceCapacity",
      "capacity",
    ],
    ["Server.InsufficientInstanceCapacity", "InsufficientInstanceCapacity", "capacity"],
    ["Server.SpotInstanceTermination: Spot instance termination", "SpotInstanceTermination", "capacity"],
    ["Client.VolumeLimitExceeded: Volume limit exceeded", "VolumeLimitExceeded", "quota"],
    ["Server.InternalError: Internal error on launch", "InternalError", "other"],
    ["Client.InternalError: Client error on launch", "InternalError", "parameter"],
    ["Client.InvalidSnapshot.NotFound: The snapshot does not exist", "InvalidSnapshot.NotFound", "parameter"],
  ])("%s is a refusal", (reason, code, kind) => {
    expect(refusalOfStateReason(reason)).toMatchObject({ code, kind });
  });

  it.each([
    "",
    "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
    "Client.UserInitiatedShutdown: User initiated shutdown",
    "User initiated (2026-01-01 00:00:00 GMT)",
    "Server.",
  ])("%j is none", (reason) => {
    expect(refusalOfStateReason(reason)).toBeUndefined();
  });
});

describe("the refusal of an error", () => {
  it("is what EC2 said, and nothing where EC2 did not say no", () => {
    const refusal = classify("InsufficientInstanceCapacity");
    const errors = [new CapacityError("x", { refusal }), new CapacityError("x"), new Error("x"), "x"];
    expect(errors.map(refusalOf)).toEqual([refusal, undefined, undefined, undefined]);
  });
});

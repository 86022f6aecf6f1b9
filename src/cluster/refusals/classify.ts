import { ReflowEc2Error, type Refusal, type RefusalKind, type RefusalScope } from "../../errors.js";

/** What a code means: its kind, how far it reaches, and `permanent` where time does not change it. */
type Meaning = readonly [kind: RefusalKind, scope: RefusalScope, permanent?: "permanent"];

/**
 * EC2's refusals by code: AWS's list of error codes, and what Karpenter (pkg/errors) and Terraform treat alike. The codes
 * of state reasons are among them.
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  InsufficientInstanceCapacity: ["capacity", "type"],
  InsufficientCapacity: ["capacity", "type"],
  InsufficientHostCapacity: ["capacity", "type"],
  InsufficientReservedInstanceCapacity: ["capacity", "type"],
  UnfulfillableCapacity: ["capacity", "type"],
  ReservationCapacityExceeded: ["capacity", "type"],
  SpotMaxPriceTooLow: ["capacity", "type"],
  // The type is not sold in the zone, in neither market.
  Unsupported: ["capacity", "type", "permanent"],
  InsufficientVolumeCapacity: ["capacity", "zone"],
  InsufficientAddressCapacity: ["capacity", "zone"],
  InsufficientFreeAddressesInSubnet: ["capacity", "zone"],

  VcpuLimitExceeded: ["quota", "market"],
  InstanceLimitExceeded: ["quota", "market"],
  MaxSpotInstanceCountExceeded: ["quota", "market"],
  SpotInstanceCountLimitExceeded: ["quota", "market"],
  VolumeLimitExceeded: ["quota", "account"],
  MaxIOPSLimitExceeded: ["quota", "account"],
  NetworkInterfaceLimitExceeded: ["quota", "account"],
  AttachmentLimitExceeded: ["quota", "account"],
  AddressLimitExceeded: ["quota", "account"],
  SecurityGroupLimitExceeded: ["quota", "account"],
  RulesPerSecurityGroupLimitExceeded: ["quota", "account"],
  // More than one call may ask for; a smaller one may be accepted.
  ResourceCountExceeded: ["quota", "account"],
  RequestResourceCountExceeded: ["quota", "account"],
  // Of GetSpotPlacementScores: so many questions a day, and so large ones.
  MaxConfigLimitExceededException: ["quota", "account"],
  TargetCapacityLimitExceededException: ["quota", "account"],

  UnauthorizedOperation: ["permission", "account"],
  AccessDenied: ["permission", "account"],
  AccessDeniedException: ["permission", "account"],
  AuthFailure: ["permission", "account"],
  // Only the role of spot is missing.
  "AuthFailure.ServiceLinkedRoleCreationNotPermitted": ["permission", "market"],
  InvalidAccessKeyId: ["permission", "account"],
  InvalidClientTokenId: ["permission", "account"],
  MissingAuthenticationToken: ["permission", "account"],
  SignatureDoesNotMatch: ["permission", "account"],
  UnrecognizedClientException: ["permission", "account"],
  OptInRequired: ["permission", "account"],
  Blocked: ["permission", "account"],
  PendingVerification: ["permission", "account"],
  // EC2 says so when temporary credentials have lapsed, though its text talks of clocks.
  RequestExpired: ["permission", "account"],
  ExpiredToken: ["permission", "account"],
  ExpiredTokenException: ["permission", "account"],

  RequestLimitExceeded: ["throttled", "account"],
  EC2ThrottledException: ["throttled", "account"],
  Throttling: ["throttled", "account"],
  ThrottlingException: ["throttled", "account"],
  RequestThrottled: ["throttled", "account"],
  RequestThrottledException: ["throttled", "account"],
  TooManyRequestsException: ["throttled", "account"],

  MissingParameter: ["parameter", "account"],
  UnknownParameter: ["parameter", "account"],
  UnsupportedOperation: ["parameter", "account"],
  OperationNotPermitted: ["parameter", "account"],
  IdempotentParameterMismatch: ["parameter", "account"],
  VPCIdNotSpecified: ["parameter", "account"],

  // State reasons of instances that were accepted and ended all the same.
  SpotInstanceTermination: ["capacity", "type"],
  SpotInstanceShutdown: ["capacity", "type"],
  InternalError: ["other", "type"],
  // The image's snapshot, or a key that encrypts it, is not to be had.
  "InvalidSnapshot.NotFound": ["parameter", "account"],
};

/** State reasons by which nobody refused anything: somebody ended the instance on purpose. */
const ENDED_ON_PURPOSE = new Set([
  "InstanceInitiatedShutdown",
  "InstanceTerminated",
  "UserInitiatedShutdown",
  "UserInitiatedHibernate",
  "ScheduledStop",
]);

/** Right after a profile was made; EC2 says it with the code of a wrong parameter, and only its text tells. */
const NEW_PROFILE = /Invalid IAM Instance Profile|has no associated IAM Roles/i;

/**
 * What a code of EC2's means.
 * @param code with or without the `Client.` or `Server.` that documents and state reasons put before it
 * @param message looked at only where EC2 gives nothing else
 */
export function classify(code: string, message = ""): Refusal {
  const bare = bareCode(code);
  const [kind, scope, permanent] = meaningOf(bare, message);
  return { code: bare, kind, scope, permanent: permanent !== undefined };
}

/** A code without the `Client.` or `Server.` that documents and state reasons put before it. */
export function bareCode(code: string): string {
  return code.replace(/^(Client|Server)\./, "");
}

function meaningOf(code: string, message: string): Meaning {
  const known = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  if (known !== undefined) return known;
  if (/^Invalid\w+\.NotFound$/.test(code)) return ["not-yet-visible", "account"];
  if (code === "InvalidParameterValue" && NEW_PROFILE.test(message)) return ["not-yet-visible", "account"];
  return [/^Invalid/.test(code) ? "parameter" : "other", "account"];
}

/** The refusal that an error carries; undefined when it was not EC2 that said no. */
export function refusalOf(error: unknown): Refusal | undefined {
  return error instanceof ReflowEc2Error ? error.refusal : undefined;
}

/**
 * The refusal in an instance's state reason (`Server.InsufficientInstanceCapacity: ...`): a launch may be accepted and
 * fail after that. Undefined where nobody refused anything.
 */
export function refusalOfStateReason(stateReason: string): Refusal | undefined {
  const [, code, message = ""] = /^((?:Client|Server)(?:\.\w+)+)(?::\s*(.*))?$/s.exec(stateReason) ?? [];
  if (code === undefined) return undefined;
  if (ENDED_ON_PURPOSE.has(bareCode(code))) return undefined;
  // Mostly a key that the volumes are encrypted with and that may not be used: the next try would end alike.
  if (code === "Client.InternalError") {
    return { code: "InternalError", kind: "parameter", scope: "account", permanent: false };
  }
  return classify(code, message);
}

import { GetAuthorizationTokenCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { GetInstanceProfileCommand, GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import {
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ListServiceQuotasCommand, type ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { Permission, PermissionQuery } from "../../account/ports.js";
import { classify, refusalOf } from "../../cluster/refusals/classify.js";
import { errorText, ReflowEc2Error } from "../../errors.js";
import type { Ec2Caller, SendOptions } from "../ec2-caller.js";
import { fromSdkError, isAboutCredentials, statusOf, withoutEncoded } from "../ec2-errors.js";
import { dryRunOf, type About } from "./dry-runs.js";
import { codeOf } from "./service-errors.js";

/** How a dry run says that all would be well. */
const WOULD_SUCCEED = "DryRunOperation";
/** A name that nothing has: permission is judged before it is looked for. */
const NO_NAME = "reflow-ec2-permission-check";

/** The clients of the services other than EC2. */
export interface ServiceClients {
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly quotas: ServiceQuotasClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
}

/** A call that only reads, and tells so whether it is allowed; or the word of PermissionQuery that it lacks. */
type Reading = ((options: SendOptions) => Promise<unknown>) | { readonly lacks: string };

/** Finds out what the credentials may do, and changes nothing. */
export class Permissions {
  constructor(
    private readonly ec2: Ec2Caller,
    private readonly clients: ServiceClients,
  ) {}

  async check({ action, about }: PermissionQuery, signal: AbortSignal): Promise<Permission> {
    const [service = "", name = ""] = action.split(":");
    if (action === "iam:PassRole") return this.passRole(about, signal);
    if (service === "ec2") return this.dryRun(name, about, signal);
    const reading = this.readingOf(action, about);
    if (reading === undefined) return unknown(`${action} cannot be tried without changing something`);
    if ("lacks" in reading) return lacking(action, reading.lacks);
    return this.judge(name, signal, () => reading({ abortSignal: signal }));
  }

  private async dryRun(name: string, about: About, signal: AbortSignal): Promise<Permission> {
    const dryRun = dryRunOf(name, about);
    if (dryRun === undefined) return unknown(`ec2:${name} is not among the calls that can be tried`);
    if ("lacks" in dryRun) return lacking(`ec2:${name}`, dryRun.lacks);
    return this.judge(name, signal, () => this.ec2.call(name, signal, dryRun));
  }

  /** Only a launch with the profile tells. */
  private async passRole(about: About, signal: AbortSignal): Promise<Permission> {
    if (about["instanceProfile"] === undefined) return lacking("iam:PassRole", "instanceProfile");
    const launch = await this.dryRun("RunInstances", about, signal);
    if (launch.kind !== "denied" || launch.message.includes("iam:PassRole")) return launch;
    return unknown("only a launch tells, and ec2:RunInstances is denied");
  }

  private async judge(name: string, signal: AbortSignal, call: () => Promise<unknown>): Promise<Permission> {
    try {
      await call();
      return { kind: "allowed" };
    } catch (error) {
      signal.throwIfAborted();
      return verdict(name, error, signal);
    }
  }

  private readingOf(action: string, about: About): Reading | undefined {
    const { ecr, iam, quotas, s3, sts } = this.clients;
    const { bucket: Bucket, key: Key, instanceProfile = NO_NAME } = about;
    const profile = instanceProfile.split("/").at(-1) ?? NO_NAME;
    switch (action) {
      case "sts:GetCallerIdentity":
        return (o) => sts.send(new GetCallerIdentityCommand({}), o);
      case "ecr:GetAuthorizationToken":
        return (o) => ecr.send(new GetAuthorizationTokenCommand({}), o);
      case "iam:GetInstanceProfile":
        return (o) => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: profile }), o);
      case "iam:GetRole":
        return (o) => iam.send(new GetRoleCommand({ RoleName: profile }), o);
      case "servicequotas:ListServiceQuotas":
        return (o) => quotas.send(new ListServiceQuotasCommand({ ServiceCode: "ec2", MaxResults: 1 }), o);
      case "s3:ListBucket":
        if (Bucket === undefined) return { lacks: "bucket" };
        return (o) => s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }), o);
      case "s3:HeadBucket":
        if (Bucket === undefined) return { lacks: "bucket" };
        return (o) => s3.send(new HeadBucketCommand({ Bucket }), o);
      case "s3:ListBucketMultipartUploads":
        if (Bucket === undefined) return { lacks: "bucket" };
        return (o) => s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }), o);
      // HeadObject is no action of policies: whoever may get an object may look at it.
      case "s3:GetObject":
      case "s3:HeadObject":
        if (Bucket === undefined) return { lacks: "bucket" };
        return (o) => s3.send(new HeadObjectCommand({ Bucket, Key: Key ?? NO_NAME }), o);
      default:
        return undefined;
    }
  }
}

/** @throws AccessError for credentials that are no good at all; EndpointError where nothing answers */
function verdict(name: string, error: unknown, signal: AbortSignal): Permission {
  const code = refusalOf(error)?.code ?? codeOf(error);
  // What AWS said, without what our own errors say beside it.
  const said = withoutEncoded(errorText(error instanceof ReflowEc2Error ? (error.cause ?? error) : error));
  if (code === WOULD_SUCCEED) return { kind: "allowed" };
  if (isAboutCredentials(code) || code === "CredentialsProviderError") throw fromSdkError(name, error, signal);
  const { kind } = refusalOf(error) ?? classify(code, said);
  // Answers to HEAD have no body, and so neither code nor text.
  const status = statusOf(error);
  if (kind === "permission" || status === 403) {
    return { kind: "denied", message: kind === "permission" ? said : `${name}: access is denied` };
  }
  // Nobody is told so who may not call: permission comes first.
  if (kind === "not-yet-visible" || kind === "capacity" || kind === "quota" || isLater(code) || status === 404) {
    return { kind: "allowed" };
  }
  return unknown(errorText(fromSdkError(name, error, signal)));
}

/** What a call is told after its permission was judged. */
function isLater(code: string): boolean {
  return /\.(NotFound|Duplicate|InUse)$|^(NoSuch\w+|NotFound|DependencyViolation|InvalidInstanceID\.\w+)$/.test(code);
}

function unknown(problem: string): Permission {
  return { kind: "unknown", problem };
}

function lacking(action: string, word: string): Permission {
  return unknown(`there is no ${WORDS[word] ?? word} to try ${action} with`);
}

const WORDS: Readonly<Record<string, string>> = {
  bucket: "bucket",
  imageId: "image",
  instanceProfile: "instance profile",
  vpcId: "VPC",
};

import { notAuthorized } from "../ec2/account-content.js";
import { newRequestId, type RandomBytes } from "../ec2/ids.js";
import type { StreamedAnswer, StreamedRequest, StreamedService } from "../protocol/answer.js";
import { credentialError } from "../protocol/credential-errors.js";
import { xmlDocument } from "../protocol/xml.js";
import type { Admission } from "../scenario/call-rules.js";
import type { ScenarioInForce } from "../scenario/scenario-run.js";
import * as buckets from "./bucket-actions.js";
import type { S3Action, S3Reply } from "./call.js";
import * as objects from "./object-actions.js";
import type { ObjectStorage } from "./object-storage.js";
import { REFLOWLET_IMAGE_KEY, SANDBOX_BUCKET } from "../reflowlet-image.js";
import type { AccountConditions } from "../scenario/account-schema.js";
import { noSuchBucket, noSuchKey, notImplemented, S3Error } from "./s3-error.js";
import { placeOf, type Place } from "./place.js";
import * as uploads from "./upload-actions.js";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** By what an action is known. */
interface Route {
  readonly method: string;
  readonly on: "service" | "bucket" | "object";
  /** Query parameters that must be there. */
  readonly with?: readonly string[];
  readonly withHeader?: string;
  readonly action: S3Action;
}

/** The actions by name; the first that fits a request is taken. */
export const ROUTES: Readonly<Record<string, Route>> = {
  ListBuckets: { method: "GET", on: "service", action: buckets.listBuckets },
  HeadBucket: { method: "HEAD", on: "bucket", action: buckets.headBucket },
  GetBucketLocation: { method: "GET", on: "bucket", with: ["location"], action: buckets.getBucketLocation },
  ListMultipartUploads: { method: "GET", on: "bucket", with: ["uploads"], action: uploads.listMultipartUploads },
  ListObjectsV2: { method: "GET", on: "bucket", with: ["list-type"], action: buckets.listObjectsV2 },
  DeleteObjects: { method: "POST", on: "bucket", with: ["delete"], action: buckets.deleteObjects },
  CreateBucket: { method: "PUT", on: "bucket", action: buckets.createBucket },
  DeleteBucket: { method: "DELETE", on: "bucket", action: buckets.deleteBucket },
  ListParts: { method: "GET", on: "object", with: ["uploadId"], action: uploads.listParts },
  CreateMultipartUpload: { method: "POST", on: "object", with: ["uploads"], action: uploads.createMultipartUpload },
  CompleteMultipartUpload: {
    method: "POST",
    on: "object",
    with: ["uploadId"],
    action: uploads.completeMultipartUpload,
  },
  AbortMultipartUpload: { method: "DELETE", on: "object", with: ["uploadId"], action: uploads.abortMultipartUpload },
  UploadPart: { method: "PUT", on: "object", with: ["uploadId", "partNumber"], action: uploads.uploadPart },
  CopyObject: { method: "PUT", on: "object", withHeader: "x-amz-copy-source", action: objects.copyObject },
  HeadObject: { method: "HEAD", on: "object", action: objects.headObject },
  GetObject: { method: "GET", on: "object", action: objects.getObject },
  PutObject: { method: "PUT", on: "object", action: objects.putObject },
  DeleteObject: { method: "DELETE", on: "object", action: objects.deleteObject },
};

/** Query parameters that choose no action: paging, the SDK's name of the action, presigned URLs. */
const PLAIN =
  /^(x-id|prefix|delimiter|max-keys|max-uploads|max-parts|encoding-type|continuation-token|start-after|fetch-owner|key-marker|upload-id-marker|part-number-marker|X-Amz-.*)$/;

/** What S3 works with. */
export interface S3Options {
  readonly storage: ObjectStorage;
  readonly region: string;
  readonly randomBytes: RandomBytes;
  readonly scenario: ScenarioInForce;
}

/** S3 as a service behind the endpoint. */
export function s3Service({ storage, region, randomBytes, scenario }: S3Options): StreamedService {
  return async (request) => {
    const requestId = newRequestId(randomBytes);
    try {
      if (request.caller === undefined) throw new S3Error("AccessDenied", 403, "Access Denied");
      checkRegion(request.caller.region, region);
      const place = placeOf(request.host, request.path);
      const [name, route] = routeOf(request, place);
      const admission = scenario.now.calls.admit({ service: "s3", action: name, filtered: true, resources: 0 });
      await scenario.delay(admission.latencyMs);
      refuse(admission, name, place);
      hide(scenario.now.scenario.account ?? {}, name, place);
      const reply = await route.action({ storage, region, request, ...place });
      return answerOf(reply, requestId);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      return errorAnswer(error, requestId);
    }
  };
}

/** @throws S3Error when the scenario does not let the call through. */
function refuse(admission: Admission, name: string, { bucket, key }: Place): void {
  if (admission.kind === "throttled") throw new S3Error("SlowDown", 503, "Please reduce your request rate.");
  if (admission.kind === "rejected") {
    const { code, status, message } = credentialError("s3", admission.credentials);
    throw new S3Error(code, status, message);
  }
  if (admission.kind !== "denied") return;
  const resource = `arn:aws:s3:::${[bucket, key].filter((part) => part !== "").join("/")}`;
  throw new S3Error("AccessDenied", 403, admission.message ?? notAuthorized(`s3:${name}`, resource));
}

/** @throws S3Error for what the scenario takes out of the caller's sight. */
function hide({ bucket, reflowletImage }: AccountConditions, name: string, place: Place): void {
  if (place.bucket !== SANDBOX_BUCKET || name === "CreateBucket") return;
  if (bucket === "missing") throw noSuchBucket(place.bucket);
  if (bucket === "denied") throw new S3Error("AccessDenied", 403, "Access Denied");
  const looks = name === "HeadObject" || name === "GetObject";
  if (reflowletImage === "missing" && looks && place.key === REFLOWLET_IMAGE_KEY) throw noSuchKey(place.key);
}

function routeOf(request: StreamedRequest, { bucket, key }: Place): readonly [name: string, route: Route] {
  const on = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const parameters = [...request.query.keys()].filter((name) => !PLAIN.test(name));
  const found = Object.entries(ROUTES).find(
    ([, route]) =>
      route.method === request.method &&
      route.on === on &&
      (route.with ?? []).every((name) => parameters.includes(name)) &&
      (route.withHeader === undefined || request.header(route.withHeader) !== undefined),
  );
  const fitting = found?.[1];
  // A parameter that the action does not know asks for something else, such as a bucket's policy.
  const unknown = parameters.find((name) => !(fitting?.with ?? []).includes(name));
  if (found === undefined || unknown !== undefined) {
    throw notImplemented(`${request.method} of a ${on}${unknown === undefined ? "" : ` with ${unknown}`}`);
  }
  if (fitting?.action === uploads.uploadPart && request.header("x-amz-copy-source") !== undefined) {
    throw notImplemented("UploadPartCopy");
  }
  return found;
}

function checkRegion(asked: string, own: string): void {
  if (asked === own) return;
  const message = `The authorization header is malformed; the region '${asked}' is wrong; expecting '${own}'`;
  throw new S3Error("AuthorizationHeaderMalformed", 400, message, { Region: own });
}

function answerOf({ status = 200, headers = {}, xml, body }: S3Reply, requestId: string): StreamedAnswer {
  const common = { "x-amz-request-id": requestId, ...headers };
  if (xml === undefined) return { status, headers: common, body: body ?? "" };
  const [root, members] = xml;
  return {
    status,
    headers: { "content-type": "application/xml", ...common },
    body: xmlDocument(root, members, NAMESPACE, "repeated"),
  };
}

function errorAnswer({ code, status, message, about }: S3Error, requestId: string): StreamedAnswer {
  return {
    status,
    headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
    body: xmlDocument("Error", { Code: code, Message: message, ...about, RequestId: requestId }, undefined, "repeated"),
  };
}

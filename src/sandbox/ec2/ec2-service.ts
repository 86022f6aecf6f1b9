import type { Answer, Service } from "../protocol/answer.js";
import { credentialError } from "../protocol/credential-errors.js";
import { Ec2ApiError } from "../protocol/ec2-error.js";
import { Parameters } from "../protocol/parameters.js";
import { xmlDocument, type XmlObject } from "../protocol/xml.js";
import type { Admission, Call } from "../scenario/call-rules.js";
import { MACHINE_ACCESS_KEY } from "../tag-request.js";
import { ACCOUNT_ID, notAuthorized } from "./account-content.js";
import type { Ec2 } from "./action.js";
import { actions } from "./actions.js";
import { newRequestId } from "./ids.js";

/** The version of the EC2 API, the only one in use. */
const VERSION = "2016-11-15";

/** Parameters that every action takes. Those of a signature in the query are the protocol's own. */
const common = new Set(["Action", "Version", "DryRun"]);

/** EC2 as a service behind the endpoint: one query in, one XML answer out. */
export function ec2Service(ec2: Ec2): Service {
  return async ({ caller, form }) => {
    const requestId = newRequestId(ec2.randomBytes);
    const name = form.get("Action") ?? "";
    let latencyMs = 0;
    const answer = (): Answer => {
      try {
        if (caller === undefined) throw unsigned();
        if (caller.region !== ec2.account.region) throw otherRegion(caller.region, ec2.account.region);
        ec2.account.prune(ec2.clock.nowMs());
        const parameters = Parameters.parse(form);
        const fromMachine = caller.accessKeyId === MACHINE_ACCESS_KEY;
        if (!fromMachine && actions.has(name)) {
          const admission = ec2.scenario.now.calls.admit(callOf(name, parameters));
          latencyMs = admission.latencyMs;
          refuse(admission, name, ec2.account.region);
          // Who tags what is being made needs leave for that, too (AWS, "Grant permission to tag resources during creation").
          if (parameters.member("TagSpecification").given) {
            refuse(ec2.scenario.now.calls.permits("CreateTags"), "CreateTags", ec2.account.region);
          }
        }
        const members = perform(name, parameters, { ...ec2, fromMachine });
        const body = xmlDocument(
          `${name}Response`,
          { requestId, ...members },
          `http://ec2.amazonaws.com/doc/${VERSION}/`,
        );
        return { status: 200, contentType: "text/xml;charset=UTF-8", requestId, body };
      } catch (error) {
        if (!(error instanceof Ec2ApiError)) throw error;
        return errorAnswer(error, requestId);
      }
    };
    const answered = answer();
    // The work is done by then: a client that gives up meanwhile has launched all the same.
    await ec2.scenario.delay(latencyMs);
    return answered;
  };
}

/** Lists of ids, by which a Describe action is filtered as well as by filters. */
const ID_LISTS = ["InstanceId", "VolumeId", "GroupId", "GroupName", "KeyName", "SpotInstanceRequestId"];

function callOf(action: string, parameters: Parameters): Call {
  return {
    service: "ec2",
    action,
    filtered: ["Filter", "MaxResults", ...ID_LISTS].some((name) => parameters.member(name).given),
    resources:
      action === "RunInstances" ? Number(parameters.text("MaxCount") ?? 1) || 1 : parameters.texts("InstanceId").length,
  };
}

/** @throws Ec2ApiError when the scenario does not let the call through. */
function refuse(admission: Admission, name: string, region: string): void {
  if (admission.kind === "throttled") throw new Ec2ApiError("RequestLimitExceeded", "Request limit exceeded.");
  if (admission.kind === "rejected") {
    const { code, status, message } = credentialError("ec2", admission.credentials);
    throw new Ec2ApiError(code, message, status);
  }
  if (admission.kind !== "denied") return;
  const message = `You are not authorized to perform this operation. ${notAuthorized(`ec2:${name}`, `arn:aws:ec2:${region}:${ACCOUNT_ID}:*/*`)}`;
  throw new Ec2ApiError("UnauthorizedOperation", admission.message ?? message);
}

function perform(name: string, parameters: Parameters, ec2: Ec2): XmlObject {
  if (name === "") throw new Ec2ApiError("MissingAction", "The request is missing an action or a required parameter.");
  const action = actions.get(name);
  if (action === undefined) {
    throw new Ec2ApiError("InvalidAction", `The action ${name} is not valid for this web service.`);
  }
  const version = parameters.text("Version");
  if (version !== undefined && version !== VERSION) {
    throw new Ec2ApiError("InvalidAction", `The action ${name} is not valid for this web service version ${version}.`);
  }
  const unknown = parameters
    .names()
    .find((member) => !common.has(member) && !member.startsWith("X-Amz-") && !action.parameters.includes(member));
  if (unknown !== undefined) {
    throw new Ec2ApiError("UnknownParameter", `The parameter ${unknown} is not recognized`);
  }
  const dryRun = parameters.boolean("DryRun") ?? false;
  const work = action.plan(parameters, ec2);
  if (dryRun) {
    throw new Ec2ApiError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  }
  return work();
}

/** An error as EC2 writes it: without a namespace, and with another spelling of the request id. */
export function errorAnswer(error: Ec2ApiError, requestId: string): Answer {
  const Errors = { Error: { Code: error.code, Message: error.message } };
  return {
    status: error.status,
    contentType: "text/xml;charset=UTF-8",
    requestId,
    body: xmlDocument("Response", { Errors, RequestID: requestId }),
  };
}

function unsigned(): Ec2ApiError {
  return new Ec2ApiError("MissingParameter", "The request must contain the parameter AWSAccessKeyId");
}

function otherRegion(region: string, own: string): Ec2ApiError {
  return new Ec2ApiError(
    "AuthFailure",
    `Credential should be scoped to a valid region, not '${region}'. This endpoint serves '${own}'.`,
  );
}

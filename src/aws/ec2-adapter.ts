import {
  DescribeImagesCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  paginateDescribeInstances,
  type EC2Client,
  type Filter,
} from "@aws-sdk/client-ec2";
import type {
  Ec2Port,
  ImageQuery,
  Instance,
  InstanceQuery,
  LaunchRequest,
  MachineImage,
  StateChange,
} from "../cluster/ports.js";
import { toInstance, toRunInstances, toState } from "./convert.js";
import { awsCode, fromSdkError, notEc2 } from "./ec2-errors.js";

/** Karpenter's page size, and EC2's largest. */
const PAGE = 1_000;
/** DescribeInstances refuses a filter of more values (FilterLimitExceeded). */
const IDS_PER_CALL = 200;
/** A new instance may be unknown to TerminateInstances for some seconds. */
const NOT_FOUND = "InvalidInstanceID.NotFound";

/** The clients of one region: launches are never repeated by the SDK, which retries capacity errors by itself. */
export interface Ec2Clients {
  readonly launching: EC2Client;
  readonly other: EC2Client;
}

/** EC2 through the AWS SDK. */
export class Ec2Adapter implements Ec2Port {
  constructor(private readonly clients: Ec2Clients) {}

  async runInstances(request: LaunchRequest, signal: AbortSignal): Promise<readonly Instance[]> {
    return call("RunInstances", signal, async () => {
      const answer = await this.clients.launching.send(new RunInstancesCommand(toRunInstances(request)), {
        abortSignal: signal,
      });
      return known(listIn(answer.Instances, "RunInstances").map(toInstance));
    });
  }

  async describeInstances(query: InstanceQuery, signal: AbortSignal): Promise<readonly Instance[]> {
    const { ids } = query;
    if (ids === undefined) return this.describe(query, undefined, signal);
    const found: Instance[] = [];
    for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
      found.push(...(await this.describe(query, ids.slice(at, at + IDS_PER_CALL), signal)));
    }
    return found;
  }

  private async describe(
    query: InstanceQuery,
    ids: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<Instance[]> {
    return call("DescribeInstances", signal, async () => {
      const found: (Instance | undefined)[] = [];
      const pages = paginateDescribeInstances(
        { client: this.clients.other, pageSize: PAGE },
        { Filters: filters(query, ids) },
        { abortSignal: signal },
      );
      for await (const page of pages) {
        for (const { Instances = [] } of listIn(page.Reservations, "DescribeInstances"))
          found.push(...Instances.map(toInstance));
      }
      return known(found);
    });
  }

  async terminateInstances(ids: readonly string[], signal: AbortSignal): Promise<readonly StateChange[]> {
    // An empty list would be sent without ids.
    if (ids.length === 0) return [];
    return call("TerminateInstances", signal, () => this.terminate(ids, signal));
  }

  /** One unknown id voids the whole call, so after such an answer each goes by itself. */
  private async terminate(ids: readonly string[], signal: AbortSignal): Promise<StateChange[]> {
    try {
      const answer = await this.clients.other.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }), {
        abortSignal: signal,
      });
      return listIn(answer.TerminatingInstances, "TerminateInstances").flatMap(
        ({ InstanceId, PreviousState, CurrentState }) =>
          InstanceId ? [{ id: InstanceId, from: toState(PreviousState?.Name), to: toState(CurrentState?.Name) }] : [],
      );
    } catch (error) {
      if (awsCode(error) !== NOT_FOUND) throw error;
      if (ids.length === 1) return [];
      const each = await Promise.all(ids.map((id) => this.terminate([id], signal)));
      return each.flat();
    }
  }

  async consoleOutput(id: string, signal: AbortSignal): Promise<string> {
    return call("GetConsoleOutput", signal, async () => {
      const answer = await this.clients.other.send(new GetConsoleOutputCommand({ InstanceId: id }), {
        abortSignal: signal,
      });
      return Buffer.from(answer.Output ?? "", "base64").toString("utf8");
    });
  }

  async describeImages(query: ImageQuery, signal: AbortSignal): Promise<readonly MachineImage[]> {
    return call("DescribeImages", signal, async () => {
      const answer = await this.clients.other.send(
        new DescribeImagesCommand({
          ...(query.ids !== undefined && { ImageIds: [...query.ids] }),
          ...(query.owner !== undefined && { Owners: [query.owner] }),
          Filters: [
            { Name: "state", Values: ["available"] },
            ...(query.namePattern !== undefined ? [{ Name: "name", Values: [query.namePattern] }] : []),
            ...(query.architecture !== undefined ? [{ Name: "architecture", Values: [query.architecture] }] : []),
          ],
        }),
        { abortSignal: signal },
      );
      return listIn(answer.Images, "DescribeImages").flatMap(
        ({ ImageId, Name = "", Architecture = "", CreationDate = "" }) =>
          ImageId
            ? [{ id: ImageId, name: Name, architecture: Architecture, createdMs: Date.parse(CreationDate) || 0 }]
            : [],
      );
    });
  }
}

/** Ids go by a filter: an unknown id in the id list would fail the whole call. */
function filters(query: InstanceQuery, ids: readonly string[] | undefined): Filter[] {
  return [
    ...(ids !== undefined ? [{ Name: "instance-id", Values: [...ids] }] : []),
    ...Object.entries(query.tags ?? {}).map(([key, value]) => ({ Name: `tag:${key}`, Values: [literal(value)] })),
    ...(query.states !== undefined ? [{ Name: "instance-state-name", Values: [...query.states] }] : []),
  ];
}

/** Filter values know the wildcards `*` and `?`; a backslash takes them literally. */
function literal(value: string): string {
  return value.replace(/[\\*?]/g, "\\$&");
}

function known(instances: readonly (Instance | undefined)[]): Instance[] {
  return instances.filter((instance) => instance !== undefined);
}

/**
 * The list of an answer. EC2 names it even when it is empty, and the SDK reads a web page as an answer without one: what
 * would then look like an empty account is no EC2 at all.
 */
function listIn<T>(list: readonly T[] | undefined, action: string): readonly T[] {
  if (list === undefined) throw notEc2(action, "without what EC2's answers have");
  return list;
}

async function call<T>(action: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    throw fromSdkError(action, error, signal);
  }
}

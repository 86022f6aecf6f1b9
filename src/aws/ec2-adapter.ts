import {
  DescribeImagesCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstances,
  paginateDescribeSubnets,
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
  Subnet,
  SubnetQuery,
} from "../cluster/ports.js";
import { toImage, toInstance, toRunInstances, toState, toSubnet } from "./convert.js";
import { awsCode, fromSdkError, notEc2 } from "./ec2-errors.js";

/** Karpenter's page size, and EC2's largest. */
const PAGE = 1_000;
/** DescribeInstances refuses a filter of more values (FilterLimitExceeded). */
const IDS_PER_CALL = 200;
/** A new instance may be unknown to TerminateInstances for some seconds. */
const NOT_FOUND = "InvalidInstanceID.NotFound";
/** An image id that EC2 does not know, or does not show to this account. */
const NO_IMAGE = new Set(["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidAMIID.Malformed"]);

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
      const { ids, owner, namePattern, architecture } = query;
      const filters = [
        ...(ids === undefined ? [{ Name: "state", Values: ["available"] }] : []),
        ...(namePattern !== undefined ? [{ Name: "name", Values: [namePattern] }] : []),
        ...(architecture !== undefined ? [{ Name: "architecture", Values: [architecture] }] : []),
      ];
      const command = new DescribeImagesCommand({
        // Deprecated images can be launched; EC2 hides them from others than their owner unless told otherwise.
        ...(ids !== undefined && { ImageIds: [...ids], IncludeDeprecated: true }),
        ...(owner !== undefined && { Owners: [owner] }),
        ...(filters.length > 0 && { Filters: filters }),
      });
      try {
        const answer = await this.clients.other.send(command, { abortSignal: signal });
        return listIn(answer.Images, "DescribeImages").flatMap(toImage);
      } catch (error) {
        if (ids === undefined || !NO_IMAGE.has(awsCode(error))) throw error;
        if (ids.length === 1) return [];
        const each = await Promise.all(ids.map((id) => this.describeImages({ ...query, ids: [id] }, signal)));
        return each.flat();
      }
    });
  }

  async describeSubnets(query: SubnetQuery, signal: AbortSignal): Promise<readonly Subnet[]> {
    return call("DescribeSubnets", signal, async () => {
      const found: Subnet[] = [];
      const pages = paginateDescribeSubnets(
        // EC2 takes ids or a page size, not both.
        { client: this.clients.other, ...(query === "default" && { pageSize: PAGE }) },
        query === "default"
          ? { Filters: [{ Name: "default-for-az", Values: ["true"] }] }
          : { SubnetIds: [...query.ids] },
        { abortSignal: signal },
      );
      for await (const page of pages) found.push(...listIn(page.Subnets, "DescribeSubnets").flatMap(toSubnet));
      return found;
    });
  }

  async zonesSelling(
    instanceTypes: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const zones = new Map<string, string[]>(instanceTypes.map((type) => [type, []]));
    for (let at = 0; at < instanceTypes.length; at += IDS_PER_CALL) {
      const asked = instanceTypes.slice(at, at + IDS_PER_CALL);
      await call("DescribeInstanceTypeOfferings", signal, async () => {
        const pages = paginateDescribeInstanceTypeOfferings(
          { client: this.clients.other, pageSize: PAGE },
          { LocationType: "availability-zone", Filters: [{ Name: "instance-type", Values: asked }] },
          { abortSignal: signal },
        );
        for await (const page of pages) {
          for (const { InstanceType = "", Location } of listIn(
            page.InstanceTypeOfferings,
            "DescribeInstanceTypeOfferings",
          )) {
            if (Location !== undefined) zones.get(InstanceType)?.push(Location);
          }
        }
      });
    }
    for (const list of zones.values()) list.sort();
    return zones;
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

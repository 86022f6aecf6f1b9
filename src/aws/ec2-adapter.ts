import {
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type Filter,
  type Instance as SdkInstance,
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
  Tags,
} from "../cluster/ports.js";
import { refusalOf } from "../cluster/refusals/classify.js";
import type { PacerSurroundings } from "./call-pacer.js";
import { toImage, toInstance, toRunInstances, toState, toSubnet, toTagList } from "./convert.js";
import { Ec2Caller, inParts, listIn, tagFilters, type Ec2Clients } from "./ec2-caller.js";
import { SpotAdapter } from "./spot-adapter.js";

/** Karpenter's page size, and EC2's largest. */
const PAGE = 1_000;
/** A filter of more values is refused (FilterLimitExceeded). */
const IDS_PER_CALL = 200;
/** Resources that CreateTags takes at a time (AWS, CreateTags: up to 1,000). */
const TAGGED_PER_CALL = 1_000;
/** A new instance may be unknown to TerminateInstances for some seconds. */
const NOT_FOUND = "InvalidInstanceID.NotFound";
/** An image id that EC2 does not know, or does not show to this account. */
const NO_IMAGE = new Set(["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidAMIID.Malformed"]);

/** EC2 through the AWS SDK. */
export class Ec2Adapter extends SpotAdapter implements Ec2Port {
  constructor(clients: Ec2Clients, surroundings: PacerSurroundings) {
    super(new Ec2Caller(clients, surroundings), surroundings.clock);
  }

  async runInstances(
    request: LaunchRequest,
    signal: AbortSignal,
    onSent: () => void = () => undefined,
  ): Promise<readonly Instance[]> {
    const answer = await this.ec2.launch("RunInstances", request, signal, (client, options) => {
      onSent();
      return client.send(new RunInstancesCommand(toRunInstances(request)), options);
    });
    return listIn(answer.Instances, "RunInstances").flatMap((instance) => toInstance(instance) ?? []);
  }

  async describeInstances(query: InstanceQuery, signal: AbortSignal): Promise<readonly Instance[]> {
    const found: Instance[] = [];
    for (const ids of query.ids === undefined ? [undefined] : inParts(query.ids, IDS_PER_CALL)) {
      for await (const instance of this.instances(filters(query, ids), signal)) {
        const known = toInstance(instance);
        if (known !== undefined) found.push(known);
      }
    }
    return found;
  }

  private async *instances(Filters: Filter[], signal: AbortSignal): AsyncGenerator<SdkInstance> {
    const pages = this.ec2.pages("DescribeInstances", signal, (client, page, options) =>
      client.send(new DescribeInstancesCommand({ Filters, MaxResults: PAGE, ...page }), options),
    );
    for await (const { Reservations } of pages) {
      for (const { Instances = [] } of listIn(Reservations, "DescribeInstances")) yield* Instances;
    }
  }

  async tagInstances(ids: readonly string[], tags: Tags, signal: AbortSignal): Promise<void> {
    // First of all what costs most is to be found again; the rest is known only to a look.
    await this.createTags(ids, tags, signal);
    const attached: string[] = [];
    for (const part of inParts(ids, IDS_PER_CALL)) {
      for await (const instance of this.instances(filters({}, part), signal)) {
        const { BlockDeviceMappings = [], NetworkInterfaces = [] } = instance;
        attached.push(...BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.VolumeId ?? []));
        attached.push(...NetworkInterfaces.flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []));
      }
    }
    await this.createTags(attached, tags, signal);
  }

  private async createTags(ids: readonly string[], tags: Tags, signal: AbortSignal): Promise<void> {
    for (const Resources of inParts(ids, TAGGED_PER_CALL)) {
      const command = new CreateTagsCommand({ Resources, Tags: toTagList(tags) });
      await this.ec2.call("CreateTags", signal, (client, options) => client.send(command, options));
    }
  }

  /** One unknown id voids the whole call, so after such an answer each goes by itself. */
  async terminateInstances(ids: readonly string[], signal: AbortSignal): Promise<readonly StateChange[]> {
    // An empty list would be sent without ids.
    if (ids.length === 0) return [];
    const command = new TerminateInstancesCommand({ InstanceIds: [...ids] });
    try {
      const answer = await this.ec2.call("TerminateInstances", signal, (client, options) =>
        client.send(command, options),
      );
      return listIn(answer.TerminatingInstances, "TerminateInstances").flatMap(
        ({ InstanceId, PreviousState, CurrentState }) =>
          InstanceId ? [{ id: InstanceId, from: toState(PreviousState?.Name), to: toState(CurrentState?.Name) }] : [],
      );
    } catch (error) {
      if (refusalOf(error)?.code !== NOT_FOUND) throw error;
      if (ids.length === 1) return [];
      const each = await Promise.all(ids.map((id) => this.terminateInstances([id], signal)));
      return each.flat();
    }
  }

  async consoleOutput(id: string, signal: AbortSignal): Promise<string> {
    const answer = await this.ec2.call("GetConsoleOutput", signal, (client, options) =>
      client.send(new GetConsoleOutputCommand({ InstanceId: id }), options),
    );
    return Buffer.from(answer.Output ?? "", "base64").toString("utf8");
  }

  async describeImages(query: ImageQuery, signal: AbortSignal): Promise<readonly MachineImage[]> {
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
      const answer = await this.ec2.call("DescribeImages", signal, (client, options) => client.send(command, options));
      return listIn(answer.Images, "DescribeImages").flatMap(toImage);
    } catch (error) {
      if (ids === undefined || !NO_IMAGE.has(refusalOf(error)?.code ?? "")) throw error;
      if (ids.length === 1) return [];
      const each = await Promise.all(ids.map((id) => this.describeImages({ ...query, ids: [id] }, signal)));
      return each.flat();
    }
  }

  async describeSubnets(query: SubnetQuery, signal: AbortSignal): Promise<readonly Subnet[]> {
    const found: Subnet[] = [];
    const asked =
      query === "default"
        ? { Filters: [{ Name: "default-for-az", Values: ["true"] }], MaxResults: PAGE }
        : // EC2 takes ids or a page size, not both.
          { SubnetIds: [...query.ids] };
    const pages = this.ec2.pages("DescribeSubnets", signal, (client, page, options) =>
      client.send(new DescribeSubnetsCommand({ ...asked, ...page }), options),
    );
    for await (const { Subnets } of pages) found.push(...listIn(Subnets, "DescribeSubnets").flatMap(toSubnet));
    return found;
  }

  async zonesSelling(
    instanceTypes: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const zones = new Map<string, string[]>(instanceTypes.map((type) => [type, []]));
    for (const Values of inParts(instanceTypes, IDS_PER_CALL)) {
      const action = "DescribeInstanceTypeOfferings";
      const asked = {
        LocationType: "availability-zone" as const,
        Filters: [{ Name: "instance-type", Values }],
        MaxResults: PAGE,
      };
      const pages = this.ec2.pages(action, signal, (client, page, options) =>
        client.send(new DescribeInstanceTypeOfferingsCommand({ ...asked, ...page }), options),
      );
      for await (const { InstanceTypeOfferings } of pages) {
        for (const { InstanceType = "", Location } of listIn(InstanceTypeOfferings, action)) {
          if (Location !== undefined) zones.get(InstanceType)?.push(Location);
        }
      }
    }
    for (const list of zones.values()) list.sort();
    return zones;
  }
}

/** Ids go by a filter: an unknown id in the id list would fail the whole call. */
function filters(query: InstanceQuery, ids: readonly string[] | undefined): Filter[] {
  return [
    ...(ids !== undefined ? [{ Name: "instance-id", Values: [...ids] }] : []),
    ...tagFilters(query.tags ?? {}),
    ...(query.states !== undefined ? [{ Name: "instance-state-name", Values: [...query.states] }] : []),
  ];
}

import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Filter,
  type Route,
  type RouteTable,
  type Subnet,
  type Vpc as SdkVpc,
} from "@aws-sdk/client-ec2";
import type { NetworkSubnet, NetworkSubnetQuery, Vpc, VpcQuery } from "../../account/ports.js";
import { toTags } from "../convert.js";
import { inParts, listIn, type Ec2Caller } from "../ec2-caller.js";

/** EC2's largest page, of subnets and VPCs ... */
const PAGE = 1_000;
/** ... and of route tables. */
const ROUTE_TABLE_PAGE = 100;
/** A filter of more values is refused (FilterLimitExceeded). */
const VALUES_PER_CALL = 200;

/** The VPCs of a query. Ids go by a filter: an unknown one would fail the whole call. */
export async function findVpcs(ec2: Ec2Caller, query: VpcQuery, signal: AbortSignal): Promise<readonly Vpc[]> {
  const found: Vpc[] = [];
  for (const Filters of vpcFilters(query)) {
    const pages = ec2.pages("DescribeVpcs", signal, (client, page, options) =>
      client.send(
        new DescribeVpcsCommand({ ...(Filters.length > 0 && { Filters }), MaxResults: PAGE, ...page }),
        options,
      ),
    );
    for await (const { Vpcs } of pages) found.push(...listIn(Vpcs, "DescribeVpcs").flatMap(toVpc));
  }
  return found;
}

function vpcFilters(query: VpcQuery): readonly Filter[][] {
  if (query === "all") return [[]];
  if (query === "default") return [[{ Name: "is-default", Values: ["true"] }]];
  return inParts(query.ids, VALUES_PER_CALL).map((Values) => [{ Name: "vpc-id", Values }]);
}

function toVpc({ VpcId, CidrBlock, CidrBlockAssociationSet = [], IsDefault = false, Tags }: SdkVpc): Vpc[] {
  if (!VpcId) return [];
  const associated = CidrBlockAssociationSet.flatMap(({ CidrBlock: cidr, CidrBlockState }) =>
    cidr && (CidrBlockState?.State ?? "associated") === "associated" ? [cidr] : [],
  );
  return [
    { id: VpcId, cidrs: [...new Set([CidrBlock ?? [], associated].flat())], isDefault: IsDefault, tags: toTags(Tags) },
  ];
}

/** The subnets of a query, each with where its route table leads. */
export async function findSubnets(
  ec2: Ec2Caller,
  query: NetworkSubnetQuery,
  signal: AbortSignal,
): Promise<readonly NetworkSubnet[]> {
  const subnets: Subnet[] = [];
  const [name, values] = "ids" in query ? ["subnet-id", query.ids] : ["vpc-id", [query.vpcId]];
  for (const Values of inParts(values, VALUES_PER_CALL)) {
    const asked = { Filters: [{ Name: name, Values }], MaxResults: PAGE };
    const pages = ec2.pages("DescribeSubnets", signal, (client, page, options) =>
      client.send(new DescribeSubnetsCommand({ ...asked, ...page }), options),
    );
    for await (const { Subnets } of pages) subnets.push(...listIn(Subnets, "DescribeSubnets"));
  }
  const vpcIds = new Set(subnets.flatMap(({ VpcId }) => VpcId ?? []));
  const tables = await findRouteTables(ec2, [...vpcIds], signal);
  return subnets.flatMap((subnet) => toNetworkSubnet(subnet, tables));
}

async function findRouteTables(
  ec2: Ec2Caller,
  vpcIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly RouteTable[]> {
  const tables: RouteTable[] = [];
  for (const Values of inParts(vpcIds, VALUES_PER_CALL)) {
    const asked = { Filters: [{ Name: "vpc-id", Values }], MaxResults: ROUTE_TABLE_PAGE };
    const pages = ec2.pages("DescribeRouteTables", signal, (client, page, options) =>
      client.send(new DescribeRouteTablesCommand({ ...asked, ...page }), options),
    );
    for await (const { RouteTables } of pages) tables.push(...listIn(RouteTables, "DescribeRouteTables"));
  }
  return tables;
}

function toNetworkSubnet(sdk: Subnet, tables: readonly RouteTable[]): NetworkSubnet[] {
  const { SubnetId, VpcId, AvailabilityZone } = sdk;
  if (!SubnetId || !VpcId || !AvailabilityZone) return [];
  const own = tables.find(({ Associations = [] }) => Associations.some((each) => each.SubnetId === SubnetId));
  const main = tables.find(
    (table) => table.VpcId === VpcId && (table.Associations ?? []).some(({ Main }) => Main === true),
  );
  return [
    {
      id: SubnetId,
      vpcId: VpcId,
      zone: AvailabilityZone,
      cidr: sdk.CidrBlock ?? "",
      freeAddresses: sdk.AvailableIpAddressCount ?? 0,
      givesPublicAddress: sdk.MapPublicIpOnLaunch ?? false,
      isDefaultForZone: sdk.DefaultForAz ?? false,
      internetRoute: internetRouteOf((own ?? main)?.Routes ?? []),
    },
  ];
}

function internetRouteOf(routes: readonly Route[]): NetworkSubnet["internetRoute"] {
  const route = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0");
  if (route === undefined) return "none";
  if (route.State === "blackhole") return "blackhole";
  if (route.GatewayId?.startsWith("igw-")) return "internet-gateway";
  // Before there were NAT gateways, an instance did the same.
  return route.NatGatewayId || route.InstanceId ? "nat" : "other";
}

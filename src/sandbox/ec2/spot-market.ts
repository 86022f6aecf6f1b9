import { invalidValue, missingParameter } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import { isAbout } from "../scenario/rule-match.js";
import type { Action, Ec2 } from "./action.js";
import { timeAnswer } from "./instance-answer.js";
import { queryResources, type ResourceKind } from "./resource-query.js";
import { Ec2ApiError } from "../protocol/ec2-error.js";

/** One row of the price history. */
interface PriceRow {
  readonly type: string;
  readonly zone: string;
  readonly usd: number;
  readonly atMs: number;
}

/** The system whose prices there are; "(Amazon VPC)" is its older name. */
const PRODUCT = "Linux/UNIX";
const PRODUCTS = [PRODUCT, `${PRODUCT} (Amazon VPC)`];

const priceKind: ResourceKind<PriceRow> = {
  idParameter: "",
  idOf: ({ type, zone, atMs }) => `${type}/${zone}/${atMs}`,
  notFound: () => new Ec2ApiError("InvalidParameterValue", "There is no such price"),
  pageSizes: { least: 1, most: 1000 },
  attributes: {
    "availability-zone": ({ zone }) => [zone],
    "instance-type": ({ type }) => [type],
    "product-description": () => PRODUCTS,
    "spot-price": ({ usd }) => [String(usd)],
    timestamp: ({ atMs }) => [timeAnswer(atMs)],
  },
};

/** Spot prices by type and zone: each change, with the last one before StartTime, which holds then. */
export const describeSpotPriceHistory: Action = {
  parameters: [
    "AvailabilityZone",
    "EndTime",
    "Filter",
    "InstanceType",
    "MaxResults",
    "NextToken",
    "ProductDescription",
    "StartTime",
  ],
  plan(parameters, ec2) {
    const page = queryResources(priceRows(parameters, ec2), priceKind, parameters, ec2.account.tags);
    return () => ({
      spotPriceHistorySet: page.items.map(({ type, zone, usd, atMs }) => ({
        instanceType: type,
        productDescription: PRODUCT,
        spotPrice: usd.toFixed(6),
        timestamp: timeAnswer(atMs),
        availabilityZone: zone,
      })),
      nextToken: page.nextToken ?? "",
    });
  },
};

function priceRows(parameters: Parameters, { account, types, clock, scenario }: Ec2): readonly PriceRow[] {
  const products = parameters.texts("ProductDescription");
  if (products.length > 0 && !products.some((product) => PRODUCTS.includes(product))) return [];
  const wanted = new Set(parameters.texts("InstanceType"));
  const zone = parameters.text("AvailabilityZone");
  const zones = account.content.zones.map(({ name }) => name).filter((name) => zone === undefined || name === zone);
  const run = scenario.now;
  const zeroMs = clock.nowMs() - run.elapsedMs();
  const startMs = readTime(parameters, "StartTime") ?? -Infinity;
  const endMs = Math.min(readTime(parameters, "EndTime") ?? Infinity, clock.nowMs());
  return [...types.values()]
    .filter(({ type, offered, spotSupported }) => {
      return offered !== false && spotSupported && (wanted.size === 0 || wanted.has(type));
    })
    .flatMap((type) =>
      zones.flatMap((name) => {
        const changes = run.prices
          .changes(type, name)
          .map(({ atMs, usd }) => ({ type: type.type, zone: name, usd, atMs: zeroMs + atMs }))
          .filter(({ atMs }) => atMs <= endMs);
        const effective = changes.findLast(({ atMs }) => atMs <= startMs);
        return changes.filter((change) => change.atMs > startMs || change === effective).reverse();
      }),
    );
}

function readTime(parameters: Parameters, name: string): number | undefined {
  const text = parameters.text(name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalidValue(name, text, "Expected a time such as 2026-01-01T00:00:00Z.");
  return ms;
}

/** Fewer types than these always score low. */
const ENOUGH_TYPES = 3;
const GOOD_SCORE = 9;
const LOW_SCORE = 3;

/** A score from 1 to 10 for the region, or for each of its zones. Advice, never a promise. */
export const getSpotPlacementScores: Action = {
  parameters: [
    "InstanceRequirementsWithMetadata",
    "InstanceType",
    "MaxResults",
    "NextToken",
    "RegionName",
    "SingleAvailabilityZone",
    "TargetCapacity",
    "TargetCapacityUnitType",
  ],
  plan(parameters, ec2) {
    const { account, types } = ec2;
    const target = parameters.integer("TargetCapacity");
    if (target === undefined) throw missingParameter("TargetCapacity");
    if (target < 1) throw invalidValue("targetCapacity", target, "Expecting a value greater than 0.");
    if (parameters.member("InstanceRequirementsWithMetadata").given) {
      throw new Ec2ApiError("UnsupportedOperation", "The sandbox scores named instance types only.");
    }
    const names = parameters.texts("InstanceType");
    if (names.length === 0) throw missingParameter("InstanceType");
    const unknown = names.filter((name) => !types.has(name));
    if (unknown.length > 0) throw invalidValue("instanceType", unknown.join(), "There is no such instance type.");
    const regions = parameters.texts("RegionName");
    const single = parameters.boolean("SingleAvailabilityZone") ?? false;
    const zones = account.content.zones.map(({ name, id }) => ({ id, score: scoreOf(names, name, target, ec2) }));
    const scores = single
      ? zones.map(({ id, score }) => ({ region: account.region, availabilityZoneId: id, score }))
      : [{ region: account.region, score: Math.max(...zones.map(({ score }) => score)) }];
    return () => ({
      spotPlacementScoreSet: regions.length === 0 || regions.includes(account.region) ? scores : [],
    });
  },
};

function scoreOf(types: readonly string[], zone: string, target: number, { account, scenario }: Ec2): number {
  const { launches, scenario: told } = scenario.now;
  const scores = types.map((type) => {
    const rule = told.spot?.scores?.find((each) => isAbout(each, { type, zone, market: "spot" }));
    if (rule !== undefined) return rule.score;
    if (launches.spotRoom(type, zone, account) < target) return 1;
    return types.length < ENOUGH_TYPES ? LOW_SCORE : GOOD_SCORE;
  });
  return Math.max(...scores);
}

import type { Market } from "../../cluster/ports.js";
import { Ec2ApiError, invalidCombination, invalidValue } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";

/** How a launch buys its instances. */
export interface MarketChoice {
  readonly market: Market;
  /** The caller's own limit in USD an hour, as sent. */
  readonly maxPriceUsd: string | undefined;
}

/** EC2 takes no lower limit than this, USD an hour. */
const LEAST_MAX_PRICE_USD = 0.001;

/**
 * Reads `InstanceMarketOptions` of RunInstances: a one-time spot request whose instance is terminated when interrupted
 * is what the sandbox sells.
 * @throws Ec2ApiError for what EC2 refuses in a one-time request, and for what the sandbox does not do.
 */
export function readMarket(parameters: Parameters): MarketChoice {
  const options = parameters.member("InstanceMarketOptions");
  const spot = options.member("SpotOptions");
  const type = options.oneOf("MarketType", ["spot", "capacity-block"]);
  if (type === undefined && !spot.given) return { market: "on-demand", maxPriceUsd: undefined };
  if (type === undefined)
    throw new Ec2ApiError("MissingParameter", "The request must contain the parameter MarketType");
  if (type === "capacity-block") {
    throw new Ec2ApiError("UnsupportedOperation", "The sandbox does not sell capacity blocks.");
  }
  const requestType = spot.oneOf("SpotInstanceType", ["one-time", "persistent"]) ?? "one-time";
  const interruption = spot.oneOf("InstanceInterruptionBehavior", ["hibernate", "stop", "terminate"]) ?? "terminate";
  if (requestType === "persistent" || interruption !== "terminate") {
    throw requestType === "persistent" && interruption === "terminate"
      ? invalidCombination(
          "Persistent spot requests are supported only with the interruption behavior stop or hibernate.",
        )
      : new Ec2ApiError("UnsupportedOperation", "The sandbox launches one-time spot instances only.");
  }
  if (spot.text("ValidUntil") !== undefined) {
    throw invalidCombination("ValidUntil is not supported for one-time spot requests.");
  }
  return { market: "spot", maxPriceUsd: readMaxPrice(spot, "MaxPrice") };
}

/** The caller's own limit, as sent. @throws Ec2ApiError when it is no price, or less than EC2 takes. */
export function readMaxPrice(parameters: Parameters, name: "MaxPrice" | "SpotPrice"): string | undefined {
  const price = parameters.text(name);
  if (price === undefined) return undefined;
  if (!/^[0-9]{1,6}(\.[0-9]{1,10})?$/.test(price) || Number(price) < LEAST_MAX_PRICE_USD) {
    throw invalidValue("price", price, `"${price}" is an invalid spot instance price`);
  }
  return price;
}

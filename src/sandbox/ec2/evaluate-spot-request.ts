import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { LaunchRoom } from "../scenario/launch-rules.js";
import { isCapacityCode } from "../scenario/refusal-error.js";
import type { Ec2 } from "./action.js";
import { newId } from "./ids.js";
import { launchInstance, type InstanceOrder } from "./launch-instance.js";
import { defaultSubnets } from "./placement.js";
import type { SpotRequestRecord } from "./records.js";
import { checkAddresses, subnetOf } from "./run-instances.js";

/** What a spot request asks for. */
export type SpotOrder = Omit<InstanceOrder, "request">;

/** A request that is held is looked at again and again; in no time that would be for ever. */
const LEAST_PAUSE_MS = 100;

/** When a request may be fulfilled, and how long looking at it takes. */
export interface Evaluation {
  /** Milliseconds since 1970. */
  readonly validFromMs: number;
  readonly takesMs: number;
}

/** Refuses at once what no waiting mends: quotas, permissions, parameters. @throws Ec2ApiError */
export function checkSpotRequest(order: SpotOrder, count: number, ec2: Ec2): void {
  try {
    findRoom(order, count, ec2);
  } catch (error) {
    if (!(error instanceof Ec2ApiError) || holdingCode(error) === undefined) throw error;
  }
}

/**
 * Takes an open request to its fulfilment, or holds it while there is no capacity or the price is too high, until it is
 * cancelled or no longer valid.
 * @throws the signal's reason when the sandbox closes.
 */
export async function evaluateSpotRequest(
  request: SpotRequestRecord,
  order: SpotOrder,
  { validFromMs, takesMs }: Evaluation,
  ec2: Ec2,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = ec2;
  if (clock.nowMs() < validFromMs) {
    setStatus(request, "not-scheduled-yet", "Your Spot request is not scheduled yet.", ec2);
    await clock.sleep(validFromMs - clock.nowMs(), signal);
  }
  for (let pauseMs = takesMs; request.state === "open"; pauseMs = Math.max(takesMs, LEAST_PAUSE_MS)) {
    await clock.sleep(pauseMs, signal);
    if (request.state === "open") fulfilOrHold(request, order, ec2);
  }
}

function fulfilOrHold(request: SpotRequestRecord, order: SpotOrder, ec2: Ec2): void {
  if (ec2.clock.nowMs() >= (request.validUntilMs ?? Infinity)) {
    request.state = "closed";
    setStatus(request, "schedule-expired", "Your Spot request expired before it was fulfilled.", ec2);
    return;
  }
  try {
    const { zone } = findRoom(order, 1, ec2);
    const slot = {
      reservationId: newId("r", ec2.randomBytes),
      launchIndex: 0,
      subnet: order.placement.subnet ?? subnetOf(zone, ec2),
      clientToken: "",
    };
    const instance = launchInstance({ ...order, request }, slot, ec2);
    ec2.scenario.now.launches.launched({ type: order.type.type, zone, market: "spot" }, 1);
    ec2.power.switchOn(instance);
  } catch (error) {
    if (!(error instanceof Ec2ApiError)) throw error;
    const code = holdingCode(error);
    if (code === undefined) request.state = "failed";
    setStatus(request, code ?? "bad-parameters", error.message, ec2);
  }
}

function findRoom({ type, market, placement }: SpotOrder, count: number, { account, scenario }: Ec2): LaunchRoom {
  const { subnet } = placement;
  const zones = subnet === undefined ? defaultSubnets(account.content).map(({ zone }) => zone) : [subnet.zone];
  const wish = { type, ...market, zones, zoned: subnet !== undefined, least: count, most: count, dryRun: false };
  const room = scenario.now.launches.findRoom(wish, account);
  checkAddresses(subnet ?? subnetOf(room.zone, { account }), room.count, account);
  return room;
}

/** The status with which a request waits for the refusal to go away; undefined when it will not. */
function holdingCode({ code }: Ec2ApiError): string | undefined {
  if (code === "SpotMaxPriceTooLow") return "price-too-low";
  return isCapacityCode(code) ? "capacity-not-available" : undefined;
}

function setStatus(request: SpotRequestRecord, code: string, message: string, { clock }: Ec2): void {
  if (request.status.code !== code) request.status = { code, message, updatedMs: clock.nowMs() };
}

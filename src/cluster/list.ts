import { InstanceError, ReflowEc2Error, TrustError, errorText } from "../errors.js";
import { mapLimit } from "../lib/map-limit.js";
import { ReflowletClient, type AllocInspect } from "../pool/reflowlet-client.js";
import { add, type Resources } from "../pool/resources.js";
import type { PoolAddress } from "../pool/transport.js";
import { formatUri } from "../pool/uri.js";
import type { ClusterCore } from "./core.js";
import { inspectAllocs } from "./inspect-allocs.js";
import { priceOf } from "./limits.js";
import { findInstances, orphansIn, type Member } from "./members.js";
import { addressOf } from "./membership.js";
import type { MemberAlloc, MemberHealth, MemberView } from "./results.js";
import { reclaimNotices } from "./spot/reclaims.js";

/** Limit of one question to a reflowlet, as Reflow's. */
const ASK_MS = 10_000;
/** Members asked at a time: a thousand are asked in seconds, and slow ones leave room for others. */
const ASKED_AT_ONCE = 256;

/** The members, and of each one that should be usable and is not, why. */
export interface Listing {
  readonly members: readonly MemberView[];
  readonly problems: readonly ReflowEc2Error[];
}

/**
 * Lists the cluster: one Describe, two more where there are spot members, and every member that should answer is asked for
 * its offer and its allocs. One that does not answer is listed all the same.
 */
export async function listMembers(
  context: ClusterCore,
  which: "all" | "orphans",
  signal: AbortSignal,
): Promise<Listing> {
  const found = await findInstances(context, "visible", signal);
  const members =
    which === "all"
      ? [...found.members, ...orphansIn(found.probes)]
      : [...orphansIn(found.members), ...found.probes.filter(({ standing }) => standing.health !== "ending")];
  const problems: ReflowEc2Error[] = [];
  const spotTypes = members.filter(({ instance }) => instance.market === "spot").map(({ instance }) => instance.type);
  if (spotTypes.length > 0) await context.spotMarket.pricesOf([...new Set(spotTypes)], signal);
  const [notices, views] = await Promise.all([
    reclaimNotices(context, members, signal),
    mapLimit(members, ASKED_AT_ONCE, async (member) => {
      const { view, problem } = await inspectMember(context, member, signal);
      if (problem !== undefined) problems.push(problem);
      return view;
    }),
  ]);
  const noticed = views.map((view) => {
    const reclaim = notices.get(view.id);
    return reclaim === undefined ? view : { ...view, reclaim };
  });
  return { members: noticed, problems };
}

/** One member with what its reflowlet says; `problem` when it should have answered and did not. */
export async function inspectMember(
  context: ClusterCore,
  member: Member,
  signal: AbortSignal,
): Promise<{ readonly view: MemberView; readonly problem: ReflowEc2Error | undefined }> {
  const bare = viewOf(context, member);
  // A reflowlet of another version is never used, but speaks the same protocol: its leases count.
  const asked = member.standing.health === "ready" || member.standing.health === "other-version";
  if (!asked || member.instance.state !== "running") return { view: bare, problem: undefined };
  const address = addressOf(member.instance, context.settings.address);
  try {
    if (address === undefined) throw new InstanceError("it has no address");
    const holdings = await askHoldings(context, address, signal);
    return { view: { ...bare, ...holdings }, problem: undefined };
  } catch (error) {
    signal.throwIfAborted();
    const health: MemberHealth = error instanceof TrustError ? "untrusted" : "unreachable";
    const problem = error instanceof ReflowEc2Error ? error : new InstanceError(errorText(error), { cause: error });
    return { view: { ...bare, health, problem: problem.message }, problem: named(member, problem) };
  }
}

/** The same error, saying whose it is. */
function named({ instance }: Member, problem: ReflowEc2Error): ReflowEc2Error {
  const message = `${instance.id} (${instance.type}): ${problem.message}`;
  if (problem instanceof TrustError)
    return new TrustError(problem.problem, message, { hint: problem.hint, cause: problem });
  return new InstanceError(message, { hint: problem.hint, cause: problem });
}

function viewOf(context: ClusterCore, { instance, standing }: Member): MemberView {
  return {
    id: instance.id,
    type: instance.type,
    state: instance.state,
    health: standing.health,
    problem: standing.problem,
    market: instance.market,
    zone: instance.zone,
    launchTimeMs: instance.launchTimeMs,
    publicDnsName: instance.publicDnsName,
    version: instance.tags["reflowlet:version"] ?? "",
    hourlyUsd: priceOf(context, instance)?.totalUsd,
    total: {},
    available: {},
    allocs: [],
  };
}

async function askHoldings(
  context: ClusterCore,
  address: PoolAddress,
  signal: AbortSignal,
): Promise<Pick<MemberView, "total" | "available" | "allocs">> {
  const client = new ReflowletClient(context.transport, address);
  const limits = { signal, timeoutMs: ASK_MS };
  const [offers, inspected] = await Promise.all([client.offers(limits), inspectAllocs(client, limits)]);
  const nowMs = context.clock.nowMs();
  const allocs = inspected.map((alloc) => toMemberAlloc(address, alloc, nowMs));
  const free = offers.reduce<Resources>((sum, offer) => add(sum, offer.available), {});
  // A full reflowlet makes no offer: what its live allocs hold is then all that can be known.
  const total = allocs
    .filter(({ expired }) => !expired)
    .reduce<Resources>((sum, { resources }) => add(sum, resources), free);
  return { total, available: free, allocs };
}

function toMemberAlloc(address: PoolAddress, alloc: AllocInspect, nowMs: number): MemberAlloc {
  const expiresMs = alloc.expiresMs ?? 0;
  return {
    id: alloc.id,
    uri: formatUri({ address, id: alloc.id }),
    owner: alloc.meta.owner,
    resources: alloc.resources,
    expiresMs,
    expired: expiresMs <= nowMs,
  };
}

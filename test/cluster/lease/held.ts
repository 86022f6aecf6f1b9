import type { PoolRequest, PoolResponse } from "../../../src/pool/transport.js";
import { TransportError } from "../../../src/pool/transport.js";
import type { LeaseOutcome } from "../../../src/cluster/lease/outcome.js";
import type { Alloc, LeasePool } from "../../../src/sandbox/machine/reflow/lease-pool.js";
import type { ClusterSettings } from "../../../src/cluster/settings.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../../support/cluster-world.js";

/** The member that the alloc is on. */
export const MEMBER = "i-0aaaaaaaaaaaaaaaa";

/** What stands between a holder and its reflowlet: gives an answer of its own, or throws, or lets the request pass. */
export type Trouble = (request: PoolRequest) => PoolResponse | undefined | Promise<PoolResponse | undefined>;

/** Nothing listens. */
export const down: Trouble = ({ host }) => {
  throw new TransportError("refused", `${host}: connection refused`);
};

/** An alloc on a member, and how its holder's requests fare. */
export interface HeldWorld extends ClusterWorld {
  readonly pool: LeasePool;
  readonly alloc: Alloc;
  readonly uri: string;
  /** Aborts: the holder ends. */
  readonly end: AbortController;
  /** Undefined: all is well. */
  trouble: Trouble | undefined;
  /** Starts holding, now. */
  hold(onLost?: (outcome: LeaseOutcome) => void, free?: boolean): Promise<LeaseOutcome>;
  /** The requests about the alloc, since the last call. */
  asked(): readonly string[];
}

/** A member with an alloc of one cpu of two, one request taking no time. */
export async function heldWorld(settings: Partial<ClusterSettings> = {}): Promise<HeldWorld> {
  const world = await clusterWorld(settings);
  world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
  world.machines.addReflowlet(MEMBER);
  world.machines.behaviour = { ...world.machines.behaviour, latencyMs: 0 };
  const pool = world.machines.pool(MEMBER);
  const alloc = pool.accept({ want: { cpu: 1 }, owner: "ann <ann>", labels: {} });
  const uri = `${MEMBER}.fake:9000/${alloc.id}`;
  const end = new AbortController();
  const pass = world.machines.request.bind(world.machines);
  const held: HeldWorld = {
    ...world,
    pool,
    alloc,
    uri,
    end,
    trouble: undefined,
    hold: async (onLost, free) => {
      const [outcome] = await world.cluster.hold([uri], { signal: end.signal, onLost, free });
      if (outcome === undefined) throw new Error("there is no outcome");
      return outcome;
    },
    asked: () =>
      world.machines.asked
        .splice(0)
        .map((line) => line.replace(`${MEMBER}.fake/v1/allocs/`, "").replace(alloc.id, "ID")),
  };
  world.machines.request = async (request) => {
    if (held.trouble !== undefined) {
      world.machines.asked.push(`${request.method} ${request.host}${request.path}`);
      const answer = await held.trouble(request);
      if (answer !== undefined) return answer;
      world.machines.asked.pop();
    }
    return pass(request);
  };
  return held;
}

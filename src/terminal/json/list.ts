import type { MemberHealth, MemberView, Reclaim } from "../../cluster/results.js";
import type { InstanceState } from "../../cluster/ports.js";
import type { Resources } from "../../pool/resources.js";
import { SCHEMA_VERSION, timestamp } from "./schema-version.js";

/** What `list -o json` prints. */
export interface ListJson {
  readonly schemaVersion: number;
  readonly instances: readonly MemberJson[];
}

/** One instance of the cluster. */
export interface MemberJson {
  readonly id: string;
  readonly type: string;
  /** As EC2 has it. */
  readonly state: InstanceState;
  /** Whether it can be used. */
  readonly health: MemberHealth;
  /** Why it is not ready; empty when it is. */
  readonly problem: string;
  readonly market: "spot" | "on-demand";
  readonly zone: string;
  /** RFC 3339. */
  readonly launchTime: string;
  readonly publicDnsName: string;
  /** Empty until the reflowlet has tagged itself. */
  readonly version: string;
  /** Null when no price is known. */
  readonly hourlyUsd: number | null;
  /** Bytes and vCPUs; empty until the reflowlet has said. */
  readonly total: Resources;
  readonly available: Resources;
  readonly allocs: readonly {
    readonly id: string;
    readonly uri: string;
    readonly owner: string;
    readonly resources: Resources;
    /** RFC 3339. */
    readonly expires: string;
    /** Its lease has run out; its resources are offered again. */
    readonly expired: boolean;
  }[];
  /** EC2 takes the spot instance back, or has; null when it has given no notice. */
  readonly reclaim: ReclaimJson | null;
}

/** A notice of EC2's. */
export interface ReclaimJson {
  /** EC2's status of the spot request. */
  readonly status: string;
  /** RFC 3339; null when EC2 does not say. */
  readonly noticed: string | null;
}

/** The JSON form of a listing. */
export function listJson(members: readonly MemberView[]): ListJson {
  return { schemaVersion: SCHEMA_VERSION, instances: members.map(memberJson) };
}

function memberJson(member: MemberView): MemberJson {
  return {
    id: member.id,
    type: member.type,
    state: member.state,
    health: member.health,
    problem: member.problem,
    market: member.market,
    zone: member.zone,
    launchTime: timestamp(member.launchTimeMs),
    publicDnsName: member.publicDnsName,
    version: member.version,
    hourlyUsd: member.hourlyUsd ?? null,
    total: member.total,
    available: member.available,
    allocs: member.allocs.map(({ id, uri, owner, resources, expiresMs, expired }) => ({
      id,
      uri,
      owner,
      resources,
      expires: timestamp(expiresMs),
      expired,
    })),
    reclaim: member.reclaim === undefined ? null : reclaimJson(member.reclaim),
  };
}

function reclaimJson({ status, noticedMs }: Reclaim): ReclaimJson {
  return { status, noticed: noticedMs === undefined ? null : timestamp(noticedMs) };
}

import type { AccountConditions } from "../scenario/account-schema.js";
import { newAccountContent, type AccountContent } from "./account-content.js";
import { furnish } from "./furnish.js";
import type { InstanceRecord, SecurityGroupRecord, SpotRequestRecord, SubnetRecord, VolumeRecord } from "./records.js";
import { TagStore } from "./tag-store.js";

/** How long EC2 goes on showing a terminated instance: "up to about an hour". */
const TERMINATED_VISIBLE_MS = 3_600_000;

/** How long EC2 goes on showing a spot request that came to nothing: about four hours. */
const REQUEST_VISIBLE_MS = 4 * 3_600_000;

/** Addresses of a /20 without the five that AWS keeps to itself. */
const SUBNET_ADDRESSES = 4091;

/** What a client token launched, so that the same request launches nothing again. */
export interface RememberedLaunch {
  readonly fingerprint: string;
  readonly instanceIds: readonly string[];
}

/** The state of the sandbox's account in its region: all that its EC2 knows. */
export class Account {
  readonly instances = new Map<string, InstanceRecord>();
  readonly volumes = new Map<string, VolumeRecord>();
  readonly spotRequests = new Map<string, SpotRequestRecord>();
  /** By the token and the region or zone in which it counts. */
  readonly launches = new Map<string, RememberedLaunch>();
  /** The requests that a client token of RequestSpotInstances made. */
  readonly spotTokens = new Map<string, readonly string[]>();
  readonly tags = new TagStore();
  private launched = 0;
  private furnished: AccountContent;
  private conditions = "{}";

  constructor(readonly region: string) {
    this.furnished = newAccountContent(region);
  }

  /** What is there besides what was launched. */
  get content(): AccountContent {
    return this.furnished;
  }

  /**
   * Brings what the account has from the start into the conditions of a scenario; what was made in it stays. The
   * conditions that it is in already change nothing.
   */
  furnish(conditions: AccountConditions): void {
    const text = JSON.stringify(conditions);
    if (text === this.conditions) return;
    this.conditions = text;
    this.furnished = furnish(this.region, conditions, this.furnished);
  }

  /** The rules of an instance's groups as they are now. */
  groupsOf({ groups }: Pick<InstanceRecord, "groups">): readonly SecurityGroupRecord[] {
    const ids = new Set(groups.map(({ id }) => id));
    return this.content.groups.filter(({ id }) => ids.has(id));
  }

  /** How many addresses of a subnet are free. */
  freeAddresses({ id, freeAddresses }: SubnetRecord): number {
    if (freeAddresses !== undefined) return freeAddresses;
    const used = [...this.instances.values()].filter(({ subnet, state }) => subnet.id === id && state !== "terminated");
    return Math.max(0, SUBNET_ADDRESSES - used.length);
  }

  /** The next instance's number, from 1. */
  nextSequence(): number {
    this.launched += 1;
    return this.launched;
  }

  /** Forgets what EC2 no longer shows: instances terminated an hour ago, and what belonged to them. */
  prune(nowMs: number): void {
    for (const instance of this.instances.values()) {
      if (instance.terminatedMs === undefined || nowMs - instance.terminatedMs < TERMINATED_VISIBLE_MS) continue;
      this.instances.delete(instance.id);
      this.tags.forget(instance.id);
      this.tags.forget(instance.networkInterfaceId);
      if (instance.spotRequestId !== undefined) {
        this.spotRequests.delete(instance.spotRequestId);
        this.tags.forget(instance.spotRequestId);
      }
    }
    for (const { id, state, instanceId, status } of this.spotRequests.values()) {
      const waits = state === "open" || state === "active" || instanceId !== undefined;
      if (waits || nowMs - status.updatedMs < REQUEST_VISIBLE_MS) continue;
      this.spotRequests.delete(id);
      this.tags.forget(id);
    }
    for (const [token, ids] of this.spotTokens) {
      if (!ids.some((id) => this.spotRequests.has(id))) this.spotTokens.delete(token);
    }
    for (const [token, launch] of this.launches) {
      if (!launch.instanceIds.some((id) => this.instances.has(id))) this.launches.delete(token);
    }
  }

  /** Whether a resource of that id is there, so that it can be tagged. */
  has(resourceId: string): boolean {
    const { vpcs, subnets, groups, images, keyPairs } = this.content;
    return (
      this.instances.has(resourceId) ||
      this.volumes.has(resourceId) ||
      this.spotRequests.has(resourceId) ||
      [...vpcs, ...subnets, ...groups, ...images, ...keyPairs].some((resource) => resource.id === resourceId) ||
      [...this.instances.values()].some((instance) => instance.networkInterfaceId === resourceId)
    );
  }
}

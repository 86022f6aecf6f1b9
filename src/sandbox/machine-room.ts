import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorText } from "../errors.js";
import type { CatalogType } from "../catalog/load-catalog.js";
import { sharedController } from "../lib/abort.js";
import type { Clock } from "../lib/clock.js";
import { REFLOWLET_PORT, type AddressBook, type MachineAddress } from "./addresses.js";
import type { Account } from "./ec2/account.js";
import { CALLER_ADDRESS } from "./ec2/account-content.js";
import type { Power } from "./ec2/action.js";
import type { RandomBytes } from "./ec2/ids.js";
import { admits } from "./ec2/ingress.js";
import { endInstance, finishInstance, type Ending } from "./ec2/instance-end.js";
import type { InstanceRecord, StateReason } from "./ec2/records.js";
import type { BootMachine, Machine, MachineHost, ObjectStore } from "./machine/host.js";
import { endOfLaunch, endOfReclaim, tellReclaim } from "./reclaim.js";
import { offsetClock } from "./scenario/offset-clock.js";
import { requestTags } from "./tag-request.js";

/** Tells clients that know the sandbox which port stands for 9000, where a machine has no address of its own. */
export const PORT_TAG = "reflow-ec2:port";

/** What the machine room works with. */
export interface MachineRoomOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly types: ReadonlyMap<string, CatalogType>;
  readonly addresses: AddressBook;
  readonly objects: ObjectStore;
  readonly bootMachine: BootMachine;
  readonly randomBytes: RandomBytes;
  /** Each machine's root is a folder of this one. */
  readonly directory: string;
  /** The endpoint through which machines call EC2. */
  readonly endpoint: () => string;
  /** Told when a machine cannot be taken away. */
  readonly onInternalError: (error: unknown) => void;
}

/** What one instance has while its machine is on. */
interface Slot {
  /** Aborted when the instance is to end, in whatever state it is. */
  readonly ending: AbortController;
  /** Settles when the way to running is over, successfully or not. */
  booted: Promise<void>;
  machine: Machine | undefined;
  addresses: MachineAddress[];
}

/**
 * Runs the account's instances: takes each from pending to running, switches its machine on, and takes it by way of
 * shutting-down to terminated, however it ends.
 */
export class MachineRoom implements Power {
  private readonly slots = new Map<string, Slot>();
  private readonly work = new Set<Promise<void>>();
  private readonly closing = sharedController();

  constructor(private readonly options: MachineRoomOptions) {}

  switchOn(instance: InstanceRecord): void {
    const slot: Slot = { ending: new AbortController(), booted: Promise.resolve(), machine: undefined, addresses: [] };
    this.slots.set(instance.id, slot);
    slot.booted = this.boot(instance, slot).catch((error: unknown) => {
      if (slot.ending.signal.aborted) return;
      const message = `Server.InternalError: ${errorText(error)}`;
      this.terminate(instance, { code: "Server.InternalError", message }, "Server.InternalError");
    });
    this.track(slot.booted);
  }

  terminate(instance: InstanceRecord, reason: StateReason, transitionReason: string): void {
    this.end(instance, "terminate", { reason, transitionReason }, instance.fate.timings.shuttingDownMs);
  }

  background(work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.closing;
    this.track(
      work(signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      }),
    );
  }

  /** Ends every machine at once, waits for none of the usual times, and removes the folders. */
  async close(): Promise<void> {
    this.closing.abort();
    for (const slot of this.slots.values()) slot.ending.abort();
    while (this.work.size > 0) await Promise.all(this.work);
    await Promise.all([...this.slots].map(([id, slot]) => this.clear(id, slot)));
    await rm(this.options.directory, { recursive: true, force: true });
  }

  private async boot(instance: InstanceRecord, slot: Slot): Promise<void> {
    const { clock, addresses, account, bootMachine } = this.options;
    const { signal } = slot.ending;
    const { timings, failure } = instance.fate;
    await clock.sleep(timings.pendingMs, signal);
    if (failure !== undefined) return this.failLaunch(instance, failure);
    const directory = join(this.options.directory, instance.id);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const listen = await addresses.claim();
    slot.addresses.push(listen);
    const shown = await this.chooseShownAddress(instance, slot, listen);
    signal.throwIfAborted();
    instance.state = "running";
    if (shown !== undefined) {
      instance.publicAddress = shown.host;
      if (shown.port !== REFLOWLET_PORT) account.tags.set(instance.id, new Map([[PORT_TAG, String(shown.port)]]));
    }
    slot.machine = bootMachine(this.hostOf(instance, directory, listen));
    this.reclaimLater(instance, signal);
  }

  /** What EC2 accepted and cannot launch goes from pending to terminated, with nothing between. */
  private failLaunch(instance: InstanceRecord, code: string): void {
    const { account, clock } = this.options;
    const nowMs = clock.nowMs();
    endInstance(account, instance, "terminate", { ...endOfLaunch(code), nowMs });
    finishInstance(account, instance, nowMs);
    this.slots.delete(instance.id);
  }

  /** Takes a spot instance back when its time has come, unless it ends before. */
  private reclaimLater(instance: InstanceRecord, signal: AbortSignal): void {
    const { account, clock } = this.options;
    const { reclaim, timings } = instance.fate;
    if (reclaim === undefined) return;
    const work = async (): Promise<void> => {
      await clock.sleep(reclaim.afterMs - reclaim.noticeMs, signal);
      tellReclaim(instance, reclaim, account, clock.nowMs());
      await clock.sleep(Math.min(reclaim.afterMs, reclaim.noticeMs), signal);
      this.end(instance, "terminate", endOfReclaim(reclaim), timings.shuttingDownMs);
    };
    this.track(
      work().catch((error: unknown) => {
        if (!signal.aborted) throw error;
      }),
    );
  }

  /**
   * The address by which the caller, who is outside, may try to reach the machine. Where no security group lets it in,
   * that is one on which nobody listens.
   */
  private async chooseShownAddress(
    instance: InstanceRecord,
    slot: Slot,
    listen: MachineAddress,
  ): Promise<MachineAddress | undefined> {
    if (!instance.wantsPublicAddress) return undefined;
    if (admits(this.options.account.groupsOf(instance), CALLER_ADDRESS, REFLOWLET_PORT)) return listen;
    const dead = await this.options.addresses.claim();
    slot.addresses.push(dead);
    return dead;
  }

  private hostOf(instance: InstanceRecord, directory: string, listen: MachineAddress): MachineHost {
    const { account, types, objects, randomBytes, endpoint } = this.options;
    const { id: instanceId, fate } = instance;
    const clock = offsetClock(this.options.clock, fate.clockOffsetMs);
    const type = types.get(instance.type);
    return {
      instanceId,
      region: account.region,
      zone: instance.subnet.zone,
      market: instance.market,
      publicDnsName: instance.publicAddress,
      hardware: {
        instanceType: instance.type,
        cpus: type?.vcpu ?? 1,
        memoryBytes: Math.floor(((type?.osMemoryBytes ?? 0) * (fate.faults.memoryPct ?? 100)) / 100),
        features: type?.features ?? [],
        ebsNvme: type?.ebsNvme ?? false,
      },
      volumes: instance.volumeIds.flatMap((volumeId) => {
        const volume = account.volumes.get(volumeId);
        if (volume === undefined) return [];
        const { deviceName, sizeGiB } = volume;
        return [{ volumeId, deviceName, sizeGiB, root: deviceName === instance.image.rootDeviceName }];
      }),
      instanceProfile: instance.profileArn !== undefined,
      metadataTokens: instance.metadata.tokens,
      userData: instance.userData,
      directory,
      listen,
      clock,
      randomBytes,
      timings: fate.timings.machine,
      faults: fate.faults,
      objects,
      reclaimMs: () => instance.reclaimMs,
      createTags: (tags) =>
        requestTags({ endpoint: endpoint(), region: account.region, instanceId, tags, nowMs: clock.nowMs() }),
      console: (line) => {
        instance.console += `${line}\r\n`;
        instance.consoleMs = this.options.clock.nowMs();
      },
      poweredOff: () => this.powerOff(instance),
    };
  }

  private powerOff(instance: InstanceRecord): void {
    const message = "Client.InstanceInitiatedShutdown: Instance initiated shutdown";
    const reason = { code: "Client.InstanceInitiatedShutdown", message };
    // A one-time spot instance cannot be stopped.
    const how = instance.market === "spot" ? "terminate" : instance.shutdownBehavior;
    this.end(instance, how, { reason, transitionReason: "" }, instance.fate.timings.machine.powerOffMs);
  }

  private end(
    instance: InstanceRecord,
    how: "stop" | "terminate",
    ending: Omit<Ending, "nowMs">,
    takesMs: number,
  ): void {
    const nowMs = this.options.clock.nowMs();
    if (!endInstance(this.options.account, instance, how, { ...ending, nowMs })) return;
    this.track(this.finish(instance, takesMs));
  }

  private async finish(instance: InstanceRecord, takesMs: number): Promise<void> {
    const slot = this.slots.get(instance.id);
    slot?.ending.abort();
    await slot?.booted;
    try {
      if (slot !== undefined) await this.clear(instance.id, slot);
      await this.pause(takesMs);
    } finally {
      finishInstance(this.options.account, instance, this.options.clock.nowMs());
    }
  }

  /** Ends early when the sandbox closes: nobody will look any more. */
  private async pause(ms: number): Promise<void> {
    await this.options.clock.sleep(ms, this.closing.signal).catch(() => undefined);
  }

  /** Takes away what the machine had; safe to repeat. */
  private async clear(id: string, slot: Slot): Promise<void> {
    this.slots.delete(id);
    try {
      await slot.machine?.destroy();
    } finally {
      for (const address of slot.addresses) this.options.addresses.release(address);
      await rm(join(this.options.directory, id), { recursive: true, force: true });
    }
  }

  private track(work: Promise<void>): void {
    const tracked = work.catch(this.options.onInternalError).finally(() => this.work.delete(tracked));
    this.work.add(tracked);
  }
}

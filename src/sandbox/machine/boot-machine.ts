import { errorText } from "../../errors.js";
import { createKeyPair, type KeyPair } from "../../tls/key-pair.js";
import { applyCloudConfig } from "./cloud-config-step.js";
import type { BootMachine, Machine, MachineHost } from "./host.js";
import { BlockDevices } from "./system/block-devices.js";
import { DiskQueue } from "./system/disk-mirror.js";
import { MachineFiles } from "./system/file-system.js";
import type { MachineWorld } from "./system/machine-world.js";
import { ProcessTable } from "./system/process-table.js";
import { UnitManager } from "./units/unit-manager.js";

/** What all machines of a sandbox share. */
export interface BootMachineOptions {
  /** The key of the machines' TLS servers; one is made when the first machine needs it, if none is given. */
  readonly keyPair?: KeyPair;
  /** Waited for after each file that is written to the host's disk; nothing by default. */
  readonly rest?: () => Promise<void>;
}

/** A function that boots machines which share one key pair: making one for each would take 100 ms and more. */
export function createBootMachine(options: BootMachineOptions = {}): BootMachine {
  let keyPair: Promise<KeyPair> | undefined;
  const shared = (): Promise<KeyPair> =>
    (keyPair ??= options.keyPair === undefined ? createKeyPair("rsa2048") : Promise.resolve(options.keyPair));
  const queue = new DiskQueue(options.rest);
  return (host) => {
    // Made while the first machine boots: its bootstrap would answer up to a second late otherwise.
    shared().catch(() => undefined);
    return new SandboxMachine(host, shared, queue);
  };
}

class SandboxMachine implements Machine {
  private readonly off = new AbortController();
  private readonly tasks = new Set<Promise<void>>();
  private readonly files: MachineFiles;

  constructor(
    private readonly host: MachineHost,
    keyPair: () => Promise<KeyPair>,
    queue: DiskQueue,
  ) {
    const devices = new BlockDevices(host.volumes, host.hardware);
    this.files = new MachineFiles(host.directory, devices, queue);
    const world: MachineWorld = {
      host,
      files: this.files,
      devices,
      processes: new ProcessTable(),
      signal: this.off.signal,
      keyPair,
      powerOff: (reason) => this.powerOff(reason),
      get units() {
        return units;
      },
    };
    const units = new UnitManager(world, (task) => this.background(task));
    this.background(this.boot(world));
  }

  async destroy(): Promise<void> {
    this.off.abort(new DOMException("the machine was switched off", "AbortError"));
    await this.settled();
    await this.files.close();
  }

  private async boot(world: MachineWorld): Promise<void> {
    const { clock, timings } = this.host;
    world.files.makeDirectory("/tmp");
    this.host.console(`${this.host.instanceId}: booting (reflow-ec2 sandbox, ${this.host.hardware.instanceType})`);
    if (this.host.faults?.osHangs === true) {
      this.host.console("Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)");
      return;
    }
    await clock.sleep(timings.osBootMs, world.signal);
    await applyCloudConfig(world);
  }

  private powerOff(reason: string): void {
    if (this.off.signal.aborted) return;
    this.host.console(`Powering off: ${reason}.`);
    this.off.abort(new DOMException("the machine powered off", "AbortError"));
    void this.settled().then(() => this.host.poweredOff(reason));
  }

  /** Keeps a task until it settles; the end of the machine is no fault of it. */
  private background(task: Promise<void>): void {
    const kept = task
      .catch((error: unknown) => {
        if (this.off.signal.aborted) return;
        this.host.console(`reflow-ec2 sandbox: internal error: ${errorText(error)}`);
      })
      .finally(() => this.tasks.delete(kept));
    this.tasks.add(kept);
  }

  private async settled(): Promise<void> {
    while (this.tasks.size > 0) await Promise.all(this.tasks);
  }
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marshalCloudConfig, type CloudConfig } from "../../../src/cloudconfig/cloud-config.js";
import { encodeUserData } from "../../../src/cloudconfig/user-data.js";
import type { PoolRequest, PoolResponse, PoolTransport } from "../../../src/pool/transport.js";
import { createBootMachine } from "../../../src/sandbox/machine/boot-machine.js";
import type { Machine, MachineHost, MachineVolume } from "../../../src/sandbox/machine/host.js";
import { createMutualTlsTransport } from "../../../src/tls/transport.js";
import { FakeClock } from "../../support/fake-clock.js";
import { authority, issue, NOW_MS, rsaKeyPair } from "../../tls/material.js";
import { freePort } from "./free-port.js";

/** What a test may choose about a machine. */
export interface TestMachineOptions extends Partial<Omit<MachineHost, "clock" | "listen" | "directory">> {
  /** Text or cloud-config; `userData` beats it. */
  readonly cloudConfig?: CloudConfig | string;
  /** Objects by `bucket/key`. */
  readonly stored?: Readonly<Record<string, string>>;
}

/** One root volume and one data volume, as a launch asks for them. */
export const VOLUMES: readonly MachineVolume[] = [
  { volumeId: "vol-0a0000000000000a1", deviceName: "/dev/xvda", sizeGiB: 200, root: true },
  { volumeId: "vol-0b0000000000000b2", deviceName: "/dev/xvdb", sizeGiB: 300, root: false },
];

/** Boots share a key that takes no time to make. */
const bootMachine = createBootMachine({ keyPair: rsaKeyPair });

/** How much fake time passes between two looks at a condition, at first and after many looks. */
const FIRST_STEP_MS = 50;
const LONGEST_STEP_MS = 2_000;
const MOST_STEPS = 5_000;

/** A machine on loopback whose time the test moves. */
export class TestMachine {
  readonly console: string[] = [];
  readonly tags: Record<string, string> = {};
  readonly poweredOff: string[] = [];
  private machine: Machine | undefined;
  private transport: PoolTransport | undefined;

  private constructor(
    readonly clock: FakeClock,
    readonly directory: string,
    readonly port: number,
  ) {}

  /** Switches a machine on. End it with `end`. */
  static async boot(options: TestMachineOptions): Promise<TestMachine> {
    const test = new TestMachine(
      new FakeClock(NOW_MS),
      mkdtempSync(join(tmpdir(), "reflow-ec2-machine-")),
      await freePort(),
    );
    const { cloudConfig = "", stored = {}, ...host } = options;
    const text = typeof cloudConfig === "string" ? cloudConfig : marshalCloudConfig(cloudConfig);
    let random = 0;
    const complete: MachineHost = {
      instanceId: "i-0123456789abcdef0",
      region: "us-west-2",
      zone: "us-west-2a",
      market: "on-demand",
      publicDnsName: "ec2-203-0-113-9.us-west-2.compute.amazonaws.com",
      hardware: {
        instanceType: "m5.large",
        cpus: 2,
        memoryBytes: 8_040_316_928,
        features: ["intel_avx", "intel_avx2", "intel_avx512"],
        ebsNvme: true,
      },
      volumes: VOLUMES,
      instanceProfile: true,
      userData: encodeUserData(text),
      directory: test.directory,
      listen: { host: "127.0.0.1", port: test.port },
      clock: test.clock,
      randomBytes: (length) => Buffer.alloc(length, (random += 1)),
      timings: {
        osBootMs: 1_000,
        formatMs: 1_000,
        downloadMs: 1_000,
        installMs: 1_000,
        reflowletStartMs: 1_000,
        powerOffMs: 1_000,
      },
      objects: {
        get: async (bucket, key) => {
          const content = stored[`${bucket}/${key}`];
          return content === undefined ? undefined : Buffer.from(content);
        },
      },
      createTags: async (tags) => void Object.assign(test.tags, tags),
      console: (line) => test.console.push(line),
      poweredOff: (reason) => test.poweredOff.push(reason),
      ...host,
    };
    test.transport = createMutualTlsTransport({
      authority,
      clientCertificate: await issue(authority),
      clock: test.clock,
    });
    test.machine = bootMachine(complete);
    return test;
  }

  /** Moves time on until the condition holds. @throws Error with the console when it never does. */
  async until(what: string, condition: () => boolean): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      for (let turn = 0; turn < 4; turn += 1) {
        if (condition()) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await this.clock.advance(Math.min(FIRST_STEP_MS * (1 + step), LONGEST_STEP_MS));
    }
    throw new Error(`${what} never came; the console:\n${this.console.join("\n")}`);
  }

  /** Moves time on until a line with `text` is on the console. */
  async untilConsole(text: string): Promise<void> {
    await this.until(JSON.stringify(text), () => this.console.some((line) => line.includes(text)));
  }

  /** Moves time on until the machine has switched itself off. */
  async untilOff(): Promise<void> {
    await this.until("power-off", () => this.poweredOff.length > 0);
  }

  /** Lets real input and output settle without moving the clock. */
  async settle(turns = 200): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  request(method: PoolRequest["method"], path: string, body?: string): Promise<PoolResponse> {
    if (this.transport === undefined) throw new Error("not booted");
    return this.transport.request({
      host: "127.0.0.1",
      port: this.port,
      method,
      path,
      ...(body === undefined ? {} : { body }),
      timeoutMs: 3_600_000_000,
    });
  }

  /** A file of the machine. */
  read(path: string): string {
    return readFileSync(join(this.directory, path), "utf8");
  }

  /** Switches the machine off, as TerminateInstances does. */
  async destroy(): Promise<void> {
    await this.machine?.destroy();
  }

  /** Takes away all that the test had. */
  async end(): Promise<void> {
    this.transport?.close();
    await this.destroy();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineHost } from "../../../src/sandbox/machine/host.js";
import { runCommand } from "../../../src/sandbox/machine/programs/run-command.js";
import { BlockDevices } from "../../../src/sandbox/machine/system/block-devices.js";
import { MachineFiles } from "../../../src/sandbox/machine/system/file-system.js";
import type { MachineWorld } from "../../../src/sandbox/machine/system/machine-world.js";
import { ProcessTable } from "../../../src/sandbox/machine/system/process-table.js";
import { FakeClock } from "../../support/fake-clock.js";
import { NOW_MS, rsaKeyPair } from "../../tls/material.js";
import { VOLUMES } from "./test-machine.js";

/** What a script did. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine's world without a boot: for scripts and programs by themselves. */
export class TestWorld {
  readonly clock = new FakeClock(NOW_MS);
  readonly poweredOff: string[] = [];
  readonly started: string[] = [];
  readonly world: MachineWorld;
  private readonly directory = mkdtempSync(join(tmpdir(), "reflow-ec2-world-"));

  constructor(options: Partial<MachineHost> = {}) {
    const unused = (): never => {
      throw new Error("not part of this test");
    };
    const host: MachineHost = {
      instanceId: "i-0123456789abcdef0",
      region: "us-west-2",
      zone: "us-west-2a",
      market: "spot",
      publicDnsName: "ec2-203-0-113-9.us-west-2.compute.amazonaws.com",
      hardware: { instanceType: "m5.large", cpus: 2, memoryBytes: 8e9, features: [], ebsNvme: true },
      volumes: VOLUMES,
      instanceProfile: true,
      userData: "",
      directory: this.directory,
      listen: { host: "127.0.0.1", port: 0 },
      clock: this.clock,
      randomBytes: (length) => Buffer.alloc(length, 7),
      timings: { osBootMs: 0, formatMs: 0, downloadMs: 0, installMs: 0, reflowletStartMs: 0, powerOffMs: 0 },
      objects: {
        get: async (bucket, key) => (`${bucket}/${key}` === "cache/tools/program" ? Buffer.from("hello\n") : undefined),
      },
      createTags: unused,
      console: unused,
      poweredOff: unused,
      ...options,
    };
    const devices = new BlockDevices(host.volumes, host.hardware);
    this.world = {
      host,
      devices,
      files: new MachineFiles(this.directory, devices),
      processes: new ProcessTable(),
      signal: new AbortController().signal,
      keyPair: async () => rsaKeyPair,
      units: {
        start: async (name) => {
          this.started.push(name);
          return name === "broken.service" ? "failed" : "done";
        },
        stop: (name) => void this.started.push(`stop ${name}`),
        isActive: (name) => name === "docker.service",
        isKnown: () => true,
      },
      powerOff: (reason) => void this.poweredOff.push(reason),
    };
  }

  /** Runs a script as the file /opt/bin/script; time passes by itself. */
  async run(script: string): Promise<Ran> {
    this.world.files.write("/opt/bin/script", `#!/bin/bash\n${script}`, 0o755);
    let stdout = "";
    let stderr = "";
    const status = await this.clock.runUntil(
      runCommand({
        world: this.world,
        argv: ["/opt/bin/script"],
        environment: new Map([["HOME", "/root"]]),
        stdin: "",
        stdout: (text) => void (stdout += text),
        stderr: (text) => void (stderr += text),
        signal: this.world.signal,
      }),
    );
    return { status, stdout, stderr };
  }

  end(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

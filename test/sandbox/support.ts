import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EC2Client, EC2ServiceException } from "@aws-sdk/client-ec2";
import { loadCatalog, type CatalogType } from "../../src/catalog/load-catalog.js";
import { systemClock } from "../../src/lib/clock.js";
import type { BootMachine, Machine, MachineHost } from "../../src/sandbox/machine/host.js";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/sandbox.js";
import type { SandboxTimings } from "../../src/sandbox/timings.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

export const REGION = "us-west-2";
export const IMAGE_ID = "ami-0c3488073a14ab0af";
export const GROUP_ID = "sg-00e7669ca875ccee9";

/** Everything takes no time: a state lasts until the next turn of the event loop. */
export const noTime: SandboxTimings = {
  pendingMs: 0,
  shuttingDownMs: 0,
  machine: { osBootMs: 0, formatMs: 0, downloadMs: 0, installMs: 0, reflowletStartMs: 0, powerOffMs: 0 },
};

/** States last until the sandbox is stopped, so that a test can look at them. */
export const forEver: SandboxTimings = { ...noTime, pendingMs: 3_600_000, shuttingDownMs: 3_600_000 };

/** Machines that do nothing but remember that they were switched on and off. */
export class FakeMachines {
  readonly hosts: MachineHost[] = [];
  readonly destroyed: string[] = [];

  readonly boot: BootMachine = (host: MachineHost): Machine => {
    this.hosts.push(host);
    return {
      destroy: async () => {
        this.destroyed.push(host.instanceId);
      },
    };
  };
}

let catalogTypes: Promise<ReadonlyMap<string, CatalogType>> | undefined;

/** The instance types of the tests' region, read once. */
export function testTypes(): Promise<ReadonlyMap<string, CatalogType>> {
  catalogTypes ??= loadCatalog(REGION).then(({ types }) => types);
  return catalogTypes;
}

/** A sandbox with a client of the AWS SDK; `close` ends both. */
export interface TestSandbox {
  readonly sandbox: Sandbox;
  readonly ec2: EC2Client;
  readonly machines: FakeMachines;
  readonly directory: string;
  close(): Promise<void>;
}

export async function openTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const directory = await mkdtemp(join(tmpdir(), "reflow-ec2-test-"));
  const machines = new FakeMachines();
  const sandbox = await startSandbox({
    clock: systemClock,
    region: REGION,
    stateDirectory: directory,
    bootMachine: machines.boot,
    randomBytes,
    timings: noTime,
    types: await testTypes(),
    onInternalError: (error) => {
      throw error;
    },
    ...options,
  });
  const ec2 = newClient(sandbox.endpoint);
  return {
    sandbox,
    ec2,
    machines,
    directory,
    async close() {
      ec2.destroy();
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The unmodified client, told nothing but where the endpoint is. */
export function newClient(endpoint: string, region: string = REGION): EC2Client {
  return new EC2Client({
    endpoint,
    region,
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
}

/** The refusal of a call: code, message, status and fault as the SDK reports them. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number | undefined; requestId: boolean }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
    return {
      code: error.name,
      message: error.message,
      status: error.$metadata.httpStatusCode,
      requestId: /^[0-9a-f-]{36}$/.test(error.$metadata.requestId ?? ""),
    };
  }
  throw new Error("the call was not refused");
}

/** What RunInstances cannot do without. */
export const smallest = { ImageId: IMAGE_ID, InstanceType: "m5.large", MinCount: 1, MaxCount: 1 } as const;

/** Waits, a turn of the event loop at a time, until `look` gives something. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let turn = 0; turn < 5_000; turn += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never happened");
}

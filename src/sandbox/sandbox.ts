import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { loadCatalog, type CatalogType } from "../catalog/load-catalog.js";
import type { Clock } from "../lib/clock.js";
import { AddressBook } from "./addresses.js";
import { Account } from "./ec2/account.js";
import { ec2Service } from "./ec2/ec2-service.js";
import type { RandomBytes } from "./ec2/ids.js";
import { ecrService } from "./ecr-service.js";
import { openEndpoint } from "./endpoint.js";
import { MachineRoom } from "./machine-room.js";
import type { BootMachine } from "./machine/host.js";
import { addReflowletImage } from "./reflowlet-image.js";
import { ObjectStorage } from "./s3/object-storage.js";
import { s3Service } from "./s3/s3-service.js";
import { flatcarPage } from "./flatcar-page.js";
import { defaultTimings, type SandboxTimings } from "./timings.js";
import { findPage } from "./web-pages.js";

/** How to start a sandbox. */
export interface SandboxOptions {
  readonly clock: Clock;
  readonly region: string;
  /** Folders of machines and of objects are made below it and removed again. */
  readonly stateDirectory: string;
  readonly bootMachine: BootMachine;
  readonly randomBytes: RandomBytes;
  readonly timings?: SandboxTimings | undefined;
  /** Instance types; those of our catalogue for the region by default. */
  readonly types?: ReadonlyMap<string, CatalogType> | undefined;
  readonly addresses?: AddressBook | undefined;
  /** Told of mistakes in the sandbox itself. */
  readonly onInternalError?: ((error: unknown) => void) | undefined;
  /** More for `GET /` to tell, e.g. the process id. */
  readonly identity?: Readonly<Record<string, unknown>> | undefined;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly region: string;
  /** What its EC2 knows. */
  readonly account: Account;
  /** Ends all machines, closes the endpoint and removes the folders of machines and objects. */
  stop(): Promise<void>;
}

/**
 * Starts EC2 on the loopback interface, in this process: an HTTP endpoint on a free port, and the machines of whatever
 * is launched there.
 * @throws ConfigError when our catalogue does not know the region.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, region, randomBytes, bootMachine, timings = defaultTimings } = options;
  const onInternalError = options.onInternalError ?? (() => undefined);
  const types = options.types ?? (await loadCatalog(region)).types;
  const account = new Account(region);
  const directory = join(options.stateDirectory, "machines");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const storage = await ObjectStorage.open({ directory: join(options.stateDirectory, "objects"), clock, randomBytes });
  await addReflowletImage(storage);
  let url = "";
  const machines = new MachineRoom({
    account,
    clock,
    types,
    timings,
    addresses: options.addresses ?? new AddressBook(randomBytes),
    objects: storage,
    bootMachine,
    randomBytes,
    directory,
    endpoint: () => url,
    onInternalError,
  });
  const endpoint = await openEndpoint({
    services: new Map([
      ["ec2", ec2Service({ account, clock, types, randomBytes, power: machines })],
      ["ecr", ecrService({ region, clock, randomBytes })],
    ]),
    streamed: new Map([["s3", s3Service({ storage, region, randomBytes })]]),
    web: async (page) => flatcarPage(account.content.images, region, page) ?? findPage(storage, page),
    identity: { sandbox: "reflow-ec2", region, ...options.identity },
    onInternalError,
  });
  url = endpoint.url;
  return {
    endpoint: endpoint.url,
    region,
    account,
    async stop() {
      // The door first: nothing is launched any more while the machines go.
      await endpoint.close();
      await machines.close();
      await storage.close();
    },
  };
}

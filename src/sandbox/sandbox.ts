import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { loadCatalog, type CatalogType } from "../catalog/load-catalog.js";
import type { Clock } from "../lib/clock.js";
import { AddressBook } from "./addresses.js";
import { controlService } from "./control-service.js";
import { Account } from "./ec2/account.js";
import { ec2Service } from "./ec2/ec2-service.js";
import type { RandomBytes } from "./ec2/ids.js";
import { ecrService } from "./ecr-service.js";
import { openEndpoint } from "./endpoint.js";
import { iamService } from "./iam/iam-service.js";
import { MachineRoom } from "./machine-room.js";
import type { BootMachine } from "./machine/host.js";
import { quotasService } from "./quotas-service.js";
import { addReflowletImage } from "./reflowlet-image.js";
import { ObjectStorage } from "./s3/object-storage.js";
import { s3Service } from "./s3/s3-service.js";
import { ScenarioInForce } from "./scenario/scenario-run.js";
import type { Scenario } from "./scenario/schema.js";
import { stsService } from "./sts-service.js";
import { flatcarPage } from "./flatcar-page.js";
import { defaultTimings, type SandboxTimings } from "./timings.js";
import { bootstrapPage, findPage } from "./web-pages.js";

/** How to start a sandbox. */
export interface SandboxOptions {
  readonly clock: Clock;
  readonly region: string;
  /** Folders of machines and of objects are made below it and removed again. */
  readonly stateDirectory: string;
  readonly bootMachine: BootMachine;
  readonly randomBytes: RandomBytes;
  /** How long things take where no scenario says so. */
  readonly timings?: SandboxTimings | undefined;
  /** How it behaves from the start; the default where left out. */
  readonly scenario?: Scenario | undefined;
  /** The secret of whoever may set scenarios through the endpoint; nobody may without one. */
  readonly controlKey?: string | undefined;
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
  /** Sets another scenario, whole and at once; time and counts begin at zero. What runs keeps what was drawn for it. */
  setScenario(scenario: Scenario): void;
  /** Calls by action since the scenario was set, without those of machines; of other services as `s3:PutObject`. */
  calls(): Readonly<Record<string, number>>;
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
  const scenario = new ScenarioInForce({
    clock,
    randomBytes,
    timings,
    scenario: options.scenario,
    onSet: ({ account: conditions = {} }) => account.furnish(conditions),
  });
  let url = "";
  const machines = new MachineRoom({
    account,
    clock,
    types,
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
      ["ec2", ec2Service({ account, clock, types, randomBytes, power: machines, scenario })],
      ["iam", iamService({ account, clock, randomBytes, scenario })],
      ["ecr", ecrService({ region, clock, randomBytes, scenario })],
      ["servicequotas", quotasService({ region, randomBytes, scenario })],
      ["sts", stsService({ randomBytes, scenario })],
    ]),
    streamed: new Map([["s3", s3Service({ storage, region, randomBytes, scenario })]]),
    control: options.controlKey === undefined ? undefined : controlService(scenario, options.controlKey),
    dateOffsetMs: () => scenario.now.endpointOffsetMs,
    clock,
    web: async (page) =>
      flatcarPage(account.content.images, region, page) ??
      bootstrapPage(scenario.now.scenario.account?.bootstrap, page) ??
      findPage(storage, page),
    identity: { sandbox: "reflow-ec2", region, ...options.identity },
    onInternalError,
  });
  url = endpoint.url;
  return {
    endpoint: endpoint.url,
    region,
    account,
    setScenario: (next) => scenario.set(next),
    calls: () => scenario.now.calls.calls,
    async stop() {
      // The door first: nothing is launched any more while the machines go.
      scenario.close();
      await endpoint.close();
      await machines.close();
      await storage.close();
    },
  };
}

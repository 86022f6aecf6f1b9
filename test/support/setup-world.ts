import { join } from "node:path";
import { loadInstanceTypeNames } from "../../src/catalog/load-catalog.js";
import type { Instance } from "../../src/cluster/ports.js";
import type { ClusterTarget } from "../../src/commands/shared/cluster-handle.js";
import type { SetupHandle } from "../../src/commands/shared/setup-handle.js";
import { loadConfig } from "../../src/config/load-config.js";
import type { SetupPlan, SetupResult, SetupWishes } from "../../src/setup/model.js";
import type { ClusterIdentity } from "../../src/setup/ports.js";
import { setupWith, type Setup } from "../../src/setup/setup.js";
import { FakeAccount } from "./fake-account.js";
import { FakeClock } from "./fake-clock.js";
import { FakeFiles } from "./fake-files.js";

const HOME = "/home/ada";

/** Where the configuration of the fake user is. */
export const CONFIG_PATH = "/home/ada/.reflow/config.yaml";
export const AUTHORITY_PATH = "/home/ada/.reflow/reflow.pem";

/** An account and a machine for setups, which may run one after the other or at the same time. */
export class SetupWorld {
  readonly clock = new FakeClock();
  /** Instances of the cluster that EC2 shows, whatever the identity. */
  members: readonly Instance[] = [];
  /** By what members were looked for. */
  readonly identities: ClusterIdentity[] = [];
  readonly told: string[] = [];

  constructor(
    readonly account = new FakeAccount(),
    readonly files = new FakeFiles(),
  ) {}

  async open({ config, cluster, region }: Partial<ClusterTarget> = {}): Promise<SetupHandle & Setup> {
    const configPath = config ?? join(HOME, ".reflow", "config.yaml");
    const types = await loadInstanceTypeNames();
    const setup = setupWith(
      {
        account: this.account,
        files: this.files,
        clock: this.clock,
        members: async (identity) => {
          this.identities.push(identity);
          return this.members;
        },
        parseConfig: (text) =>
          loadConfig(text, {
            source: configPath,
            home: HOME,
            login: "ada",
            env: {},
            flags: { cluster, region },
            knownInstanceType: (type) => types.has(type),
          }),
        knownTypes: types,
      },
      { configPath, region: region ?? "us-west-2", cluster, login: "ada" },
    );
    return { ...setup, close: () => undefined };
  }

  async plan(wishes: SetupWishes = {}, kind: SetupPlan["kind"] = "make"): Promise<SetupPlan> {
    return (await this.open()).plan({ kind, wishes, signal: new AbortController().signal });
  }

  /** Plans and carries out. */
  async run(wishes: SetupWishes = {}, kind: SetupPlan["kind"] = "make"): Promise<SetupResult> {
    const setup = await this.open();
    const signal = new AbortController().signal;
    const plan = await setup.plan({ kind, wishes, fallbacks: {}, signal });
    return setup.apply(plan, { signal, onEvent: ({ kind: when, text }) => this.told.push(`${when} ${text}`) });
  }
}

/** What of a step a test compares: what is to be done, with what. */
export function stepsOf({ steps }: SetupPlan): readonly string[] {
  return steps.map(({ state, what }) => `${state} ${what}`);
}

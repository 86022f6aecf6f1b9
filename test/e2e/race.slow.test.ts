import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { MemberJson } from "../../src/terminal/json/list.js";
import { editConfig, type Change } from "./support/edit-config.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** Many commands at once, each of which boots a machine. */
const SLOW_MS = 120_000;
const PROCESSES = 8;
const TYPE = "c6a.large";
/** Of that type. */
const CPUS = 2;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

interface Allocated {
  readonly alloc: { readonly uri: string };
  readonly instance: { readonly id: string };
  readonly reused: boolean;
}

/** A cluster with limits of its own. */
class RacedCluster {
  private readonly target: readonly string[];

  constructor(
    private readonly name: string,
    limits: Change,
  ) {
    this.target = ["--sandbox", "--cluster", name, "--config", editConfig(sandbox, `${name}.yaml`, limits)];
  }

  /** Lets one process allocate so many vCPUs. */
  allocate(cpu: number): Promise<Allocated> {
    return sandbox.user.json(this.allocation(cpu));
  }

  /** Lets many processes allocate at once; gives the allocs and the exit codes of those that got none. */
  async race(
    cpu: number,
  ): Promise<{ readonly allocs: readonly Allocated[]; readonly codes: readonly (number | null)[] }> {
    const racing = Array.from({ length: PROCESSES }, () => sandbox.user.run([...this.allocation(cpu), "-o", "json"]));
    const ended = await Promise.all(racing);
    return {
      allocs: ended.flatMap(({ code, stdout }) => (code === 0 ? [JSON.parse(stdout) as Allocated] : [])),
      codes: ended.flatMap(({ code }) => (code === 0 ? [] : [code])),
    };
  }

  free(uri: string): Promise<unknown> {
    return sandbox.user.json([...this.target, "free", uri]);
  }

  /** URIs of the allocs with a live lease on each instance that is alive. */
  async leased(): Promise<Readonly<Record<string, readonly string[]>>> {
    return Object.fromEntries((await this.members()).map(({ id, allocs }) => [id, live(allocs).map(({ uri }) => uri)]));
  }

  /** The vCPUs that the live leases of each instance have, together. */
  async leasedCpus(): Promise<readonly number[]> {
    const members = await this.members();
    return members.map(({ allocs }) => live(allocs).reduce((sum, { resources }) => sum + (resources["cpu"] ?? 0), 0));
  }

  /** The tags of the reflowlets' versions on the instances that have been ended: with one there may have been a lease. */
  async endedVersions(): Promise<readonly string[]> {
    const launched = await sandbox.launched({ "tag:cluster": this.name });
    const ended = launched.filter(({ State }) => State?.Name === "shutting-down" || State?.Name === "terminated");
    return ended.map(({ Tags = [] }) => Tags.find(({ Key }) => Key === "reflowlet:version")?.Value ?? "");
  }

  private async members(): Promise<readonly MemberJson[]> {
    const { instances } = await sandbox.user.json<{ instances: readonly MemberJson[] }>([...this.target, "list"]);
    return instances.filter(({ state }) => state === "pending" || state === "running");
  }

  private allocation(cpu: number): readonly string[] {
    return [...this.target, "-q", "allocate", "--cpu", String(cpu), "--mem", "256MiB", "--type", TYPE];
  }
}

const live = (allocs: MemberJson["allocs"]): MemberJson["allocs"] => allocs.filter(({ expired }) => !expired);

/** What each alloc is on. */
function byInstance(allocs: readonly Allocated[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(allocs.map(({ instance, alloc }) => [instance.id, [alloc.uri]]));
}

describe("eight processes that launch at once", () => {
  const LEFT_OUT = 5;
  const limits: readonly (readonly [title: string, name: string, limit: Change])[] = [
    ["of three instances", "instances", [/$/, "  maxinstances: 3\n"]],
    ["of three instances' price", "dollars", [/^ec2cluster:$/m, "$&\n  maxhourlycostusd: 0.5"]],
  ];

  it.each(limits)(
    "under a limit %s keep to it, whoever has a lease keeps it, and the others are told",
    async (_title, name, limit) => {
      const cluster = new RacedCluster(name, limit);
      const before = await cluster.allocate(CPUS);
      const { allocs, codes } = await cluster.race(CPUS);
      const all = [before, ...allocs];
      expect(await cluster.leased()).toEqual(byInstance(all));
      expect({ allocs: all.length, codes }).toEqual({ allocs: 3, codes: Array.from({ length: 6 }, () => LEFT_OUT) });
      expect((await cluster.endedVersions()).filter(Boolean)).toEqual([]);
    },
    SLOW_MS,
  );
});

describe("eight processes that want parts of the same two members", () => {
  it(
    "get as many allocs as there is room for, each its own, and no member gives more than it has",
    async () => {
      const cluster = new RacedCluster("parts", [/$/, "  maxinstances: 2\n"]);
      const whole = await Promise.all([cluster.allocate(CPUS), cluster.allocate(CPUS)]);
      await Promise.all(whole.map(({ alloc }) => cluster.free(alloc.uri)));
      const { allocs, codes } = await cluster.race(0.75);
      expect({
        uris: new Set(allocs.map(({ alloc }) => alloc.uri)).size,
        reused: allocs.every(({ reused }) => reused),
        codes,
        leasedCpus: await cluster.leasedCpus(),
      }).toEqual({ uris: 4, reused: true, codes: [5, 5, 5, 5], leasedCpus: [1.5, 1.5] });
    },
    SLOW_MS,
  );
});

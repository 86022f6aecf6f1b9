import { describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { planLaunch, type PlanContext } from "../../src/cluster/plan-launch.js";
import type { ClusterSettings } from "../../src/cluster/settings.js";
import { SETTINGS } from "../support/cluster-world.js";

const GIB = 2 ** 30;

/** What the recordings were made with: 200 GiB of root and 300 GiB of data, all of it counted as disk there. */
const VOLUMES = [
  { deviceName: "/dev/xvda", type: "gp3", sizeGiB: 200, encrypted: true },
  { deviceName: "/dev/xvdb", type: "gp3", sizeGiB: 300 / 0.97 + 1e-6, encrypted: true },
];

const contextWith = async (changes: Partial<ClusterSettings> = {}): Promise<PlanContext> => ({
  settings: {
    ...SETTINGS,
    instanceTypes: [],
    maxHourlyUsd: Infinity,
    launch: { ...SETTINGS.launch, volumesFor: () => VOLUMES },
    ...changes,
  },
  catalog: await loadCatalog("us-west-2"),
});

const failure = async (
  need: Readonly<Record<string, number>>,
  constraints: Parameters<typeof planLaunch>[2] = {},
  changes: Partial<ClusterSettings> = {},
): Promise<unknown> => {
  const context = await contextWith(changes);
  try {
    return planLaunch(context, need, constraints);
  } catch (error) {
    return error;
  }
};

describe("what one need would get by itself, in us-west-2", () => {
  it.each([
    [{ cpu: 1 }, "m7a.medium"],
    [{ cpu: 2, mem: 2 * GIB }, "c6a.large"],
    [{ cpu: 8, mem: 32 * GIB }, "r5a.2xlarge"],
    [{ cpu: 8, mem: 32 * GIB, intel_avx512: 8 }, "r6i.2xlarge"],
    [{ cpu: 64, mem: 64 * GIB }, "c6a.16xlarge"],
    [{ cpu: 1, mem: 1500 * GIB }, "x2idn.32xlarge"],
    [{}, "m7a.medium"],
  ])("is for %j the type %s", async (need, type) => {
    expect(planLaunch(await contextWith(), need, {}).instanceType).toBe(type);
  });

  it("is on demand where spot is wanted, and nothing that fits is sold as spot", async () => {
    const spot = { market: "spot", instanceTypes: ["u-6tb1.56xlarge"] } as const;
    const refused = await failure({ cpu: 1 }, {}, spot);
    const settings = { ...spot, spot: { ...SETTINGS.spot, fallback: true } };
    const { market } = planLaunch(await contextWith(settings), { cpu: 1 }, {});
    expect([refused, market]).toEqual([expect.objectContaining({ exitCode: 2 }), "on-demand"]);
  });

  it.each<[string, Record<string, number>]>([
    ["no number", { cpu: NaN }],
    ["endless", { mem: Infinity }],
    ["huge", { mem: 1e300 }],
    ["for a word that every object knows", { toString: 1 }],
    ["for turbo, which no reflowlet offers", { intel_turbo: 1 }],
    ["for more than there is", { cpu: 500 }],
  ])("is nothing when it is %s", async (_what, need) => {
    expect(await failure(need)).toMatchObject({ exitCode: 3, message: expect.stringMatching(/can ever hold/) });
  });

  it.each([
    [
      "an hourly limit",
      { cpu: 64 },
      {},
      { maxHourlyUsd: 0.5 },
      5,
      /at least c6a\.16xlarge for .* maxhourlycostusd is 0\.5/,
    ],
    ["a price of its own", { cpu: 64 }, { maxUsd: 0.5 }, {}, 5, /at least .*: 2\.\d+ USD an hour, above 0\.5000 USD/],
    [
      "a type that is none",
      { cpu: 1 },
      { instanceType: "c6a.lrage" },
      {},
      2,
      /no instance type c6a\.lrage; did you mean/,
    ],
    [
      "a type that is not allowed",
      { cpu: 1 },
      { instanceType: "c6a.large" },
      { instanceTypes: ["m6a.large"] },
      2,
      /not allowed/,
    ],
    [
      "types that are too small",
      { cpu: 8 },
      { instanceType: "c6a.large" },
      {},
      3,
      /c6a\.large comes nearest with cpu 2 of 8/,
    ],
    ["no type at all", { cpu: 1 }, {}, { instanceTypes: ["x9.nope"] }, 2, /no instance type may be launched/],
  ] as const)("is an error with %s", async (_what, need, constraints, changes, exitCode, message) => {
    expect(await failure(need, constraints, changes)).toMatchObject({
      exitCode,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    });
  });
});

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { truePrice } from "../../src/catalog/true-price.js";
import { planLaunch, type PlanContext } from "../../src/cluster/plan-launch.js";
import { SETTINGS } from "../support/cluster-world.js";

/** What the recordings were made with: 200 GiB of root and 300 GiB of data, all of it counted as disk there. */
const VOLUMES = [
  { deviceName: "/dev/xvda", type: "gp3", sizeGiB: 200, encrypted: true },
  { deviceName: "/dev/xvdb", type: "gp3", sizeGiB: 300 / 0.97 + 1e-6, encrypted: true },
];

function choice(
  context: PlanContext,
  need: Readonly<Record<string, number>>,
  maxUsd: number,
): ReturnType<typeof planLaunch> | undefined {
  try {
    return planLaunch(context, need, { maxUsd });
  } catch {
    return undefined;
  }
}

describe("what one need would get by itself, against what the real Reflow was recorded taking", () => {
  it("never costs more than the type that the real Reflow took, and is there where Reflow found one", async () => {
    interface Recorded {
      readonly need: Readonly<Record<string, number>>;
      readonly maxUsdPerHour: number;
      readonly ok: boolean;
      readonly type?: string;
    }
    const url = new URL("../fixtures/tables/choices.json", import.meta.url);
    const recorded = JSON.parse(await readFile(url, "utf8")) as readonly Recorded[];
    const context: PlanContext = {
      settings: {
        ...SETTINGS,
        instanceTypes: [],
        maxHourlyUsd: Infinity,
        launch: { ...SETTINGS.launch, volumesFor: () => VOLUMES },
      },
      catalog: await loadCatalog("us-west-2"),
    };
    const volumesUsd = (500 * 0.08) / 730;
    const usdOf = (name: string | undefined): number => {
      const type = context.catalog.types.get(name ?? "");
      return (type && truePrice({ type, market: "on-demand", volumes: VOLUMES })?.totalUsd) ?? Infinity;
    };
    const compared = recorded.map(({ need, maxUsdPerHour, ok, type }) => {
      // Reflow's limit is on the list price; ours counts the volumes.
      const found = choice(context, need, maxUsdPerHour + volumesUsd + 0.01);
      return {
        ok,
        found: found !== undefined,
        ours: found?.price.totalUsd ?? Infinity,
        theirs: ok ? usdOf(type) : Infinity,
      };
    });
    expect(compared.filter(({ ok, found }) => ok && !found)).toEqual([]);
    expect(compared.filter(({ ours, theirs }) => ours > theirs + 1e-9)).toEqual([]);
    expect(compared.filter(({ ours, theirs }) => ours < theirs - 1e-9).length).toBeGreaterThan(150);
  });
});

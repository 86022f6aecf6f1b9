import { describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { LikelyLaunch } from "../../src/cluster/likely-launch.js";
import { planLaunch } from "../../src/cluster/plan-launch.js";
import { SETTINGS } from "../support/cluster-world.js";

const GIB = 2 ** 30;

describe("what a need would get by itself", () => {
  it("is what a plan gives, whatever was asked before", async () => {
    const context = { settings: { ...SETTINGS, instanceTypes: [] }, catalog: await loadCatalog("us-west-2") };
    const likely = new LikelyLaunch(context);
    const asked = [
      [{ cpu: 1, mem: GIB }, {}],
      [{ cpu: 1, mem: GIB }, { instanceType: "m6a.large" }],
      [{ cpu: 8, mem: GIB }, {}],
      [{ cpu: 8, mem: GIB }, { market: "spot" }],
      [{ cpu: 1, mem: GIB }, {}],
    ] as const;
    expect(asked.map(([need, constraints]) => likely.of(need, constraints))).toEqual(
      asked.map(([need, constraints]) => planLaunch(context, need, constraints)),
    );
  });

  it("is planned once for hundreds that ask for the same", async () => {
    const catalog = await loadCatalog("us-west-2");
    let plans = 0;
    const settings = {
      ...SETTINGS,
      get architectures() {
        plans += 1;
        return SETTINGS.architectures;
      },
    };
    const likely = new LikelyLaunch({ settings, catalog });
    for (let at = 0; at < 300; at += 1) likely.of({ cpu: 1, mem: GIB }, { zone: undefined });
    expect(plans).toBe(1);
  });

  it("is refused anew each time it cannot be given", async () => {
    const likely = new LikelyLaunch({ settings: SETTINGS, catalog: await loadCatalog("us-west-2") });
    const ask = (): unknown => likely.of({ cpu: 100_000 }, {});
    expect(ask).toThrow(/cpu/);
    expect(ask).toThrow(/cpu/);
  });
});

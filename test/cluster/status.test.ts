import { describe, expect, it } from "@jest/globals";
import { Cluster } from "../../src/cluster/cluster.js";
import { ClusterStatus } from "../../src/cluster/status.js";
import { clusterWorld } from "../support/cluster-world.js";

const ONE_CPU = { requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 } };
const ID = "i-00000000000000001";

describe("the status of a cluster", () => {
  it("follows an instance from its launch until it serves", async () => {
    const { context, clock } = await clusterWorld();
    const seen: string[] = [];
    const status: ClusterStatus = new ClusterStatus(() => seen.push(...status.tasks.map(({ text }) => text)));
    await clock.runUntil(new Cluster({ ...context, status }).allocate(ONE_CPU));
    expect(seen).toEqual([
      "launched",
      "waiting for the instance to run",
      "waiting for the bootstrap",
      "waiting for the installation of the reflowlet",
      "waiting for the reflowlet",
      "waiting for the reflowlet to tag its instance",
      `serves ${ID}.fake:9000/0101010101010101`,
    ]);
    expect(status.tasks).toEqual([
      {
        instanceId: ID,
        title: `c6a.large ${ID}`,
        text: `serves ${ID}.fake:9000/0101010101010101`,
        sinceMs: clock.nowMs(),
        done: true,
      },
    ]);
  });

  it("says that an instance which did not become usable is being ended", async () => {
    const { context, clock, machines } = await clusterWorld();
    machines.behaviour = { ...machines.behaviour, fault: "install-refused" };
    const status = new ClusterStatus();
    await clock.runUntil(new Cluster({ ...context, status }).allocate(ONE_CPU).catch(() => undefined));
    expect(status.tasks.map(({ title, text, done }) => ({ title, text, done }))).toEqual([
      { title: `c6a.large ${ID}`, text: "shutting-down", done: false },
    ]);
  });
});

describe("the log of a cluster", () => {
  it("gets each event as a line, with Reflow's levels", async () => {
    const { context, clock, ec2 } = await clusterWorld();
    ec2.add({ id: "i-1", tags: { ...new Cluster(context).queryTags() } });
    const lines: string[] = [];
    const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
    await clock.runUntil(new Cluster({ ...context, log }).allocate(ONE_CPU));
    expect(lines.slice(0, 4)).toEqual([
      "error: i-1 cannot be used: i-1.fake: connection refused",
      "debug: found 1 member, asked 1 for offers",
      "debug: image ami-0c3488073a14ab0af, as configured",
      "info: launching c6a.large (on-demand, 0.1313 USD/h with volumes): the cheapest of 9 offerings that fit",
    ]);
  });
});

import { loadCatalog } from "../../src/catalog/load-catalog.js";
import type { Catalog } from "../../src/catalog/model.js";
import { Cluster } from "../../src/cluster/cluster.js";
import type { ClusterContext } from "../../src/cluster/context.js";
import type { ClusterEvent } from "../../src/cluster/events.js";
import type { ClusterSettings } from "../../src/cluster/settings.js";
import { FakeClock } from "./fake-clock.js";
import { FakeEc2, type FakeEc2Behaviour } from "./fake-ec2.js";
import { FakeMachines } from "./fake-machines.js";

/** Everything that a cluster test plays with. */
export interface ClusterWorld {
  readonly clock: FakeClock;
  readonly ec2: FakeEc2;
  readonly machines: FakeMachines;
  readonly events: ClusterEvent[];
  readonly context: ClusterContext;
  readonly cluster: Cluster;
}

/** A cluster of 2023 in us-west-2 that may launch three types. */
export const SETTINGS: ClusterSettings = {
  generation: 2023,
  name: "default",
  user: "ann",
  version: "v1",
  labels: { team: "genomics" },
  region: "us-west-2",
  market: "on-demand",
  instanceTypes: ["c6a.large", "c6a.2xlarge", "m6a.large"],
  architectures: ["x86_64"],
  ebsThroughputWeight: 0,
  spot: { api: "run", fallback: false, probeDepth: 5 },
  refusalMs: 180_000,
  address: "auto",
  sweep: true,
  maxInstances: 100,
  maxPendingInstances: 5,
  maxHourlyUsd: 10,
  launchProblems: [],
  launch: {
    imageId: "ami-0c3488073a14ab0af",
    reflowletImage: "s3://bucket/objects/sha256:00",
    securityGroupIds: ["sg-0a1b2c3d"],
    instanceProfile: "arn:aws:iam::123456789012:instance-profile/reflowlet",
    subnetIds: [],
    metadataTokens: "required",
    metadataHopLimit: 2,
    bootstrapUrl: "https://example.com/bootstrap",
    detailedMonitoring: true,
    volumesFor: () => [
      { deviceName: "/dev/xvda", type: "gp3", sizeGiB: 200, encrypted: true },
      { deviceName: "/dev/xvdb", type: "gp3", sizeGiB: 300, encrypted: true },
    ],
  },
};

let catalog: Promise<Catalog> | undefined;

/** A fresh world with its own fake EC2, machines and clock. */
export async function clusterWorld(
  settings: Partial<ClusterSettings> = {},
  behaviour: Partial<FakeEc2Behaviour> = {},
): Promise<ClusterWorld> {
  catalog ??= loadCatalog("us-west-2");
  const clock = new FakeClock();
  const ec2 = new FakeEc2(clock, behaviour);
  const machines = new FakeMachines(clock, ec2);
  const events: ClusterEvent[] = [];
  let tokens = 0;
  const context: ClusterContext = {
    settings: { ...SETTINGS, ...settings },
    ec2,
    transport: machines,
    catalog: await catalog,
    userData: async ({ instanceType }) => Buffer.from(`#cloud-config\n# ${instanceType}\n`).toString("base64"),
    clock,
    randomBytes: (length) => Buffer.alloc(length, (tokens += 1)),
    onEvent: (event) => events.push(event),
  };
  return { clock, ec2, machines, events, context, cluster: new Cluster(context) };
}

/** Tags of a member that a Reflow driver of 2023 launched for the same cluster. */
export const MEMBER_TAGS = {
  Name: "ann (reflow)",
  cluster: "default",
  managedby: "reflow",
  user: "ann",
  "reflowlet:version": "v1",
};

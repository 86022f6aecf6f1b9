import { describe, expect, it } from "@jest/globals";
import { clusterSettings } from "../../src/compose/settings.js";
import { load } from "../config/samples.js";

/** What forbids launching with these lines under `ec2cluster:` and these values under `reflow-ec2:`. */
function problemsWith(cluster: string, own = ""): readonly string[] {
  const config = load(`reflow: reflowversion,version=0123456789ab
tls: tls,file=/home/ann/.reflow/reflow.pem
ec2cluster:
  instanceprofile: reflowlet
  securitygroup: sg-0a1b2c3d
  ${cluster.replaceAll("; ", "\n  ")}
reflow-ec2: {generation: 2023, image: "s3://bucket/key"${own}}
`);
  const { launchProblems } = clusterSettings(config, "us-west-2", "0123456789ab");
  return launchProblems.map(({ key, message }) => `${key}: ${message}`);
}

describe("spot in a configuration", () => {
  const settingsOf = (generation: number, cluster: string, own = ""): unknown => {
    const text = `ec2cluster: {${cluster}}\nreflow-ec2: {generation: ${generation}${own}}\n`;
    const { market, spot, refusalMs } = clusterSettings(load(text), "us-west-2", "v1");
    return { market, spot, refusalMs };
  };

  it("is bought with RunInstances, without a cap and without a fallback, unless it says otherwise", () => {
    expect([settingsOf(2023, "spot: true"), settingsOf(2020, "")]).toEqual([
      { market: "spot", spot: { api: "run", fallback: false, probeDepth: 5 }, refusalMs: 180_000 },
      { market: "on-demand", spot: { api: "run", fallback: false, probeDepth: 0 }, refusalMs: 180_000 },
    ]);
  });

  it("is bought as it says", () => {
    const own = ", spotapi: request, spotfallback: true, spotmaxprice: on-demand, refusalminutes: 0";
    expect(settingsOf(2023, "spot: true, spotprobedepth: 9", own)).toEqual({
      market: "spot",
      spot: { api: "request", fallback: true, maxPrice: "on-demand", probeDepth: 9 },
      refusalMs: 0,
    });
  });
});

describe("the volumes of a configuration", () => {
  it.each([
    ["disktype: gp2", ""],
    ["disktype: gp3", ""],
    ["disktype: gp3; diskslices: 25; diskspace: 1", ""],
    ["disktype: gp3", ", iops: 12000, throughputmibps: 1000"],
    ["disktype: io1", ", iops: 1000"],
    ["disktype: io2", ", iops: 256000"],
    ["disktype: st1; diskspace: 1", ""],
    ["disktype: sc1", ""],
    ["disktype: standard", ""],
    ["disktype: io1; instancetypes: [m6a.large]; instancesizetodiskspace: {large: 10, xlarge: 1}", ", iops: 500"],
  ])("let instances be launched with %j%s", (cluster, own) => {
    const problems = problemsWith(cluster, own);
    expect(problems).toEqual([]);
  });

  it.each([
    ["disktype: io1", "", ["reflow-ec2.iops: io1 volumes need iops"]],
    ["disktype: io2", "", ["reflow-ec2.iops: io2 volumes need iops"]],
    [
      "disktype: io1; diskspace: 100",
      ", iops: 20000",
      ["reflow-ec2.iops: 20000 iops are too many for 100 GiB of io1, which takes 5000 at most"],
    ],
    [
      "disktype: io1; diskspace: 10; diskslices: 5",
      ", iops: 100",
      ["ec2cluster.diskspace: io1 volumes have a size of 4 to 16384 GiB, not 2"],
    ],
    ["disktype: gp3", ", iops: 100", ["reflow-ec2.iops: gp3 volumes have iops of 3000 to 80000 a second, not 100"]],
    [
      "disktype: gp3",
      ", throughputmibps: 1000",
      ["reflow-ec2.throughputmibps: a throughput of 1000 MiB/s needs 4000 iops, not 3000"],
    ],
    [
      "disktype: gp2; instancesizetodiskspace: {large: 20000, xlarge: 100, 2xlarge: 60000}",
      "",
      [
        "ec2cluster.instancesizetodiskspace: gp2 volumes have a size of 1 to 16384 GiB, not 20000",
        "ec2cluster.instancesizetodiskspace: gp2 volumes have a size of 1 to 16384 GiB, not 60000",
      ],
    ],
    [
      "disktype: gp2; instancetypes: [m6a.large]; instancesizetodiskspace: {large: 20000, 2xlarge: 60000}",
      "",
      ["ec2cluster.instancesizetodiskspace: gp2 volumes have a size of 1 to 16384 GiB, not 20000"],
    ],
    [
      "disktype: standard; diskspace: 2000; diskslices: 1",
      "",
      ["ec2cluster.diskspace: standard volumes have a size of 1 to 1024 GiB, not 2000"],
    ],
  ])("forbid launching with %j%s: %j", (cluster, own, expected) => {
    const problems = problemsWith(cluster, own);
    expect(problems).toEqual(expected);
  });
});

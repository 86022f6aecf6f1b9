import { describe, expect, it } from "@jest/globals";
import { fixture, load, mistakeLines, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

describe("the generation", () => {
  it.each([
    ["is 2023 when nothing tells", "user: user", 2023],
    ["is 2020 by the sample of 2020", SAMPLE_2020, 2020],
    ["is 2023 by the sample of 2023", SAMPLE_2023, 2023],
    ["is 2020 by Reflow's own set-up file of 2020", fixture("setup-ec2-2020.yaml"), 2020],
    ["is 2023 by Reflow's own set-up file of 2023", fixture("setup-ec2-2023.yaml"), 2023],
    ["is 2020 by subnet", "ec2cluster: {subnet: subnet-1}", 2020],
    ["is 2020 by an empty sshkey", 'ec2cluster: {sshkey: ""}', 2020],
    ["is 2020 by region", "ec2cluster: {region: us-west-2}", 2020],
    ["is 2020 by availabilityzone", "ec2cluster: {availabilityzone: us-west-2a}", 2020],
    ["is 2020 by diskspace", "ec2cluster: {diskspace: 100}", 2020],
    ["is 2023 by subnets", "ec2cluster: {subnets: []}", 2023],
    ["is 2023 by metrics", "metrics: nopmetrics", 2023],
    ["is 2023 by predictor", "predictor: predictorconfig", 2023],
    ["is not told by a key with nothing behind it", "ec2cluster: {subnet: }", 2023],
    [
      "is not told by tracer and taskdb, which are of both years",
      "tracer: xray\ntaskdb: dynamodbtask\nec2cluster: {sshkey: x}",
      2020,
    ],
    [
      "is what it is stated to be",
      "reflow-ec2: {generation: 2020}\nmetrics: nopmetrics\nec2cluster: {subnets: []}",
      2020,
    ],
    [
      "is what it is stated to be, against keys of both",
      "reflow-ec2: {generation: 2023}\nec2cluster: {subnets: [], subnet: subnet-1}",
      2023,
    ],
  ])("%s", (_name, text, expected) => {
    const { generation } = load(text);
    expect(generation).toBe(expected);
  });

  it.each([
    [
      "ec2cluster:\n  sshkey: ''\n  sshkeys: []\n",
      "2 ec2cluster.sshkey: expected the keys of one Reflow, found those of 2020: ec2cluster.sshkey (line 2); and of 2023: ec2cluster.sshkeys (line 3). " +
        "Say which one the instances run with `generation: 2020` or `generation: 2023` under `reflow-ec2:`",
    ],
    [
      "taskdb: noptaskdb\nec2cluster:\n  region: us-west-2\n  diskspace: 1\n",
      "3 ec2cluster.region: expected the keys of one Reflow, found those of 2020: ec2cluster.region (line 3), ec2cluster.diskspace (line 4); and of 2023: taskdb (line 1). " +
        "Say which one the instances run with `generation: 2020` or `generation: 2023` under `reflow-ec2:`",
    ],
  ])("must be stated where keys of both years stand: %j", (text, expected) => {
    const lines = mistakeLines(text);
    expect(lines).toEqual([expected]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { launchProblems } from "../../src/config/launch-problems.js";
import { load, SAMPLE_2023 } from "./samples.js";

const COMPLETE = `${SAMPLE_2023}reflow-ec2: {image: s3://bucket/key}\n`;

describe("what forbids a launch", () => {
  it("is nothing for a complete configuration", () => {
    const problems = launchProblems(load(COMPLETE, { flags: { region: "us-west-2" } }));
    expect(problems).toEqual([]);
  });

  it("is everything at once for an empty one", () => {
    const problems = launchProblems(load("user: user"));
    expect(problems).toEqual(
      [
        ["", "expected a region, found none: give --region, set AWS_REGION, or set the region of the AWS profile"],
        [
          "ec2cluster.securitygroup",
          "expected the id of a security group (sg-...), found none: `reflow-ec2 setup` finds or makes one",
        ],
        [
          "reflow",
          "expected the version of your Reflow, found none: set `reflow: reflowversion,version=...` to what `reflow version` prints",
        ],
        [
          "reflow-ec2.image",
          "expected the reflowlet binary, found none; there are three ways to name one: " +
            "`image: s3://BUCKET/KEY` under `reflow-ec2:` for one that is uploaded; " +
            "`binary: PATH` under `reflow-ec2:` for one on this machine, uploaded to the repository when needed; " +
            "or run a job with Reflow itself, whose binary is then s3://BUCKET/objects/sha256:DIGEST, and name that",
        ],
        [
          "ec2cluster.instanceprofile",
          "expected an instance profile, found none: instances of 2023 have their AWS credentials from nowhere else",
        ],
        [
          "tls",
          "expected a TLS authority, found none: set `tls: tls,file=PATH`; `reflow-ec2 setup` makes one where there is none",
        ],
      ].map(([key, message]) => ({ source: "config.yaml", key, message })),
    );
  });

  it.each([
    ["a profile in 2020", "reflow-ec2: {generation: 2020}", "ec2cluster.instanceprofile", false],
    ["a profile in 2023", "reflow-ec2: {generation: 2023}", "ec2cluster.instanceprofile", true],
    ["the region in 2020, by its key", "ec2cluster: {sshkey: x}", "ec2cluster.region", true],
    ["a repository for a binary", "reflow-ec2: {binary: /b}", "repository", true],
    [
      "no repository beside a binary and a bucket",
      "reflow-ec2: {binary: /b}\nrepository: s3,bucket=b",
      "repository",
      false,
    ],
    ["an image beside a binary", "reflow-ec2: {binary: /b}", "reflow-ec2.image", false],
    ["an image even with a repository", "repository: s3,bucket=b", "reflow-ec2.image", true],
    [
      "a zone of the region",
      "ec2cluster: {availabilityzone: us-east-1a, region: us-west-2}",
      "ec2cluster.availabilityzone",
      true,
    ],
    [
      "no other zone",
      "ec2cluster: {availabilityzone: us-west-2a, region: us-west-2}",
      "ec2cluster.availabilityzone",
      false,
    ],
  ])("asks for %s", (_name, text, key, expected) => {
    const keys = launchProblems(load(text)).map((problem) => problem.key);
    expect(keys.includes(key)).toBe(expected);
  });
});

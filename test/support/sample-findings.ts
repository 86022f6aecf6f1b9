import { failure, ok, skippedFor, warning, type Examined } from "../../src/doctor/finding.js";

/** What doctor finds of an account with a few troubles. */
export const FINDINGS: readonly Examined[] = [
  {
    name: "configuration",
    ...warning("config.yaml: 2 warnings", "something in the file does not do what it seems to", "edit config.yaml", [
      { source: "config.yaml", line: 7, key: "ec2cluster.instancetypes", message: "c1.nano is none that we know" },
      { source: "config.yaml", key: "", message: "no such provider: \u001b[2Jcache" },
    ]),
  },
  { name: "credentials", ...ok("arn:aws:iam::123456789012:user/ada") },
  { name: "ec2:DescribeInstances", group: "permissions", ...ok("allowed") },
  {
    name: "ec2:RunInstances",
    group: "permissions",
    ...failure(
      6,
      "denied: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ec2:RunInstances",
      "nothing can be launched: allocate ends with exit code 6",
      "allow ec2:RunInstances: `reflow-ec2 doctor --policy` prints the least policy",
    ),
  },
  { name: "ec2:CreateTags", group: "permissions", ...skippedFor("ec2:RunInstances") },
  {
    name: "quota",
    ...failure(
      5,
      'the quota "Running On-Demand Standard instances" is 0',
      "every launch is refused",
      "ask AWS for more (Service Quotas, Amazon EC2)",
    ),
  },
  { name: "members", ...ok("none is there") },
];

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { loadConfig } from "../../src/config/load-config.js";
import type { ReflowConfig } from "../../src/config/model.js";
import { ACTIONS, NEEDS_NO_LEAVE } from "../../src/doctor/policy/actions.js";
import { leastPolicy, partitionOf, setupPolicy, type Policy } from "../../src/doctor/policy/policy.js";
import { SETUP_ACTIONS } from "../../src/doctor/policy/setup-actions.js";
import { policyActionOf } from "./policy-actions.js";

const AWS = fileURLToPath(new URL("../../src/aws/", import.meta.url));

/** What only tries whether a call is allowed: it calls everything, and for its own sake nothing. */
const DRY_RUNS = ["account/dry-runs.ts", "account/permissions.ts"];

/** Every call that the adapters make, by the action that allows it. */
function calledActions(): ReadonlySet<string> {
  const files = readdirSync(AWS, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !DRY_RUNS.includes(name),
  );
  return new Set(
    files.flatMap((name) => {
      const text = readFileSync(join(AWS, name), "utf8");
      // Each file imports the commands of the clients that it speaks to.
      return [...text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([\w-]+)"/g)].flatMap(
        ([, names = "", client = ""]) =>
          [...names.matchAll(/\b(\w+)Command\b/g)].map(([, action = ""]) =>
            policyActionOf(client.replaceAll("-", ""), action),
          ),
      );
    }),
  );
}

const configOf = (text: string): ReflowConfig =>
  loadConfig(text, { source: "config.yaml", home: "/home/ada", login: "ada", env: {}, flags: {} });

const SUBJECT = { partition: "aws", accountId: "123456789012", region: "us-west-2", role: "reflowlet" };

const actionsOf = (policy: Policy): readonly string[] => policy.Statement.flatMap(({ Action }) => Action);

const PLAIN = `ec2cluster:
  instanceprofile: arn:aws:iam::123456789012:instance-profile/teams/reflowlet
  securitygroup: sg-1
  ami: ami-0123456789abcdef0
  subnets: [subnet-0123456789abcdef0]
  keyname: ada
session: ec2metadata
repository: s3,bucket=my-reflow
reflow-ec2: {image: "s3://my-reflow/reflowlet", ecr: false}
`;

describe("the table of actions", () => {
  it("has exactly what the product calls", () => {
    const implied = [
      // Parts of other calls.
      "iam:PassRole",
      "iam:TagRole",
      "iam:TagInstanceProfile",
    ];
    const listed = [...ACTIONS.map(({ action }) => action), ...SETUP_ACTIONS.flatMap(({ actions }) => actions)];
    const expected = [...calledActions(), ...implied].filter((action) => !NEEDS_NO_LEAVE.includes(action));
    expect([...new Set(listed)].sort()).toEqual([...new Set(expected)].sort());
  });
});

describe("the least policy", () => {
  it("names the very things of the configuration, where they are known", () => {
    expect(leastPolicy(configOf(PLAIN), SUBJECT)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LookAround",
          Effect: "Allow",
          Action: [
            "ec2:DescribeImages",
            "ec2:DescribeInstanceTypeOfferings",
            "ec2:DescribeInstances",
            "ec2:DescribeKeyPairs",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "servicequotas:ListServiceQuotas",
          ],
          Resource: "*",
          Condition: { StringEquals: { "aws:RequestedRegion": "us-west-2" } },
        },
        {
          Sid: "Launch",
          Effect: "Allow",
          Action: ["ec2:RunInstances"],
          Resource: [
            "arn:aws:ec2:us-west-2::image/ami-0123456789abcdef0",
            "arn:aws:ec2:us-west-2:123456789012:instance/*",
            "arn:aws:ec2:us-west-2:123456789012:key-pair/ada",
            "arn:aws:ec2:us-west-2:123456789012:network-interface/*",
            "arn:aws:ec2:us-west-2:123456789012:security-group/sg-1",
            "arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0123456789abcdef0",
            "arn:aws:ec2:us-west-2:123456789012:volume/*",
          ],
        },
        {
          Sid: "TagWhatIsLaunched",
          Effect: "Allow",
          Action: ["ec2:CreateTags"],
          Resource: [
            "arn:aws:ec2:us-west-2:123456789012:instance/*",
            "arn:aws:ec2:us-west-2:123456789012:network-interface/*",
            "arn:aws:ec2:us-west-2:123456789012:volume/*",
          ],
          Condition: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
        },
        {
          Sid: "GiveInstancesTheirRole",
          Effect: "Allow",
          Action: ["iam:PassRole"],
          Resource: "arn:aws:iam::123456789012:role/reflowlet",
          Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
        },
        {
          Sid: "EndInstances",
          Effect: "Allow",
          Action: ["ec2:GetConsoleOutput", "ec2:TerminateInstances"],
          Resource: "arn:aws:ec2:us-west-2:123456789012:instance/*",
        },
        {
          Sid: "SeeTheRepository",
          Effect: "Allow",
          Action: ["s3:ListBucket"],
          Resource: ["arn:aws:s3:::my-reflow"],
        },
        {
          Sid: "TheReflowlet",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: ["arn:aws:s3:::my-reflow/reflowlet"],
        },
        {
          Sid: "SeeTheInstanceProfile",
          Effect: "Allow",
          Action: ["iam:GetInstanceProfile"],
          Resource: "arn:aws:iam::123456789012:instance-profile/teams/reflowlet",
        },
      ],
    });
  });

  it("leaves open what is not known", () => {
    const config = configOf("session: ec2metadata\nreflow-ec2: {ecr: false}\n");
    const unknown = { partition: "aws-cn", accountId: undefined, region: undefined, role: undefined };
    expect(leastPolicy(config, unknown).Statement.find(({ Sid }) => Sid === "Launch")?.Resource).toEqual([
      "arn:aws-cn:ec2:*::image/*",
      "arn:aws-cn:ec2:*:*:instance/*",
      "arn:aws-cn:ec2:*:*:network-interface/*",
      "arn:aws-cn:ec2:*:*:security-group/*",
      "arn:aws-cn:ec2:*:*:subnet/*",
      "arn:aws-cn:ec2:*:*:volume/*",
    ]);
  });

  it.each([
    [
      "spot instances",
      PLAIN.replace("ec2cluster:\n", "ec2cluster:\n  spot: true\n"),
      [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeSpotInstanceRequests",
        "ec2:DescribeSpotPriceHistory",
        "ec2:GetSpotPlacementScores",
      ],
    ],
    [
      "legacy spot requests",
      PLAIN.replace("ec2cluster:\n", "ec2cluster:\n  spot: true\n").replace("ecr:", "spotapi: request, ecr:"),
      [
        "ec2:CancelSpotInstanceRequests",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeSpotInstanceRequests",
        "ec2:DescribeSpotPriceHistory",
        "ec2:GetSpotPlacementScores",
        "ec2:RequestSpotInstances",
      ],
    ],
    [
      "an upload",
      PLAIN.replace(/image: "[^"]*"/, "binary: /opt/reflow"),
      ["s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:PutObject"],
    ],
    ["images from ECR", PLAIN.replace("ecr: false", "ecr: true"), ["ecr:GetAuthorizationToken"]],
  ])("has more for %s", (_title, text, more) => {
    const plain = actionsOf(leastPolicy(configOf(PLAIN), SUBJECT));
    const actions = actionsOf(leastPolicy(configOf(text), SUBJECT));
    expect(actions.filter((action) => !plain.includes(action)).sort()).toEqual(more);
  });

  it("lets legacy spot requests tag what they launched, afterwards", () => {
    const text = PLAIN.replace("ec2cluster:\n", "ec2cluster:\n  spot: true\n").replace(
      "ecr:",
      "spotapi: request, ecr:",
    );
    const statement = leastPolicy(configOf(text), SUBJECT).Statement.find(({ Sid }) => Sid === "TagWhatIsLaunched");
    expect(statement?.Condition).toBeUndefined();
  });
});

describe("the policy of setup", () => {
  it("has setup's actions, each on the kind of thing that setup makes", () => {
    const { Statement } = setupPolicy(SUBJECT);
    expect(Statement.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ["LookAround", "*"],
      [
        "SecurityGroup",
        ["arn:aws:ec2:us-west-2:123456789012:security-group/*", "arn:aws:ec2:us-west-2:123456789012:vpc/*"],
      ],
      [
        "TagWhatIsMade",
        ["arn:aws:ec2:us-west-2:123456789012:key-pair/*", "arn:aws:ec2:us-west-2:123456789012:security-group/*"],
      ],
      ["KeyPair", "arn:aws:ec2:us-west-2:123456789012:key-pair/*"],
      ["Role", "arn:aws:iam::123456789012:role/*"],
      ["PassRole", "arn:aws:iam::123456789012:role/*"],
      ["InstanceProfile", "arn:aws:iam::123456789012:instance-profile/*"],
    ]);
  });
});

it.each([
  ["arn:aws-us-gov:iam::123456789012:user/ada", "us-west-2", "aws-us-gov"],
  [undefined, "cn-north-1", "aws-cn"],
  [undefined, "us-gov-west-1", "aws-us-gov"],
  [undefined, undefined, "aws"],
])("the partition of %s in %s is %s", (arn, region, partition) => {
  expect(partitionOf(arn, region)).toBe(partition);
});

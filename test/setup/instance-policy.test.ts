import { describe, expect, it } from "@jest/globals";
import { instancePolicy, type PolicyInput } from "../../src/setup/instance-policy.js";
import { expectGolden } from "../support/golden.js";

const LEAST: PolicyInput = {
  accountId: "123456789012",
  partition: "aws",
  region: "us-west-2",
  bucket: undefined,
  image: undefined,
  taskTable: undefined,
  cloudwatch: false,
  xray: false,
  ecr: false,
};
const MOST: PolicyInput = {
  ...LEAST,
  bucket: "cache",
  image: "s3://builds/reflowlet",
  taskTable: "tasks",
  cloudwatch: true,
  xray: true,
  ecr: true,
};

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: object;
  }[];
}

const policy = (input: PolicyInput): Policy => JSON.parse(instancePolicy(input)) as Policy;

describe("the policy of instances", () => {
  it("is what people are shown before it is made", () => {
    expectGolden("setup/instance-policy.json", instancePolicy(MOST));
  });

  it("grows with what the configuration switches on, and with nothing else", () => {
    const names = (input: Partial<PolicyInput>) => policy({ ...LEAST, ...input }).Statement.map(({ Sid }) => Sid);
    const least = ["TagItsVersion", "SeeItsVolumes", "GrowItsVolumes"];
    expect(names({})).toEqual(least);
    expect(names({ bucket: "cache" })).toEqual(["FindInTheRepository", "UseTheRepository", ...least]);
    expect(names({ bucket: "cache", image: "s3://cache/k" })).toEqual(names({ bucket: "cache" }));
    expect(names({ image: "s3://builds/k" })).toEqual(["FetchTheReflowlet", ...least]);
    expect(names({ ecr: true })).toEqual(["LogInToTheRegistry", "PullImages", ...least]);
    expect(names({ taskTable: "t" })).toEqual([...least, "UseTheTaskDatabase"]);
    expect(names({ cloudwatch: true })).toEqual([...least, "SendTheJournal"]);
    expect(names({ xray: true })).toEqual([...least, "SendTraces"]);
  });

  it("names no action with a wildcard, and no resource but where AWS knows none", () => {
    const { Statement } = policy(MOST);
    expect(Statement.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    expect(Statement.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action)).toEqual([
      "ecr:GetAuthorizationToken",
      "ec2:DescribeInstances",
      "ec2:DescribeVolumes",
      "ec2:DescribeVolumesModifications",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
  });

  it("lets an instance tag and grow only what is Reflow's", () => {
    const guarded = policy(MOST).Statement.filter(({ Action }) =>
      Action.some((action) => ["ec2:CreateTags", "ec2:ModifyVolume"].includes(action)),
    );
    expect(guarded.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: { "aws:ResourceTag/managedby": "reflow" },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["reflowlet:version"] },
      },
      { StringEquals: { "aws:ResourceTag/managedby": "reflow" } },
    ]);
  });

  it("is of the partition that the account is in", () => {
    expect(instancePolicy({ ...MOST, partition: "aws-cn" })).not.toContain("arn:aws:");
  });
});

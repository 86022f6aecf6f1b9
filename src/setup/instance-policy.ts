/** What the policy of an instance profile is made for. */
export interface PolicyInput {
  readonly accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** The repository's bucket, where one is known. */
  readonly bucket: string | undefined;
  /** `s3://bucket/key` of the reflowlet binary. */
  readonly image: string | undefined;
  /** Table of Reflow's task database. */
  readonly taskTable: string | undefined;
  readonly cloudwatch: boolean;
  readonly xray: boolean;
  readonly ecr: boolean;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/**
 * The least that an instance of the cluster must be allowed: its repository, the reflowlet binary, images of its
 * containers, its own version tag, and growing its volumes. Gives the policy's JSON, to be read by people too.
 */
export function instancePolicy(input: PolicyInput): string {
  return `${JSON.stringify({ Version: "2012-10-17", Statement: statements(input) }, undefined, 2)}\n`;
}

function statements(input: PolicyInput): readonly Statement[] {
  const { accountId, partition, region } = input;
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  // Launches tag instance and volumes in the call that makes them.
  const ofReflow = { StringEquals: { "aws:ResourceTag/managedby": "reflow" } };
  return [
    ...storage(input),
    ...(input.ecr ? registry(arn("ecr", "repository/*")) : []),
    {
      Sid: "TagItsVersion",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: arn("ec2", "instance/*"),
      Condition: { ...ofReflow, "ForAllValues:StringEquals": { "aws:TagKeys": ["reflowlet:version"] } },
    },
    {
      Sid: "SeeItsVolumes",
      Effect: "Allow",
      // These know no resources.
      Action: ["ec2:DescribeInstances", "ec2:DescribeVolumes", "ec2:DescribeVolumesModifications"],
      Resource: "*",
    },
    {
      Sid: "GrowItsVolumes",
      Effect: "Allow",
      Action: ["ec2:ModifyVolume"],
      Resource: arn("ec2", "volume/*"),
      Condition: ofReflow,
    },
    ...(input.taskTable === undefined ? [] : [taskDatabase(arn("dynamodb", `table/${input.taskTable}`))]),
    ...(input.cloudwatch ? [journal(arn("logs", "log-group:reflow/reflowlet"))] : []),
    ...(input.xray ? [traces()] : []),
  ];
}

function storage({ partition, bucket, image }: PolicyInput): readonly Statement[] {
  const imagePath = image?.replace(/^s3:\/\//, "");
  const outside = imagePath !== undefined && (bucket === undefined || !imagePath.startsWith(`${bucket}/`));
  return [
    ...(bucket === undefined
      ? []
      : ([
          {
            Sid: "FindInTheRepository",
            Effect: "Allow",
            Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            Resource: `arn:${partition}:s3:::${bucket}`,
          },
          {
            Sid: "UseTheRepository",
            Effect: "Allow",
            Action: [
              "s3:AbortMultipartUpload",
              "s3:DeleteObject",
              "s3:GetObject",
              "s3:ListMultipartUploadParts",
              "s3:PutObject",
            ],
            Resource: `arn:${partition}:s3:::${bucket}/*`,
          },
        ] satisfies readonly Statement[])),
    ...(outside
      ? ([
          {
            Sid: "FetchTheReflowlet",
            Effect: "Allow",
            Action: ["s3:GetObject"],
            Resource: `arn:${partition}:s3:::${imagePath}`,
          },
        ] satisfies readonly Statement[])
      : []),
  ];
}

function registry(repositories: string): readonly Statement[] {
  return [
    { Sid: "LogInToTheRegistry", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
    {
      Sid: "PullImages",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositories,
    },
  ];
}

function taskDatabase(table: string): Statement {
  return {
    Sid: "UseTheTaskDatabase",
    Effect: "Allow",
    Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    Resource: [table, `${table}/index/*`],
  };
}

function journal(group: string): Statement {
  return {
    Sid: "SendTheJournal",
    Effect: "Allow",
    Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    Resource: [group, `${group}:*`],
  };
}

function traces(): Statement {
  return {
    Sid: "SendTraces",
    Effect: "Allow",
    Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    Resource: "*",
  };
}

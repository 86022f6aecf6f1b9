import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";

/** Ids that differ between the two services, found out on the way. */
export interface Ids {
  vpc: string;
  subnet: string;
  group: string;
  image: string;
  instances: string[];
  volume: string;
}

export const noIds = (): Ids => ({ vpc: "", subnet: "", group: "", image: "", instances: [], volume: "" });

/** One request to each of the two, in their own ids; it gives the answer, and may note ids for later ones. */
export interface Request {
  readonly name: string;
  send(ec2: EC2Client, ids: Ids): Promise<object>;
}

const first = <T>(list: readonly T[] | undefined, what: string): T => {
  const [item] = list ?? [];
  if (item === undefined) throw new Error(`there is no ${what}`);
  return item;
};

const launch = (ids: Ids) => ({
  ImageId: ids.image,
  InstanceType: "m5.large" as const,
  MinCount: 1,
  MaxCount: 1,
  SubnetId: ids.subnet,
  SecurityGroupIds: [ids.group],
});

const unknownId = "i-0123456789abcdef0";
const tagged = { Filters: [{ Name: "tag:cluster", Values: ["def*"] }] };

/** In this order: later requests use what earlier ones made. */
export const requests: readonly Request[] = [
  {
    name: "DescribeVpcs, the default one",
    async send(ec2, ids) {
      const answer = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }));
      ids.vpc = first(answer.Vpcs, "VPC").VpcId ?? "";
      return answer;
    },
  },
  {
    name: "DescribeSubnets of the VPC in one zone",
    async send(ec2, ids) {
      const Filters = [
        { Name: "vpc-id", Values: [ids.vpc] },
        { Name: "availability-zone", Values: ["us-west-2b"] },
      ];
      const answer = await ec2.send(new DescribeSubnetsCommand({ Filters }));
      ids.subnet = first(answer.Subnets, "subnet").SubnetId ?? "";
      return answer;
    },
  },
  {
    name: "DescribeSecurityGroups, the default one",
    async send(ec2, ids) {
      const Filters = [
        { Name: "vpc-id", Values: [ids.vpc] },
        { Name: "group-name", Values: ["default"] },
      ];
      const answer = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      ids.group = first(answer.SecurityGroups, "group").GroupId ?? "";
      return answer;
    },
  },
  {
    name: "DescribeAvailabilityZones by name",
    send: (ec2) => ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ["us-west-2a"] })),
  },
  {
    name: "DescribeImages by architecture and state",
    async send(ec2, ids) {
      const Filters = [
        { Name: "architecture", Values: ["x86_64"] },
        { Name: "state", Values: ["available"] },
        { Name: "root-device-name", Values: ["/dev/xvda"] },
      ];
      const answer = await ec2.send(new DescribeImagesCommand({ Filters }));
      ids.image = first(answer.Images, "image").ImageId ?? "";
      return answer;
    },
  },
  {
    name: "RunInstances, two with volumes, user-data and tags",
    async send(ec2, ids) {
      const Tags = [{ Key: "cluster", Value: "default" }];
      const answer = await ec2.send(
        new RunInstancesCommand({
          ...launch(ids),
          MinCount: 2,
          MaxCount: 2,
          UserData: Buffer.from("#cloud-config\n").toString("base64"),
          EbsOptimized: true,
          Monitoring: { Enabled: true },
          InstanceInitiatedShutdownBehavior: "terminate",
          BlockDeviceMappings: [
            { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 200, VolumeType: "gp3", DeleteOnTermination: true } },
            { DeviceName: "/dev/xvdb", Ebs: { VolumeSize: 300, VolumeType: "gp3", DeleteOnTermination: true } },
          ],
          TagSpecifications: [
            { ResourceType: "instance", Tags },
            { ResourceType: "volume", Tags },
          ],
        }),
      );
      ids.instances = (answer.Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
      return answer;
    },
  },
  { name: "DescribeInstances by tag", send: (ec2) => ec2.send(new DescribeInstancesCommand(tagged)) },
  {
    name: "DescribeInstances by id, state and a tag that no instance has",
    send: (ec2, ids) =>
      ec2.send(
        new DescribeInstancesCommand({
          InstanceIds: ids.instances,
          Filters: [
            { Name: "instance-state-name", Values: ["running"] },
            { Name: "tag:cluster", Values: ["other"] },
          ],
        }),
      ),
  },
  { name: "DescribeInstanceStatus", send: (ec2) => ec2.send(new DescribeInstanceStatusCommand({})) },
  {
    name: "DescribeVolumes of an instance",
    async send(ec2, ids) {
      const Filters = [
        { Name: "attachment.instance-id", Values: [ids.instances[0] ?? ""] },
        { Name: "attachment.device", Values: ["/dev/xvdb"] },
      ];
      const answer = await ec2.send(new DescribeVolumesCommand({ Filters }));
      ids.volume = first(answer.Volumes, "volume").VolumeId ?? "";
      return answer;
    },
  },
  {
    name: "CreateTags",
    send: (ec2, ids) =>
      ec2.send(
        new CreateTagsCommand({
          Resources: [...ids.instances, ids.volume],
          Tags: [{ Key: "user", Value: "ann" }],
        }),
      ),
  },
  {
    name: "DescribeTags by key",
    send: (ec2) => ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "key", Values: ["user"] }] })),
  },
  {
    name: "DeleteTags",
    send: (ec2, ids) => ec2.send(new DeleteTagsCommand({ Resources: [ids.volume], Tags: [{ Key: "user" }] })),
  },
  {
    name: "GetConsoleOutput",
    send: (ec2, ids) => ec2.send(new GetConsoleOutputCommand({ InstanceId: ids.instances[0] })),
  },
  {
    name: "DescribeInstanceTypes by name",
    send: (ec2) => ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["m5.large"] })),
  },
  {
    name: "DescribeInstanceTypeOfferings by zone",
    send: (ec2) =>
      ec2.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: "availability-zone",
          Filters: [
            { Name: "instance-type", Values: ["m5.large"] },
            { Name: "location", Values: ["us-west-2b"] },
          ],
        }),
      ),
  },
  {
    name: "RunInstances, spot",
    send: (ec2, ids) =>
      ec2.send(new RunInstancesCommand({ ...launch(ids), InstanceMarketOptions: { MarketType: "spot" } })),
  },
  {
    name: "TerminateInstances",
    send: (ec2, ids) => ec2.send(new TerminateInstancesCommand({ InstanceIds: ids.instances })),
  },
  {
    name: "an unknown instance",
    send: (ec2) => ec2.send(new DescribeInstancesCommand({ InstanceIds: [unknownId] })),
  },
  {
    name: "a misshapen instance id",
    send: (ec2) => ec2.send(new DescribeInstancesCommand({ InstanceIds: ["nonsense"] })),
  },
  {
    name: "terminating an unknown instance",
    send: (ec2) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [unknownId] })),
  },
  {
    name: "ids and a page size at once",
    send: (ec2, ids) => ec2.send(new DescribeInstancesCommand({ InstanceIds: ids.instances, MaxResults: 5 })),
  },
  {
    name: "an unknown subnet",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), SubnetId: "subnet-0123456789abcdef0" })),
  },
  {
    name: "an unknown group",
    send: (ec2, ids) =>
      ec2.send(new RunInstancesCommand({ ...launch(ids), SecurityGroupIds: ["sg-0123456789abcdef0"] })),
  },
  {
    name: "a subnet beside an interface",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), NetworkInterfaces: [{ DeviceIndex: 0 }] })),
  },
  {
    name: "an unknown image",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), ImageId: "ami-0123456789abcdef0" })),
  },
  {
    name: "a misshapen image id",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), ImageId: "nonsense" })),
  },
  {
    name: "an unknown instance type",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), InstanceType: "m5.tiny" as "m5.large" })),
  },
  {
    name: "an unknown key pair",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), KeyName: "nobody" })),
  },
  {
    name: "a dry run",
    send: (ec2, ids) => ec2.send(new RunInstancesCommand({ ...launch(ids), DryRun: true })),
  },
  {
    name: "an unknown volume",
    send: (ec2) => ec2.send(new DescribeVolumesCommand({ VolumeIds: ["vol-0123456789abcdef0"] })),
  },
  {
    name: "an unknown group asked for by id",
    send: (ec2) => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ["sg-0123456789abcdef0"] })),
  },
  {
    name: "an unknown subnet asked for by id",
    send: (ec2) => ec2.send(new DescribeSubnetsCommand({ SubnetIds: ["subnet-0123456789abcdef0"] })),
  },
  {
    name: "an unknown VPC",
    send: (ec2) => ec2.send(new DescribeVpcsCommand({ VpcIds: ["vpc-0123456789abcdef0"] })),
  },
  {
    name: "an unknown type asked for by name",
    send: (ec2) => ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["m5.tiny" as "m5.large"] })),
  },
  {
    name: "an unknown spot request",
    send: (ec2) => ec2.send(new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ["sir-abcd1234"] })),
  },
  {
    name: "no tags to create",
    send: (ec2, ids) => ec2.send(new CreateTagsCommand({ Resources: ids.instances, Tags: [] })),
  },
  {
    name: "a reserved tag key",
    send: (ec2, ids) =>
      ec2.send(new CreateTagsCommand({ Resources: ids.instances, Tags: [{ Key: "aws:x", Value: "" }] })),
  },
];

import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { listIn, literal, type Ec2Caller } from "../ec2-caller.js";

/** EC2's largest page. */
const PAGE = 1_000;

/** Instances that have a profile, of whatever cluster and of none, and are not ending or ended. */
export async function findInstancesWithProfile(
  ec2: Ec2Caller,
  arn: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const Filters = [
    { Name: "iam-instance-profile.arn", Values: [literal(arn)] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
  ];
  const found: string[] = [];
  const pages = ec2.pages("DescribeInstances", signal, (client, page, options) =>
    client.send(new DescribeInstancesCommand({ Filters, MaxResults: PAGE, ...page }), options),
  );
  for await (const { Reservations } of pages) {
    for (const { Instances = [] } of listIn(Reservations, "DescribeInstances")) {
      found.push(...Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
    }
  }
  return found;
}

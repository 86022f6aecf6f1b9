import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  type Instance,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { CliUser } from "./cli.js";

/** What `sandbox status -o json` tells. */
export interface SandboxStatus {
  readonly running: boolean;
  readonly endpoint: string;
  readonly region: string;
  readonly pid: number;
  readonly config: string;
  readonly stateDirectory: string;
}

/** A running sandbox, its user, and a plain AWS client that knows nothing of reflow-ec2. */
export interface E2eSandbox {
  readonly user: CliUser;
  readonly status: SandboxStatus;
  readonly ec2: EC2Client;
  /** Instances that cost money, as EC2 has them. */
  alive(filters?: Readonly<Record<string, string>>): Promise<readonly Instance[]>;
  /** Instances of whatever state, ended ones included. */
  launched(filters?: Readonly<Record<string, string>>): Promise<readonly Instance[]>;
  stop(): Promise<void>;
}

/** An AWS client that knows nothing of reflow-ec2. */
export function plainClient({ endpoint, region }: SandboxStatus): EC2Client {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  return new EC2Client({
    endpoint,
    region,
    credentials: { accessKeyId: "AKIAPLAINCLIENT", secretAccessKey: "plain" },
  });
}

/** Starts a sandbox of its own; `flags` are those of `sandbox start`. */
export async function startE2eSandbox(flags: readonly string[] = []): Promise<E2eSandbox> {
  const user = await CliUser.create();
  await user.json(["sandbox", "start", ...flags]);
  const status = await user.json<SandboxStatus>(["sandbox", "status"]);
  const ec2 = plainClient(status);
  const launched = async (filters: Readonly<Record<string, string>> = {}): Promise<readonly Instance[]> => {
    const answer = await ec2.send(
      new DescribeInstancesCommand({
        Filters: Object.entries(filters).map(([Name, value]) => ({ Name, Values: [value] })),
      }),
    );
    return (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  };
  return {
    user,
    status,
    ec2,
    launched,
    async alive(filters) {
      const instances = await launched(filters);
      return instances.filter(({ State }) => State?.Name === "pending" || State?.Name === "running");
    },
    async stop() {
      ec2.destroy();
      await user.leave();
    },
  };
}

/** Launches an instance as a plain AWS client does; gives its id. */
export async function launchPlainly(ec2: EC2Client, input: Partial<RunInstancesCommandInput>): Promise<string> {
  const answer = await ec2.send(
    new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      ImageId: "ami-0c3488073a14ab0af",
      InstanceType: "c6a.large",
      ...input,
    }),
  );
  return answer.Instances?.[0]?.InstanceId ?? "";
}

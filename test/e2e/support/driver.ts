import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeInstancesCommand, type Instance, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { loadConfig } from "../../../src/config/load-config.js";
import type { ReflowConfig } from "../../../src/config/model.js";
import { readAuthorityFile, type Authority } from "../../../src/tls/authority.js";
import { launchPlainly, type E2eSandbox } from "./sandbox.js";

/** Where the reflowlet or bootstrap of an instance listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * A Reflow driver beside reflow-ec2: it has the same configuration and authority, calls EC2 by a plain AWS client, and
 * tags what it launches as Reflow does. It knows nothing of our own tags.
 */
export class Driver {
  private constructor(
    private readonly sandbox: E2eSandbox,
    readonly config: ReflowConfig,
    readonly authority: Authority,
  ) {}

  /** A driver with the sandbox's ready-made configuration. */
  static async of(sandbox: E2eSandbox): Promise<Driver> {
    const { config: source } = sandbox.status;
    const text = await readFile(source, "utf8");
    const config = loadConfig(text, { source, home: sandbox.user.home, login: "", env: {}, flags: {} });
    if (config.authority.kind !== "file") throw new Error("the ready-made configuration names no authority file");
    return new Driver(sandbox, config, await readAuthorityFile(config.authority.path));
  }

  /** The tags of a member of a cluster, as a driver of 2023 sets them when it launches. */
  tags(cluster: string): Readonly<Record<string, string>> {
    const { user } = this.config;
    return { Name: `${user} (reflow)`, cluster, managedby: "reflow", user };
  }

  /** Launches one instance with the tags; gives its id. */
  launch(tags: Readonly<Record<string, string>>, input: Partial<RunInstancesCommandInput> = {}): Promise<string> {
    const { ami, securityGroup, instanceProfile } = this.config.cluster;
    return launchPlainly(this.sandbox.ec2, {
      ...(ami !== undefined && { ImageId: ami }),
      ...(securityGroup !== undefined && { SecurityGroupIds: [securityGroup] }),
      ...(instanceProfile !== undefined && { IamInstanceProfile: { Arn: instanceProfile } }),
      TagSpecifications: [
        { ResourceType: "instance", Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
      ...input,
    });
  }

  /** Waits until an instance runs; gives the address of its reflowlet, whether there is one or not. */
  async addressOf(id: string): Promise<Address> {
    for (;;) {
      const instance = await this.describe(id);
      if (instance?.State?.Name === "running" && instance.PublicDnsName) {
        const port = instance.Tags?.find(({ Key }) => Key === "reflow-ec2:port")?.Value;
        return { host: instance.PublicDnsName, port: Number(port ?? 9000) };
      }
      await pause(100);
    }
  }

  /** What EC2 knows of an instance. */
  async describe(id: string): Promise<Instance | undefined> {
    const answer = await this.sandbox.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return answer.Reservations?.[0]?.Instances?.[0];
  }
}

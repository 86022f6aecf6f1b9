import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DescribeInstancesCommand, type EC2Client, type Instance } from "@aws-sdk/client-ec2";
import { createBootMachine } from "../../../src/sandbox/machine/boot-machine.js";
import { writeReadyMadeConfig } from "../../../src/sandbox/ready-made-config.js";
import { startSandbox, type Sandbox } from "../../../src/sandbox/sandbox.js";
import type { Scenario } from "../../../src/sandbox/scenario/schema.js";
import { CliUser } from "./cli.js";
import { LeapingClock } from "./leaping-clock.js";
import { plainClient } from "./sandbox.js";

const REGION = "us-west-2";

/**
 * A sandbox in the test's own process, whose time the test may let leap: a deadline of 15 minutes passes in a moment,
 * while commands, which are processes of their own, meet it at the usual pace.
 */
export interface LeapingSandbox {
  readonly clock: LeapingClock;
  readonly sandbox: Sandbox;
  readonly user: CliUser;
  /** Path of its ready-made configuration. */
  readonly config: string;
  /** Instances of a cluster that cost money, as EC2 has them; of all clusters by default. */
  alive(cluster?: string): Promise<readonly Instance[]>;
  stop(): Promise<void>;
}

export async function startLeapingSandbox(scenario: Scenario): Promise<LeapingSandbox> {
  const clock = new LeapingClock();
  const user = await CliUser.create();
  const stateDirectory = user.home;
  const config = await writeReadyMadeConfig({ stateDirectory, region: REGION, user: "ann", nowMs: clock.nowMs() });
  const errors: unknown[] = [];
  const sandbox = await startSandbox({
    clock,
    region: REGION,
    stateDirectory: join(stateDirectory, "ec2"),
    bootMachine: createBootMachine(),
    randomBytes,
    scenario,
    onInternalError: (error) => errors.push(error),
  });
  const ec2 = plainClient({ ...sandbox, running: true, pid: 0, config, stateDirectory });
  return {
    clock,
    sandbox,
    user,
    config,
    alive: (cluster) => alive(ec2, cluster),
    async stop() {
      ec2.destroy();
      await sandbox.stop();
      await user.leave();
      if (errors.length > 0) throw new AggregateError(errors, "the sandbox has had errors of its own");
    },
  };
}

async function alive(ec2: EC2Client, cluster: string | undefined): Promise<readonly Instance[]> {
  const filters = { "instance-state-name": ["pending", "running"], ...(cluster && { "tag:cluster": [cluster] }) };
  const answer = await ec2.send(
    new DescribeInstancesCommand({ Filters: Object.entries(filters).map(([Name, Values]) => ({ Name, Values })) }),
  );
  return (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
}

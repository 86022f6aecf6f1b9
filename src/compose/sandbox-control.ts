import { join } from "node:path";
import type { AccessKey } from "../commands/shared/cluster-handle.js";
import type { RunningSandbox, SandboxControl, SandboxStatus } from "../commands/shared/sandbox-control.js";
import { EndpointError } from "../errors.js";
import { packageRoot } from "../lib/package-root.js";
import {
  controlScenario,
  sandboxStateDirectory,
  sandboxStatus,
  startSandboxProcess,
  stopSandboxProcess,
  systemProcesses,
  type NodeProcess,
  type SandboxRecord,
} from "../sandbox/control.js";
import type { ClusterEnvironment } from "./open-cluster.js";

/** Where a sandbox is when nobody says. */
const DEFAULT_REGION = "us-west-2";

/** The sandbox checks no signatures; these keys make sure that real ones never reach it. */
const SANDBOX_CREDENTIALS: AccessKey = { accessKeyId: "AKIAREFLOWEC2SANDBOX", secretAccessKey: "sandbox" };

/** The user's sandbox as the commands use it: one background process, found by its state directory. */
export function sandboxControl(environment: ClusterEnvironment, node: NodeProcess): SandboxControl {
  const { env, home, clock } = environment;
  const stateDirectory = sandboxStateDirectory({ xdgStateHome: env["XDG_STATE_HOME"], home });
  const daemonPath = join(packageRoot(import.meta.url), "dist", "sandbox-daemon.js");
  const control = {
    stateDirectory,
    processes: systemProcesses(node, daemonPath),
    clock,
    randomBytes: (length: number) => environment.randomBytes(length),
  };
  const running = ({ pid, endpoint, region, configPath }: SandboxRecord): RunningSandbox => ({
    running: true,
    endpoint,
    region,
    pid,
    config: configPath,
    stateDirectory,
    credentials: SANDBOX_CREDENTIALS,
  });
  return {
    async status(): Promise<SandboxStatus> {
      const status = await sandboxStatus(control);
      if (status.kind === "running") return running(status.record);
      if (status.kind === "stopped") return { running: false, stateDirectory };
      throw new EndpointError(`the sandbox's process ${status.record.pid} is there, but does not answer`, {
        hint: "'reflow-ec2 sandbox stop' ends it",
      });
    },
    async ensure(wantedRegion, signal) {
      const region = wantedRegion ?? (env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || DEFAULT_REGION);
      const { record, started } = await startSandboxProcess(control, region, signal);
      return { sandbox: running(record), started };
    },
    readScenario: async (path) => (await import("../sandbox/scenario/read-scenario.js")).readScenarioFile(path),
    async scenario(task, signal) {
      const status = await sandboxStatus(control);
      if (status.kind === "stopped") return undefined;
      return controlScenario(status.record, task, clock, signal);
    },
    stop: async (signal) => (await stopSandboxProcess(control, signal)) !== undefined,
  };
}

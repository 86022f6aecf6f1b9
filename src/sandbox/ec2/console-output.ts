import type { Action } from "./action.js";
import { timeAnswer } from "./instance-answer.js";
import { instanceKind } from "./instance-kind.js";
import { findInstance } from "./visibility.js";

/** How much of the console EC2 keeps. */
const CONSOLE_BYTES = 65_536;

/** The console's last 64 KB, in base64. EC2 posts it some time after each change of state; the sandbox at once. */
export const getConsoleOutput: Action = {
  parameters: ["InstanceId", "Latest"],
  plan(parameters, ec2) {
    const id = parameters.requiredText("InstanceId");
    instanceKind.checkId(id);
    const instance = findInstance(id, ec2);
    if (instance === undefined) throw instanceKind.notFound([id]);
    return () => ({
      instanceId: id,
      timestamp: timeAnswer(instance.consoleMs),
      output: Buffer.from(instance.console).subarray(-CONSOLE_BYTES).toString("base64"),
    });
  },
};

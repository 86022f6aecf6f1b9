import { withDeadline } from "../../lib/deadline.js";
import { TimedOutError } from "../../errors.js";
import type { ClusterContext } from "../context.js";

const CONSOLE_LINES = 8;
const CONSOLE_LIMIT_MS = 10_000;

/**
 * The last lines of an instance's console, for the message of a launch that failed. Empty when there is none, or when
 * it cannot be had: a diagnosis must not hide the failure that it explains.
 */
export async function consoleEnd(context: ClusterContext, instanceId: string): Promise<string> {
  try {
    const text = await withDeadline(
      context.clock,
      CONSOLE_LIMIT_MS,
      undefined,
      () => new TimedOutError("the console took too long"),
      (signal) => context.ec2.consoleOutput(instanceId, signal),
    );
    return printable(text).split("\n").filter(Boolean).slice(-CONSOLE_LINES).join("\n");
  } catch {
    return "";
  }
}

/** Console text comes from the machine: it may hold anything, and must not drive the user's terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, " ");
}

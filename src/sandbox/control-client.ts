import { request } from "node:http";
import { EndpointError, errorText } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { withDeadline } from "../lib/deadline.js";
import { CONTROL_PATH, type ScenarioState } from "./control-protocol.js";
import type { Scenario } from "./scenario/schema.js";
import type { SandboxRecord } from "./state-directory.js";

export type { ScenarioState } from "./control-protocol.js";

/** What is done with a sandbox's scenario. */
export type ScenarioTask =
  { readonly kind: "show" } | { readonly kind: "set"; readonly scenario: Scenario } | { readonly kind: "reset" };

/** The sandbox answers within milliseconds unless it is stopped or very busy. */
const PATIENCE_MS = 10_000;

const METHODS = { show: "GET", set: "PUT", reset: "DELETE" } as const;

/**
 * Reads, sets or resets the scenario of a running sandbox.
 * @returns what is in force then.
 * @throws EndpointError when it does not answer, or refuses; the signal's reason.
 */
export async function controlScenario(
  { endpoint, controlKey }: Pick<SandboxRecord, "endpoint" | "controlKey">,
  task: ScenarioTask,
  clock: Clock,
  signal: AbortSignal,
): Promise<ScenarioState> {
  const failed = (why: string, cause?: unknown): EndpointError =>
    new EndpointError(`the sandbox at ${endpoint} does not take the scenario: ${why}`, {
      hint: "'reflow-ec2 sandbox status' tells how it is; 'sandbox stop' ends it.",
      cause,
    });
  const body = task.kind === "set" ? JSON.stringify(task.scenario) : "";
  const call = { method: METHODS[task.kind], headers: { authorization: `Bearer ${controlKey}` } };
  const late = (): Error => failed(`no answer within ${PATIENCE_MS / 1000} s`);
  const reply = await withDeadline(clock, PATIENCE_MS, signal, late, (limit) =>
    ask(`${endpoint}${CONTROL_PATH}`, { ...call, signal: limit }, body).catch((error: unknown) => {
      throw limit.aborted ? limit.reason : failed(errorText(error), error);
    }),
  );
  const state = parseState(reply.text);
  if (reply.status !== 200 || state === undefined) throw failed(`${reply.status} ${reply.text.slice(0, 200)}`);
  return state;
}

function ask(
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string>; readonly signal: AbortSignal },
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { ...options, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

function parseState(text: string): ScenarioState | undefined {
  try {
    const value = JSON.parse(text) as Partial<ScenarioState> | null;
    return typeof value?.sinceMs === "number" && typeof value.scenario === "object"
      ? (value as ScenarioState)
      : undefined;
  } catch {
    return undefined;
  }
}

import { createHash, timingSafeEqual } from "node:crypto";
import { CONTROL_PATH, type ScenarioState } from "./control-protocol.js";
import type { Answer } from "./protocol/answer.js";
import { checkScenario } from "./scenario/read-scenario.js";
import type { ScenarioInForce } from "./scenario/scenario-run.js";

/** A request that may be for the sandbox itself and not for an AWS service. */
export interface ControlRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

/** Answers requests for the sandbox itself; undefined for all others. */
export type ControlService = (request: ControlRequest) => Answer | undefined;

/**
 * Lets whoever knows the key read, set and reset the scenario: GET, PUT and DELETE of one path. A scenario is set whole
 * or not at all; every answer but a refusal tells what is in force.
 */
export function controlService(scenario: ScenarioInForce, key: string): ControlService {
  return ({ method, url, authorization, body }) => {
    if (url !== CONTROL_PATH) return undefined;
    if (!isSame(authorization ?? "", `Bearer ${key}`)) {
      return answer(403, { message: "This path is for the owner of the sandbox, who knows its key." });
    }
    switch (method) {
      case "GET":
        break;
      case "DELETE":
        scenario.set({});
        break;
      case "PUT": {
        const checked = checkScenario(parseJson(body));
        if ("problems" in checked) return answer(400, { message: checked.problems[0]?.message ?? "no scenario" });
        scenario.set(checked.scenario);
        break;
      }
      default:
        return answer(405, { message: `${method} is not for this path` });
    }
    return answer(200, scenarioState(scenario));
  };
}

/** What is in force, as plain data. */
export function scenarioState({ now }: ScenarioInForce): ScenarioState {
  return { sinceMs: now.sinceMs, seed: now.seed, scenario: now.scenario, calls: now.calls.calls };
}

/** Compares in a time that tells nothing about the key. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function answer(status: number, body: object): Answer {
  const requestId = "00000000-0000-4000-a000-000000000000";
  return { status, contentType: "application/json", requestId, body: JSON.stringify(body) };
}

import { applySetup } from "./apply.js";
import { lookAround } from "./look.js";
import type { SetupEvent, SetupPlan, SetupResult, SetupWishes } from "./model.js";
import { planSetup } from "./plan/plan.js";
import type { SetupPorts, SetupTarget } from "./ports.js";
import { lookForUndo } from "./undo.js";

/** Makes an account ready for a cluster, and undoes that. */
export interface Setup {
  readonly region: string;
  readonly configPath: string;
  /** What would be done. Changes nothing. @throws ConfigError for a configuration with mistakes; AccessError */
  plan(kind: SetupPlan["kind"], wishes: SetupWishes, signal: AbortSignal): Promise<SetupPlan>;
  /** Carries a plan out. @throws ConfigError for a plan with problems, before anything is done */
  apply(plan: SetupPlan, onEvent: (event: SetupEvent) => void, signal: AbortSignal): Promise<SetupResult>;
}

/** Setup of one configuration in one region, by what it is handed. */
export function setupWith(ports: SetupPorts, target: SetupTarget): Setup {
  return {
    region: target.region,
    configPath: target.configPath,
    plan: async (kind, wishes, signal) =>
      kind === "undo"
        ? lookForUndo(ports, target, wishes, signal)
        : planSetup(await lookAround(ports, target, wishes, signal), wishes),
    apply: (plan, onEvent, signal) => applySetup(ports, plan, onEvent, signal),
  };
}

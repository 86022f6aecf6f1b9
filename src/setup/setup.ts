import { applySetup } from "./apply.js";
import { mistakesToCome } from "./apply-config.js";
import { lookAround, lookAtConfig } from "./look.js";
import type { SetupEvent, SetupPlan, SetupResult, SetupWishes } from "./model.js";
import { planSetup } from "./plan/plan.js";
import type { SetupPorts, SetupTarget } from "./ports.js";
import { lookForUndo } from "./undo.js";
import { withFallbacks } from "./wishes.js";

/** Makes an account ready for a cluster, and undoes that. */
export interface Setup {
  readonly region: string;
  readonly configPath: string;
  /** What would be done. Changes nothing. @throws ConfigError for a configuration with mistakes; AccessError */
  plan(options: {
    readonly kind: SetupPlan["kind"];
    readonly wishes: SetupWishes;
    /** Stand in for what neither the wishes nor the configuration say. */
    readonly fallbacks?: SetupWishes;
    readonly signal: AbortSignal;
  }): Promise<SetupPlan>;
  /** Carries a plan out. @throws ConfigError for a plan with problems, before anything is done */
  apply(
    plan: SetupPlan,
    options: { readonly onEvent: (event: SetupEvent) => void; readonly signal: AbortSignal },
  ): Promise<SetupResult>;
}

/** Setup of one configuration in one region, by what it is handed. */
export function setupWith(ports: SetupPorts, target: SetupTarget): Setup {
  const { region, configPath } = target;
  return {
    region,
    configPath,
    async plan({ kind, wishes: stated, fallbacks = {}, signal }) {
      if (kind === "undo") return lookForUndo(ports, target, stated, signal);
      const present = await lookAtConfig(ports, configPath);
      const wishes = withFallbacks(stated, fallbacks, present?.parsed);
      const facts = await lookAround(ports, target, wishes, signal);
      const plan = planSetup(facts, wishes);
      const mistakes = plan.steps.flatMap(({ act }) =>
        act?.do === "write-config" ? mistakesToCome(ports, facts.config, act.wants, configPath) : [],
      );
      return { ...plan, problems: [...plan.problems, ...mistakes] };
    },
    apply: (plan, { onEvent, signal }) => applySetup(ports, plan, onEvent, signal),
  };
}

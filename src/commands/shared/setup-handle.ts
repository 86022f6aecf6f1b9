import type { SetupEvent, SetupPlan, SetupResult, SetupWishes } from "../../setup/model.js";

/**
 * Setup as the command uses it: region and credentials are found, nothing has been asked of AWS yet. Every method throws
 * one of our errors, or its signal's reason.
 */
export interface SetupHandle {
  readonly region: string;
  /** What would be done; the fallbacks stand in for what neither the wishes nor the configuration say. */
  plan(options: {
    readonly kind: SetupPlan["kind"];
    readonly wishes: SetupWishes;
    readonly fallbacks: SetupWishes;
    readonly signal: AbortSignal;
  }): Promise<SetupPlan>;
  apply(
    plan: SetupPlan,
    options: { readonly onEvent: (event: SetupEvent) => void; readonly signal: AbortSignal },
  ): Promise<SetupResult>;
  /** Ends idle connections; the handle is not used afterwards. */
  close(): void;
}

import type { MachineFaults } from "../machine/faults.js";
import { durationMs } from "./scenario-time.js";
import type { Scenario } from "./schema.js";

type BootFault = NonNullable<Scenario["bootFaults"]>[number];

/** What a bootstrap says about a program that it cannot install, where the scenario has no words for it. */
const INSTALL_TEXT = "no space left on device";

/** The rules that hit a machine, as the machine knows them; of several for one thing the first counts. */
export function machineFaults(rules: readonly BootFault[]): MachineFaults {
  return Object.assign({}, ...[...rules].reverse().map(machineFault)) as MachineFaults;
}

function machineFault(rule: BootFault): MachineFaults {
  switch (rule.phase) {
    case "os":
      return { osHangs: true };
    case "download":
      return { downloadFails: true };
    case "install":
      return { installFails: rule.text ?? INSTALL_TEXT };
    case "bootstrap":
      return { bootstrap: programFault(rule.kind) };
    case "reflowlet":
      return reflowletFault(rule);
  }
}

function reflowletFault(rule: BootFault): MachineFaults {
  switch (rule.kind) {
    case "never-tags":
      return { neverTags: true };
    case "wrong-version":
      return { version: rule.version ?? "other" };
    case "less-memory":
      return { memoryPct: rule.memoryPct ?? 50 };
    case "silent":
      return { silence: { afterMs: durationMs(rule.after, 0), forMs: durationMs(rule.downFor, Infinity) } };
    default:
      return { reflowlet: programFault(rule.kind) };
  }
}

function programFault(kind: BootFault["kind"]): MachineFaults["bootstrap"] {
  return kind === "hangs" || kind === "crashes" ? kind : "wrong-authority";
}

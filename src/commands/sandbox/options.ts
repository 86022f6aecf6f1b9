import { UsageError } from "../../errors.js";
import type { ScenarioOrder } from "../shared/invocation.js";

/** What the word after `sandbox scenario` asks for. @throws UsageError when it is empty. */
export function parseScenarioOrder(word: string): ScenarioOrder {
  if (word === "show" || word === "reset") return { kind: word };
  if (word.trim() === "") {
    throw new UsageError("no scenario file is named", { hint: "Name a file, or say show or reset." });
  }
  return { kind: "set", path: word };
}

import type { ClusterEvent, LaunchPhase } from "../cluster/events.js";
import { phaseText } from "../cluster/event-text.js";

/** A launch's phases in their order, each in a word. */
const WORDS: readonly (readonly [LaunchPhase, string])[] = [
  ["running", "pending"],
  ["bootstrap", "booting"],
  ["install", "installing"],
  ["reflowlet", "starting the reflowlet"],
  ["tagged", "tagging"],
  ["offer", "taking the offer"],
];

/** Where several launches stand that are under way at once: told together, as hundreds of lines tell nothing. */
export class FleetProgress {
  private readonly phases = new Map<string, LaunchPhase>();
  private readonly told = new Set<string>();

  /** Hears the cluster. */
  hear(event: ClusterEvent): void {
    switch (event.kind) {
      case "instance-launched":
        this.phases.set(event.instanceId, "running");
        break;
      case "phase-started":
        if (event.instanceId !== undefined) this.phases.set(event.instanceId, event.phase);
        break;
      case "offer-accepted":
      case "instance-terminating":
        this.phases.delete(event.instanceId);
        break;
      default:
    }
    if (this.phases.size < 2) this.told.clear();
  }

  /** What is waited for: one launch's phase, or how many are in each. */
  text(phase: LaunchPhase): string {
    if (this.phases.size < 2) return phaseText(phase);
    const counts = WORDS.flatMap(([name, word]) => {
      const count = [...this.phases.values()].filter((one) => one === name).length;
      return count === 0 ? [] : [`${count} ${word}`];
    });
    return `waiting for ${this.phases.size} instances: ${counts.join(", ")}`;
  }

  /** Whether a phase is news: of several launches that come to it, the first is. */
  isNews(phase: LaunchPhase): boolean {
    if (this.phases.size < 2) return true;
    const news = !this.told.has(phase);
    this.told.add(phase);
    return news;
  }
}

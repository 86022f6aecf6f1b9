import type { ClusterListener } from "../../cluster/events.js";

/** Keeps the ids of instances that were launched here and are neither of use yet nor known to be gone. */
export class LaunchLedger {
  private readonly open = new Set<string>();

  /** Hears the cluster. */
  readonly onEvent: ClusterListener = (event) => {
    if (event.kind === "instance-launched") this.open.add(event.instanceId);
    if (event.kind === "offer-accepted") this.open.delete(event.instanceId);
    if (event.kind === "instance-state" && event.state === "terminated") this.open.delete(event.instanceId);
  };

  /** What to say when the user leaves before the cleaning up is done; ends with a newline, or is empty. */
  lastWords(): string {
    if (this.open.size === 0) return "";
    const ids = [...this.open].join(" ");
    return `warning: left before cleaning up; may still run and cost money: ${ids}\nhint: 'reflow-ec2 terminate ${ids}' ends what is left\n`;
  }
}

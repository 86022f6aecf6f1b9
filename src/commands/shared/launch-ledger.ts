import type { ClusterListener } from "../../cluster/events.js";

/**
 * Keeps what was launched here and is neither of use yet nor being ended by EC2, and the leases that are held and not given
 * back yet.
 */
export class LaunchLedger {
  private readonly open = new Set<string>();
  /** EC2 was asked for an instance, and has not named it yet. */
  private asking = false;
  private readonly held = new Set<string>();

  /** Hears the cluster. */
  readonly onEvent: ClusterListener = (event) => {
    if (event.kind === "phase-started" && event.phase === "launch") this.asking = true;
    if (event.kind === "instance-launched") {
      this.asking = false;
      this.open.add(event.instanceId);
    }
    if (event.kind === "offer-accepted") this.open.delete(event.instanceId);
    const ends = event.kind === "instance-state" && (event.state === "shutting-down" || event.state === "terminated");
    if (ends) this.open.delete(event.instanceId);
    if (event.kind === "lease-renewed") this.held.add(event.allocUri);
    if (event.kind === "lease-lost" || event.kind === "lease-ended") this.held.delete(event.allocUri);
  };

  /** What to say when the user leaves before the cleaning up is done; ends with a newline, or is empty. */
  lastWords(): string {
    return `${this.launchWords()}${this.leaseWords()}`;
  }

  private launchWords(): string {
    if (this.open.size > 0) {
      const ids = [...this.open].join(" ");
      return `warning: left before cleaning up; may still run and cost money: ${ids}\nhint: 'reflow-ec2 terminate ${ids}' ends what is left\n`;
    }
    if (!this.asking) return "";
    return "warning: left while EC2 was asked for an instance; it may still come, and cost money\nhint: 'reflow-ec2 list' shows it, 'reflow-ec2 terminate' ends it\n";
  }

  private leaseWords(): string {
    if (this.held.size === 0) return "";
    const uris = [...this.held].join(" ");
    return `warning: left before freeing ${uris}; what is left runs out by itself within minutes\nhint: 'reflow-ec2 free ${uris}' ends it now\n`;
  }
}

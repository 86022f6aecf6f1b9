import type { ClusterListener } from "../../cluster/events.js";

/**
 * Keeps what was launched here and is neither of use yet nor being ended by EC2, and the leases that are held and not given
 * back yet.
 */
export class LaunchLedger {
  private readonly open = new Set<string>();
  /** So many calls have asked EC2 for instances, and have no answer yet. */
  private asking = 0;
  private readonly held = new Set<string>();

  /** Hears the cluster. */
  readonly onEvent: ClusterListener = (event) => {
    if (event.kind === "phase-started" && event.phase === "launch") this.asking += 1;
    if (event.kind === "launch-answered") this.asking -= 1;
    if (event.kind === "instance-launched") this.open.add(event.instanceId);
    if (event.kind === "offer-accepted") this.open.delete(event.instanceId);
    const ends = event.kind === "instance-state" && (event.state === "shutting-down" || event.state === "terminated");
    if (ends) this.open.delete(event.instanceId);
    if (event.kind === "lease-renewed") this.held.add(event.allocUri);
    if (event.kind === "lease-lost" || event.kind === "lease-ended") this.held.delete(event.allocUri);
  };

  /** What to say when the user leaves before the cleaning up is done; ends with a newline, or is empty. */
  lastWords(): string {
    return `${this.launchWords()}${this.askingWords()}${this.leaseWords()}`;
  }

  private launchWords(): string {
    if (this.open.size === 0) return "";
    const ids = [...this.open].join(" ");
    return `warning: left before cleaning up; may still run and cost money: ${ids}\nhint: 'reflow-ec2 terminate ${ids}' ends what is left\n`;
  }

  private askingWords(): string {
    if (this.asking === 0) return "";
    const [what, they, come] = this.asking === 1 ? ["an instance", "it", "it"] : ["instances", "they", "them"];
    return (
      `warning: left while EC2 was asked for ${what}; ${they} may still come, and cost money\n` +
      `hint: 'reflow-ec2 list' shows ${come} ('list --orphans' those of a probe), 'reflow-ec2 terminate' ends ${come}\n`
    );
  }

  private leaseWords(): string {
    if (this.held.size === 0) return "";
    const uris = [...this.held].join(" ");
    return `warning: left before freeing ${uris}; what is left runs out by itself within minutes\nhint: 'reflow-ec2 free ${uris}' ends it now\n`;
  }
}

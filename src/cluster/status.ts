import { phaseText } from "./event-text.js";
import type { ClusterEvent, ClusterListener } from "./events.js";

/** Where one instance stands. */
export interface StatusTask {
  readonly instanceId: string;
  /** `c6a.large i-…`. */
  readonly title: string;
  /** What happens with it now, e.g. `waiting for the bootstrap`. */
  readonly text: string;
  /** Since when, milliseconds since 1970. */
  readonly sinceMs: number;
  /** Nothing more will happen: it serves, or it is gone. */
  readonly done: boolean;
}

/**
 * The progress of a cluster as a list of tasks, one for each instance that it launches or ends: what a display redraws,
 * where events are what a log appends. Hand it to the cluster; read `tasks` whenever `onChange` tells.
 */
export class ClusterStatus {
  private readonly byInstance = new Map<string, StatusTask>();

  constructor(private readonly onChange: () => void = () => undefined) {}

  /** All tasks, oldest first. */
  get tasks(): readonly StatusTask[] {
    return [...this.byInstance.values()];
  }

  /** Hears the cluster. */
  readonly hear: ClusterListener = (event) => {
    const change = changeOf(event);
    if (change === undefined) return;
    const { instanceId, title, text, done } = change;
    const before = this.byInstance.get(instanceId);
    this.byInstance.set(instanceId, {
      instanceId,
      title: title ?? before?.title ?? instanceId,
      text,
      sinceMs: event.atMs,
      done,
    });
    this.onChange();
  };
}

interface Change {
  readonly instanceId: string;
  readonly title?: string;
  readonly text: string;
  readonly done: boolean;
}

function changeOf(event: ClusterEvent): Change | undefined {
  switch (event.kind) {
    case "instance-launched":
      return {
        instanceId: event.instanceId,
        title: `${event.instanceType} ${event.instanceId}`,
        text: "launched",
        done: false,
      };
    case "phase-started":
      return event.instanceId === undefined
        ? undefined
        : { instanceId: event.instanceId, text: phaseText(event.phase), done: false };
    case "offer-accepted":
      return { instanceId: event.instanceId, text: `serves ${event.allocUri}`, done: true };
    case "instance-terminating":
      return { instanceId: event.instanceId, text: `terminating: ${event.reason}`, done: false };
    case "instance-state":
      return { instanceId: event.instanceId, text: event.state, done: event.state === "terminated" };
    case "cleanup-failed":
      return { instanceId: event.instanceId, text: `could not be terminated: ${event.problem}`, done: true };
    default:
      return undefined;
  }
}

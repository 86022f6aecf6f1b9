import { withDeadline } from "../../lib/deadline.js";
import { EndpointError } from "../../errors.js";
import type { ClusterContext } from "../context.js";
import type { CapacityAnswer, CapacityQuery } from "../ports.js";

/** What a dry run has told holds so long, as in Reflow. */
const REMEMBERED_MS = 60_000;
/** A dry run that takes longer means that there is no capacity, as in Reflow. */
const PROBE_LIMIT_MS = 60_000;

interface Memory {
  /** Launches that it still lets through; 0 after a failure. */
  left: number;
  readonly failed: boolean;
  readonly untilMs: number;
}

/**
 * Spot capacity by dry runs, as Reflow's of 2023: one asks for as many as are to be launched, at least for the configured
 * depth, and for half as many again and again until one succeeds. Its success lets so many launches through without
 * another dry run, its failure none, both for a minute. Dry runs spend what EC2 grants of RunInstances.
 */
export class SpotProbe {
  private readonly memories = new Map<string, Memory>();

  constructor(private readonly context: Pick<ClusterContext, "ec2" | "clock" | "settings">) {}

  /**
   * How many of `query.count` launches may be tried now; all of them where probing is switched off (depth 0).
   * @throws what a dry run is refused for beside capacity and quota, the signal's reason
   */
  async admit(query: CapacityQuery, signal: AbortSignal): Promise<number> {
    const { clock, settings } = this.context;
    const { probeDepth } = settings.spot;
    if (probeDepth === 0) return query.count;
    const key = `${query.instanceType} ${query.zone ?? ""}`;
    let memory = this.memories.get(key);
    const fresh = memory !== undefined && clock.monotonicMs() < memory.untilMs;
    if (memory === undefined || !fresh || (!memory.failed && memory.left < query.count)) {
      const left = await this.capacity(query, Math.max(probeDepth, query.count), signal);
      memory = { left, failed: left === 0, untilMs: clock.monotonicMs() + REMEMBERED_MS };
      this.memories.set(key, memory);
    }
    const admitted = Math.min(memory.left, query.count);
    memory.left -= admitted;
    return admitted;
  }

  private async capacity(query: CapacityQuery, depth: number, signal: AbortSignal): Promise<number> {
    for (let count = depth; count > 0; count = Math.floor(count / 2)) {
      if ((await this.ask({ ...query, count }, signal)) === "capacity") return count;
    }
    return 0;
  }

  private async ask(query: CapacityQuery, signal: AbortSignal): Promise<CapacityAnswer> {
    const { clock, ec2 } = this.context;
    const late = new EndpointError("a dry run gave no answer for a minute");
    try {
      return await withDeadline(
        clock,
        PROBE_LIMIT_MS,
        signal,
        () => late,
        (within) => ec2.probeCapacity(query, within),
      );
    } catch (error) {
      if (error === late) return "none";
      throw error;
    }
  }
}

import { errorText } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";
import { nameOrphans, orphansIn, type Member } from "../members.js";

/** What a process has done about orphans: it names each once, and tries once to end it. */
export class Orphans {
  private readonly named = new Set<string>();
  private readonly tried = new Set<string>();

  constructor(private readonly context: ClusterContext) {}

  /** Tells of those that nobody was told of yet. */
  name(members: readonly Member[]): void {
    nameOrphans(this.context, newIn(this.named, members));
  }

  /**
   * Ends orphans before a launch, unless the configuration leaves them, and gives the members that are left. What EC2
   * does not let us end is told, and keeps nobody from launching.
   * @throws the signal's reason
   */
  async sweep(members: readonly Member[], signal: AbortSignal): Promise<readonly Member[]> {
    if (!this.context.settings.sweep) return members;
    const orphans = newIn(this.tried, orphansIn(members));
    const ids = orphans.map(({ instance }) => instance.id);
    if (await this.end(ids, signal)) return members.filter((member) => !orphans.includes(member));
    // One that is protected keeps EC2 from ending the others of its call.
    const ended = new Set<string>();
    for (const id of ids.length > 1 ? ids : []) if (await this.end([id], signal)) ended.add(id);
    return members.filter(({ instance }) => !ended.has(instance.id));
  }

  private async end(ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { context } = this;
    if (ids.length === 0) return true;
    for (const instanceId of ids) {
      emit(context, { kind: "instance-terminating", instanceId, reason: "it is an orphan" });
    }
    try {
      await context.ec2.terminateInstances(ids, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      for (const instanceId of ids) emit(context, { kind: "cleanup-failed", instanceId, problem: errorText(error) });
      return false;
    }
  }
}

/** Those that are not known yet; from now on they are. */
function newIn(known: Set<string>, members: readonly Member[]): readonly Member[] {
  const fresh = members.filter(({ instance }) => !known.has(instance.id));
  for (const { instance } of fresh) known.add(instance.id);
  return fresh;
}

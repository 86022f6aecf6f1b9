import type { ProbeProgress } from "../cluster/probe/request.js";
import { counted } from "../lib/counted.js";
import { durationText } from "../lib/time-text.js";
import { visible } from "./visible.js";

/** More rows would push the messages above off a small screen. */
const MOST_ROWS = 12;

/** Where a probe stands, for a terminal: a line that counts, and one for each instance that is under way. */
export function probeLiveText(progress: readonly ProbeProgress[], nowMs: number, columns: number): string {
  const active = progress.filter(({ stage }) => stage === "probing");
  const rows = active.slice(0, MOST_ROWS).map(({ type, sample, startedMs, instanceId, waitingFor }) => {
    const samples = progress.filter((other) => other.type === type).length;
    const name = samples > 1 ? `${type} ${sample}/${samples}` : type;
    const age = durationText(nowMs - (startedMs ?? nowMs));
    return cut(`  ${name.padEnd(18)} ${age.padStart(6)}  ${instanceId ?? ""} ${visible(waitingFor)}`, columns);
  });
  const more = active.length - rows.length;
  const ending = progress.filter(({ stage, instanceId }) => stage === "ending" && instanceId !== undefined).length;
  return [
    cut(`probing: ${countText(progress)}`, columns),
    ...rows,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(active.length === 0 && ending > 0
      ? [cut(`  seeing to the end of ${counted(ending, "instance")}`, columns)]
      : []),
  ].join("\n");
}

const STAGES: Readonly<Record<ProbeProgress["stage"], string>> = {
  waiting: "waiting",
  skipped: "not begun",
  probing: "under way",
  ending: "under way",
  done: "under way",
};

/** E.g. `12 verified, 1 failed, 10 under way, 17 waiting`. */
function countText(progress: readonly ProbeProgress[]): string {
  const counts = new Map<string, number>();
  for (const { stage, result } of progress) {
    const word = result?.outcome ?? STAGES[stage];
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const last = ["under way", "waiting", "not begun"];
  const words = [...counts.keys()].sort((a, b) => last.indexOf(a) - last.indexOf(b));
  return words.map((word) => `${counts.get(word)} ${word}`).join(", ");
}

function cut(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}

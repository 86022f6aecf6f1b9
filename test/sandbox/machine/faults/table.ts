import { breaksOf, excludeEachOther, type Break } from "./breaks.js";
import { Draft } from "./draft.js";
import type { Life } from "./life.js";
import type { Subject } from "./machines.js";
import { isSuperfluous, reasonFor } from "./not-needed.js";
import { TRIALS, tryOut, type Trial } from "./trials.js";

/** What came of one break. */
export interface Fault extends Break {
  /** The life in which it shows; undefined when the machine comes up with it. */
  readonly trial?: Trial["name"] | undefined;
  /** Unit or program that fails first; empty when nothing says a word. */
  readonly step: string;
  /** The first line on the console that an unbroken machine does not have. */
  readonly line: string;
}

const LIFE = TRIALS.find(({ name }) => name === "life") as Trial;

/** Numbers of processes and of ports. */
const CHANCE = /^reflow-deadline\.service: \d+$/;

/** The breaks of each machine's user-data, without those that an earlier one has. */
export function freshBreaks(subjects: readonly Subject[]): readonly (readonly Break[])[] {
  const seen = new Set<string>();
  return subjects.map(({ text }) => breaksOf(new Draft(text)).filter((found) => isFresh(found, seen)));
}

/** What a machine's user-data comes to in each trial when nothing is broken. */
export async function goodLives(subject: Subject): Promise<ReadonlyMap<Trial, Life>> {
  const good = new Map<Trial, Life>();
  for (const trial of TRIALS) good.set(trial, await tryOut(trial, subject, []));
  return good;
}

/** Tries each of the breaks. */
export async function faultsOf(
  subject: Subject,
  fresh: readonly Break[],
  good: ReadonlyMap<Trial, Life>,
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const group of compatible(fresh.filter((found) => reasonFor(found) !== undefined))) {
    faults.push(...(await tryTogether(group, subject, good)));
  }
  for (const found of fresh) if (reasonFor(found) === undefined) faults.push(await tryAlone(found, subject, good));
  return fresh.map((found) => faults.find(({ apply }) => apply === found.apply) ?? { ...found, step: "", line: "" });
}

function isFresh({ part, place, how, word }: Break, seen: Set<string>): boolean {
  if (isSuperfluous(part) && !(how === "removed" && /^(all of it|`content`)$/.test(place))) return false;
  // A misspelt key of a file or unit is the same mistake in all of them.
  const isKey = how === "misspelt" && /^`(path|permissions|owner|content|name|command|enable)`$/.test(place);
  const kind = part.startsWith("/") ? "a file" : "a unit";
  const key = JSON.stringify([isKey ? kind : part, place, how, word]);
  const fresh = !seen.has(key);
  seen.add(key);
  return fresh;
}

/** Groups of breaks that can be made at once. */
function compatible(breaks: readonly Break[]): readonly (readonly Break[])[] {
  const groups: Break[][] = [];
  for (const found of breaks) {
    const room = groups.find((group) => !group.some((other) => excludeEachOther(found, other)));
    if (room === undefined) groups.push([found]);
    else room.push(found);
  }
  return groups;
}

/** Breaks that are to harm nothing: all in one machine, and where that does not come up, in halves. */
async function tryTogether(
  group: readonly Break[],
  subject: Subject,
  good: ReadonlyMap<Trial, Life>,
): Promise<readonly Fault[]> {
  const [first] = group;
  if (group.length === 1 && first !== undefined) return [await tryAlone(first, subject, good)];
  for (const trial of TRIALS) {
    const life = await tryOut(trial, subject, group);
    if (isAsGood(life, good.get(trial))) continue;
    const half = group.length >> 1;
    return [
      ...(await tryTogether(group.slice(0, half), subject, good)),
      ...(await tryTogether(group.slice(half), subject, good)),
    ];
  }
  return group.map((found) => ({ ...found, step: "", line: "" }));
}

async function tryAlone(found: Break, subject: Subject, good: ReadonlyMap<Trial, Life>): Promise<Fault> {
  for (const trial of TRIALS.filter((trial) => trial.concerns(found.part))) {
    const life = await tryOut(trial, subject, [found]);
    const usual = good.get(trial);
    if (isAsGood(life, usual)) continue;
    const line = tellingLine(life, [...(usual?.console ?? []), ...(good.get(LIFE)?.console ?? [])]);
    return { ...found, trial: trial.name, step: stepOf(line), line: line.replace(/127\.0\.0\.1:\d+/, "the driver") };
  }
  return { ...found, step: "", line: "" };
}

/** The first line that no unbroken machine has; else that with which a unit, or the machine, came to its end. */
function tellingLine({ console }: Life, usual: readonly string[]): string {
  const unusual = console.find((shown) => !usual.includes(shown) && !CHANCE.test(shown));
  return unusual ?? console.find((shown) => /Main process exited|^Powering off/.test(shown)) ?? "";
}

function isAsGood(life: Life, good: Life | undefined): boolean {
  const essence = ({ offers, tags, ends }: Life): string =>
    JSON.stringify([offers, tags, ends.map((reason) => reason.replace("systemctl ", ""))]);
  return good !== undefined && essence(life) === essence(good);
}

/** The unit or program that a line of the console is about. */
function stepOf(line: string): string {
  return (
    /^(coreos-cloudinit|[\w-]+\.(?:service|mount|timer)):/.exec(line)?.[1] ??
    /^(?:Failed to start|Dependency failed for) ([\w-]+\.(?:service|mount|timer))/.exec(line)?.[1] ??
    /^Powering off: ([\w-]+\.(?:service|mount)) failed/.exec(line)?.[1] ??
    /^(?:Started|Finished|Mounted) ([\w-]+\.(?:service|mount|timer))/.exec(line)?.[1] ??
    (line.startsWith("Timed out waiting for device") ? "mnt-data.mount" : "")
  );
}

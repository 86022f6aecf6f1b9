import type { Break } from "./breaks.js";
import { Draft, textOf } from "./draft.js";
import { live, type Life } from "./life.js";
import type { Subject } from "./machines.js";

/** A life in which a part of the user-data is of use. */
export interface Trial {
  readonly name: "disks" | "again" | "mount" | "deadline" | "life";
  /** Whether the trial can tell that a part is broken. */
  concerns(part: string): boolean;
  /** Makes happen what the part is for. */
  prepare(draft: Draft): void;
  host(subject: Subject): Partial<Subject["host"]>;
}

/**
 * What user-data is to do, the cheapest first: power off when the disks are not there, to leave finished disks
 * alone when it boots again, to power off when the mount fails, when no
 * reflowlet comes by the deadline; and to bring up a reflowlet that offers all of the machine, to let it be when the
 * deadline comes, and to power off when it has been idle.
 */
export const TRIALS: readonly Trial[] = [
  {
    name: "disks",
    concerns: (part) => part.endsWith("format-data") || part === "format-data.service",
    prepare: () => undefined,
    host: ({ host }) => ({ volumes: host.volumes.slice(0, -1) }),
  },
  {
    name: "again",
    concerns: (part) => part === "/opt/bin/format-data",
    prepare: (draft) => {
      draft.entry("format-data.service").lines?.push({ indent: "", words: ["ExecStart=/opt/bin/format-data"] });
      delete draft.entry("reflowlet.service").fields["command"];
    },
    host: () => ({}),
  },
  {
    name: "mount",
    concerns: (part) => part === "mnt-data.mount",
    prepare: (draft) => {
      const { lines = [] } = draft.entry("/opt/bin/format-data");
      const at = lines.findIndex((line) => line !== undefined && textOf(line).startsWith("mkfs"));
      lines[at] = { indent: "", words: ["true"] };
    },
    host: () => ({}),
  },
  {
    name: "deadline",
    concerns: (part) => part.includes("reflow-deadline"),
    prepare: (draft) => void delete draft.entry("reflowlet.service").fields["command"],
    host: () => ({}),
  },
  { name: "life", concerns: () => true, prepare: () => undefined, host: () => ({}) },
];

/** How a trial went, or would go with nothing broken. */
export async function tryOut(trial: Trial, subject: Subject, breaks: readonly Break[]): Promise<Life> {
  const draft = new Draft(subject.text);
  trial.prepare(draft);
  for (const { apply } of breaks) apply(draft);
  return live(subject, draft.text(), trial.host(subject));
}

import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { SUBJECTS } from "./faults/machines.js";
import { NOT_NEEDED, reasonFor } from "./faults/not-needed.js";
import { faultTable, harmlessTable } from "./faults/report.js";
import { faultsOf, freshBreaks, goodLives, type Fault } from "./faults/table.js";

/** Nothing is left there to tell it: a machine without its deadline stays on. */
const SILENT = [
  "/opt/bin/reflow-deadline: `systemctl poweroff` removed",
  "reflow-deadline.timer: all of it removed",
  "reflow-deadline.timer: `command` removed",
];

const DOCUMENT = new URL("../../../docs/boot-faults.md", import.meta.url);

/** Hundreds of machines are booted. */
const SLOW_MS = 900_000;

const HEADER = `# What a boot needs, proven part by part

Made by \`test/sandbox/machine/every-boot-fault.slow.test.ts\` (\`UPDATE_GOLDEN=1\` writes it anew). The user-data of the machines
below is taken as the program makes it, and each file, unit, field, line, word and key of it is removed and misspelt by itself.
Each such machine of the sandbox is booted, has a reflowlet installed, and is left until it ends: it must bring up a
reflowlet that offers the whole machine, let it be at the deadline, and power off when it has been idle, when its disks or
its mount fail, or when no reflowlet comes. Where it does not, the tables tell where that shows and the first unusual line on the
console. Each machine's tables have what those before do not have. The last table tells all that a boot does not need, and why.
`;

const breaks = freshBreaks(SUBJECTS);

describe("whatever of the user-data is broken", () => {
  it(
    "fails the boot at its step with a line on the console, or is on the list of what a boot does not need",
    async () => {
      const sections: string[] = [HEADER];
      const all: Fault[] = [];
      for (const [at, subject] of SUBJECTS.entries()) {
        const faults = await faultsOf(subject, breaks[at] ?? [], await goodLives(subject));
        all.push(...faults);
        sections.push(`## ${subject.title}\n`);
        for (const part of new Set(faults.map((fault) => fault.part))) {
          const table = faultTable(faults.filter((fault) => fault.part === part));
          if (table !== "") sections.push(`### ${part}\n`, table);
        }
      }
      const name = ({ part, place, how }: Fault): string => `${part}: ${place} ${how}`;
      const failing = all.filter(({ trial }) => trial !== undefined);
      const harmless = all.filter(({ trial }) => trial === undefined);
      expect({
        unclassified: harmless.filter((fault) => reasonFor(fault) === undefined).map(name),
        rulesWithoutUse: NOT_NEEDED.filter((rule) => !harmless.some((fault) => reasonFor(fault) === rule)),
        neededAfterAll: all.filter((fault) => fault.trial !== undefined && reasonFor(fault) !== undefined).map(name),
        silent: failing
          .filter(({ line }) => line === "")
          .map(name)
          .filter((text) => !SILENT.includes(text)),
      }).toEqual({
        unclassified: [],
        rulesWithoutUse: [],
        neededAfterAll: [],
        silent: [],
      });
      sections.push("## Not needed\n", harmlessTable(all));
      const document = sections.join("\n");
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(DOCUMENT, document);
      expect(document).toBe(readFileSync(DOCUMENT, "utf8"));
    },
    SLOW_MS,
  );
});

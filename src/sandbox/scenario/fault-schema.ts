import * as z from "zod";
import { didYouMean } from "../../lib/near-match.js";
import { text } from "../../config/schema-fields.js";
import { duration, percent, period, pool, portion } from "./fields.js";

/** What may go wrong in each phase of a boot. */
export const FAULT_KINDS = {
  os: ["hangs"],
  download: ["fails"],
  bootstrap: ["hangs", "crashes", "wrong-authority"],
  install: ["fails"],
  reflowlet: ["hangs", "crashes", "wrong-authority", "never-tags", "wrong-version", "less-memory", "silent"],
} as const;

const PHASES = Object.keys(FAULT_KINDS) as (keyof typeof FAULT_KINDS)[];
const KINDS = [...new Set(Object.values(FAULT_KINDS).flat())];

/** The fields that only one kind of fault has. */
const OWN_FIELDS = [
  { field: "text", phase: "install", kind: "fails" },
  { field: "version", phase: "reflowlet", kind: "wrong-version" },
  { field: "memoryPct", phase: "reflowlet", kind: "less-memory" },
  { field: "after", phase: "reflowlet", kind: "silent" },
  { field: "downFor", phase: "reflowlet", kind: "silent" },
] as const;

/** A machine on which something goes wrong. */
export const bootFault = z
  .strictObject({
    ...pool,
    ...period,
    ...portion,
    phase: z.enum(PHASES, { error: `one of ${PHASES.join(", ")}` }).meta({ description: "Where it goes wrong." }),
    kind: z.enum(KINDS, { error: `one of ${KINDS.join(", ")}` }).meta({ description: "What goes wrong." }),
    text: text("a text").meta({ description: "install fails: what the bootstrap says." }).optional(),
    version: text("a version").meta({ description: "wrong-version: what it tags itself with." }).optional(),
    memoryPct: percent().meta({ description: "less-memory: what is there of the type's. Default: 50." }).optional(),
    after: duration()
      .meta({ description: "silent: how long after its start the reflowlet stops answering. Default: 0." })
      .optional(),
    downFor: duration().meta({ description: "silent: how long it does not answer. Default: for ever." }).optional(),
  })
  .superRefine((fault, context) => {
    const complain = (field: string, message: string): void =>
      context.addIssue({ code: "custom", path: [field], message, params: { sentence: true } });
    const kinds: readonly string[] = FAULT_KINDS[fault.phase];
    if (!kinds.includes(fault.kind)) {
      const near = didYouMean(fault.kind, kinds);
      complain(
        "kind",
        `expected a fault of the phase ${fault.phase} (${kinds.join(", ")}), found "${fault.kind}"${near}`,
      );
      return;
    }
    for (const { field, phase, kind } of OWN_FIELDS) {
      if (fault[field] === undefined || (fault.phase === phase && fault.kind === kind)) continue;
      complain(field, `only a fault of the phase ${phase} and the kind ${kind} has it`);
    }
  });

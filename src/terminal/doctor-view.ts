import { exitCodeOf } from "../doctor/examine.js";
import type { Examined } from "../doctor/finding.js";
import { counted } from "../lib/counted.js";
import type { Colors, Mark } from "./colors.js";
import { formatProblem } from "./error-text.js";
import { factsBlock } from "./facts-block.js";
import { visible } from "./visible.js";

/** How findings are told. */
export interface DoctorStyle {
  readonly colors: Colors;
  /** Width of the terminal; undefined for a pipe. */
  readonly columns: number | undefined;
  /** Every check has a line; otherwise those of a group that are no trouble share one. */
  readonly wide: boolean;
}

/** Column of words: the longest are `warning`, `failure` and `skipped`. */
const WORD_WIDTH = 7;

/** The text of findings, one by one as they are known. */
export class FindingsText {
  private readonly nameWidth: number;
  private readonly lastOfGroup = new Map<string, string>();
  private readonly groups = new Map<
    string,
    { readonly ok: number; readonly skipped: number; readonly because: string }
  >();

  /** @param checks all that will be told, in order */
  constructor(
    checks: readonly { readonly name: string; readonly group?: string | undefined }[],
    private readonly style: DoctorStyle,
  ) {
    const grouped = checks.filter(({ group }) => group !== undefined);
    for (const { name, group } of grouped) if (group !== undefined) this.lastOfGroup.set(group, name);
    const names = style.wide ? checks : checks.filter(({ group }) => group === undefined);
    const groups = [...this.lastOfGroup.keys()].map((name) => ({ name }));
    this.nameWidth = Math.max(...[...names, ...groups].map(({ name }) => name.length));
  }

  /** What to write when this is known; it and all before it have been. */
  next(finding: Examined): string {
    const { group } = finding;
    if (group === undefined || this.style.wide) return this.block(finding);
    const known = this.groups.get(group) ?? { ok: 0, skipped: 0, because: "" };
    if (finding.status === "ok") this.groups.set(group, { ...known, ok: known.ok + 1 });
    if (finding.status === "skipped") {
      this.groups.set(group, { ...known, skipped: known.skipped + 1, because: finding.summary });
    }
    const quiet = finding.status === "ok" || finding.status === "skipped";
    const text = quiet ? "" : this.block(finding);
    return this.lastOfGroup.get(group) === finding.name ? text + this.groupLine(group) : text;
  }

  private groupLine(group: string): string {
    const { ok, skipped, because } = this.groups.get(group) ?? { ok: 0, skipped: 0, because: "" };
    if (ok === 0) return skipped === 0 ? "" : this.block({ name: group, status: "skipped", summary: because });
    const rest = skipped === 0 ? "" : `, ${skipped} not tried`;
    return this.block({ name: group, status: "ok", summary: `${counted(ok, "action")} allowed${rest}` });
  }

  private block(finding: Examined): string {
    const { colors } = this.style;
    const mark: Mark = { ok: colors.good, warning: colors.warning, failure: colors.bad, skipped: colors.faint }[
      finding.status
    ];
    const word = mark(finding.status.padEnd(WORD_WIDTH));
    const line = `${word}  ${finding.name.padEnd(this.nameWidth)}  ${visible(finding.summary)}`;
    if (finding.status === "ok" || finding.status === "skipped") return `${line}\n`;
    const { columns } = this.style;
    const problems = (finding.problems ?? []).map((problem) => ["", formatProblem(problem)] as const);
    const facts = [...problems, ["so", finding.consequence], ["fix", finding.fix]] as const;
    const block = factsBlock(line, facts, { columns: columns === undefined ? undefined : columns - WORD_WIDTH });
    return block.replace(/\n(?=.)/g, `\n${" ".repeat(WORD_WIDTH)}`);
  }
}

/** The last line: what all findings come to. */
export function doctorText(findings: readonly Examined[], colors: Colors): string {
  const count = (status: Examined["status"]): number => findings.filter((each) => each.status === status).length;
  const [failures, warnings] = [count("failure"), count("warning")];
  const warned = warnings === 0 ? "" : `, ${counted(warnings, "warning")}`;
  if (failures === 0) return `\n${colors.good(`nothing stands in the way of a launch${warned}`)}\n`;
  const text = `${counted(failures, "failure")}${warned}; commands would end with exit code ${exitCodeOf(findings)}`;
  return `\n${colors.bad(text)}\n`;
}

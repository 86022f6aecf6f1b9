import { MASK } from "../config/mask-config.js";
import { counted } from "../lib/counted.js";
import type { RenderedUserData } from "../userdata/rendering.js";
import type { Colors } from "./colors.js";
import { renderTable } from "./table.js";
import { visible } from "./visible.js";

/** How user-data is looked at. */
export interface RenderStyle {
  /** Width of the terminal; undefined for a pipe, which gets the text as it is. */
  readonly columns: number | undefined;
  readonly colors: Colors;
}

/** The cloud-config itself: on a terminal marked, and without anything that could move the cursor. */
export function userDataText({ text }: RenderedUserData, { columns, colors }: RenderStyle): string {
  if (columns === undefined) return text;
  const lines = text.replace(/\n$/, "").split("\n");
  return lines.map((line) => `${markLine(line.split("\t").map(visible).join("\t"), colors)}\n`).join("");
}

/** What begins a file or a unit stands out, what is masked is seen, comments step back. */
function markLine(line: string, { strong, faint, warning }: Colors): string {
  if (/^\s*#/.test(line)) return faint(line);
  if (/^\S/.test(line) || /^\s*- (path|name): /.test(line)) return strong(line);
  return line.replaceAll(MASK, warning(MASK));
}

/** Size, files and units of user-data, and the verdict. */
export async function checkText(rendered: RenderedUserData, { columns, colors }: RenderStyle): Promise<string> {
  const { instanceType, report, standIns } = rendered;
  const style = { columns, title: colors.faint };
  const files = await renderTable(
    [
      { title: "FILE", cell: ({ path }) => path },
      { title: "MODE", cell: ({ permissions }) => permissions },
      { title: "BYTES", cell: ({ bytes }) => count(bytes), align: "right" },
    ],
    report.files,
    style,
  );
  const units = await renderTable(
    [
      { title: "UNIT", cell: ({ name }) => name },
      { title: "COMMAND", cell: ({ command }) => command || "-" },
      { title: "ENABLED", cell: ({ enable }) => (enable ? "yes" : "no") },
    ],
    report.units,
    style,
  );
  const { problems } = report;
  const content = `${counted(report.files.length, "file")}, ${counted(report.units.length, "unit")}`;
  const verdict =
    problems.length === 0
      ? colors.good(`${content}: nothing wrong`)
      : colors.bad(`${content}: ${counted(problems.length, "problem")}`);
  return [
    `user-data for ${colors.strong(visible(instanceType))}: ${sizeText(rendered)}\n`,
    ...(standIns.length === 0 ? [] : [`  counted with stand-ins of usual length: ${standIns.join(", ")}\n`]),
    `\n${files}\n${units}\n`,
    `${verdict}\n`,
  ].join("");
}

function sizeText({ report: { bytes, limit, left } }: RenderedUserData): string {
  const room = left < 0 ? `${count(-left)} too many` : `${count(left)} left`;
  return `${count(bytes)} of ${count(limit)} bytes, ${room}`;
}

/** `16,384`. */
function count(value: number): string {
  return value.toLocaleString("en-US");
}

import type { ProbeReport } from "../../cluster/probe/model.js";
import { errorText, UsageError } from "../../errors.js";
import type { World } from "../../world.js";
import type { ReportFiles } from "./options.js";

/** A report, the flag that asks for it, and its file. */
interface Report {
  readonly flag: string;
  readonly path: string;
  readonly text: (report: ProbeReport) => Promise<string>;
}

/** GitHub Actions shows what is appended to this file on the page of the run. */
const GITHUB_SUMMARY = "GITHUB_STEP_SUMMARY";

/**
 * Empties the files that reports will be written to, so that nobody takes an older one for this run's.
 * @throws UsageError for one that cannot be written, before anything is launched
 */
export async function claimReports(world: World, files: ReportFiles): Promise<void> {
  for (const { flag, path } of reportsOf(files)) {
    try {
      await world.replaceFile(path, "", "keep");
    } catch (error) {
      throw new UsageError(`${flag} '${path}' cannot be written: ${errorText(error)}`, {
        hint: "Name a file in a folder that you may write to.",
        cause: error,
      });
    }
  }
}

/**
 * Writes the reports. What cannot be written is told in `warn`, as the probe itself has been done.
 * @returns those that were asked for and not written, by their flags and paths
 */
export async function writeReports(
  world: World,
  files: ReportFiles,
  report: ProbeReport,
  warn: (text: string) => void,
): Promise<readonly string[]> {
  const attempt = async (path: string, write: () => Promise<void>): Promise<boolean> => {
    try {
      await write();
      return true;
    } catch (error) {
      warn(`the report ${path} could not be written: ${errorText(error)}`);
      return false;
    }
  };
  const unwritten: string[] = [];
  for (const { flag, path, text } of reportsOf(files)) {
    const written = await attempt(path, async () => world.replaceFile(path, await text(report), "keep"));
    if (!written) unwritten.push(`${flag} ${path}`);
  }
  // Nobody asked for this one.
  const summary = world.env[GITHUB_SUMMARY] ?? "";
  if (summary !== "") await attempt(summary, async () => world.appendFile(summary, await markdown(report)));
  return unwritten;
}

function reportsOf(files: ReportFiles): readonly Report[] {
  const makers: readonly [flag: keyof ReportFiles, text: Report["text"]][] = [
    ["junit", async (report) => (await import("../../report/junit.js")).probeJunit(report)],
    ["markdown", markdown],
    ["html", async (report) => (await import("../../report/html.js")).probeHtml(report)],
    ["csv", async (report) => (await import("../../report/csv.js")).probeCsv(report)],
  ];
  return makers.flatMap(([flag, text]) => {
    const path = files[flag];
    return path === undefined ? [] : [{ flag: `--${flag}`, path, text }];
  });
}

async function markdown(report: ProbeReport): Promise<string> {
  return (await import("../../report/markdown.js")).probeMarkdown(report);
}

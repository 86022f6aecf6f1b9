import type { SetupPlan, SetupResult, SetupStep, StepState } from "../setup/model.js";
import type { Colors } from "./colors.js";
import { visible } from "./visible.js";

/** How setup is looked at. */
export interface SetupStyle {
  readonly colors: Colors;
  readonly columns: number | undefined;
}

const WORDS: Readonly<Record<StepState, string>> = {
  exists: "is there",
  "to-make": "make",
  "to-change": "change",
  differs: "differs",
  "to-remove": "remove",
  kept: "keep",
};

const INDENT = 12;

/** What would be done, step by step, with what it opens, costs, and leaves to be said; problems are told as errors. */
export function setupPlanText(plan: SetupPlan, { colors }: SetupStyle): string {
  const { kind, steps, problems, warnings, missing, region, accountId, callerArn } = plan;
  const changes = steps.filter(({ act }) => act !== undefined);
  const opens = steps.flatMap(({ opens: text }) => (text === undefined ? [] : [text]));
  const verb = kind === "make" ? "setup" : "undoing setup";
  const lines = [
    `${verb} in ${region}, account ${accountId} as ${callerArn}`,
    ...steps.flatMap((step) => stepLines(step, colors)),
    ...(changes.length === 0 && problems.length === 0
      ? [kind === "make" ? "everything is there: nothing to change" : "nothing to take away"]
      : []),
    ...(kind === "make" && changes.length > 0 && problems.length === 0
      ? ["costs: nothing; AWS bills none of these by themselves"]
      : []),
    ...(opens.length > 0 ? [`opens: ${opens.join("; ")}`] : []),
  ];
  const told = [
    ...warnings.map((warning) => `${colors.warning("warning:")} ${visible(warning)}`),
    ...missingLines(missing),
  ];
  return textOf([...lines, ...told]);
}

function stepLines({ state, what, why, details, act }: SetupStep, colors: Colors): readonly string[] {
  const word = WORDS[state].padEnd(INDENT - 2);
  const mark = act !== undefined ? colors.strong : state === "differs" ? colors.warning : colors.faint;
  return [
    `  ${mark(word)}${visible(what)}: ${visible(why)}`,
    ...details.map((detail) => `${" ".repeat(INDENT + 2)}${visible(detail)}`),
  ];
}

function missingLines(missing: SetupPlan["missing"]): readonly string[] {
  return missing.flatMap(({ what, fix }) => [`allocate still needs ${visible(what)}`, `  ${visible(fix)}`]);
}

/** What was done, and what to type next. */
export function setupResultText(result: SetupResult, style: SetupStyle & { readonly sandbox: boolean }): string {
  const { kind, steps, configPath, backupPath, missing, region, securityGroupId } = result;
  const changed = steps.filter(({ outcome }) => outcome !== "was-there" && outcome !== "left").length;
  const backup = backupPath === undefined ? [] : [`the configuration as it was: ${backupPath}`];
  if (kind === "undo") {
    return textOf([changed === 0 ? "nothing was taken away" : `setup is undone in ${region}`, ...backup]);
  }
  const first =
    changed === 0
      ? `nothing was changed: ${configPath} is set up in ${region}`
      : `set up: ${configPath}, security group ${securityGroupId ?? "?"} in ${region}`;
  const command = (rest: string): string =>
    `  reflow-ec2 ${style.sandbox ? "--sandbox " : ""}-c ${shellWord(configPath)} ${rest}`;
  return textOf([
    first,
    ...backup,
    ...missingLines(missing),
    "next:",
    command("doctor"),
    command("allocate --cpu 1 --dry-run"),
  ]);
}

function shellWord(text: string): string {
  return /^[\w./~:@%+-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

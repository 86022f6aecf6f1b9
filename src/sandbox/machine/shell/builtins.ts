import { ExitSignal, LoopSignal, type ShellState } from "./shell-state.js";

/** A command that changes the shell itself; gives its status. */
export type Builtin = (args: readonly string[], state: ShellState, stderr: (text: string) => void) => number;

/** The commands that the shell runs by itself. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [":", () => 0],
  ["set", setOptions],
  ["export", exportVariables],
  ["readonly", exportVariables],
  ["local", exportVariables],
  ["unset", unsetVariables],
  ["shift", () => 0],
  ["trap", () => 0],
  ["umask", () => 0],
  ["cd", () => 0],
  ["exit", leave],
  ["return", leave],
  ["break", ([levels]) => leaveLoop("break", levels)],
  ["continue", ([levels]) => leaveLoop("continue", levels)],
]);

function setOptions(args: readonly string[], state: ShellState, stderr: (text: string) => void): number {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const on = arg.startsWith("-");
    if (!on && !arg.startsWith("+")) return 0;
    for (const letter of arg.slice(1)) {
      if (letter === "e") state.stopOnError = on;
      else if (letter === "u") state.stopOnUnset = on;
      else if (letter === "o") {
        at += 1;
        setNamedOption(args[at] ?? "", on, state);
      } else if (letter !== "x" && letter !== "f") {
        stderr(`set: -${letter}: invalid option\n`);
        return 2;
      }
    }
  }
  return 0;
}

function setNamedOption(name: string, on: boolean, state: ShellState): void {
  if (name === "errexit") state.stopOnError = on;
  if (name === "nounset") state.stopOnUnset = on;
  if (name === "pipefail") state.pipeFail = on;
}

function exportVariables(args: readonly string[], state: ShellState): number {
  for (const arg of args) {
    const [, name = arg, value] = /^(\w+)=([^]*)$/.exec(arg) ?? [];
    if (value !== undefined) state.set(name, value);
    state.export(name);
  }
  return 0;
}

function unsetVariables(args: readonly string[], state: ShellState): number {
  for (const name of args) state.unset(name);
  return 0;
}

function leave([status]: readonly string[], state: ShellState, stderr: (text: string) => void): never {
  if (status !== undefined && !/^[-+]?\d+$/.test(status)) {
    stderr(`exit: ${status}: numeric argument required\n`);
    throw new ExitSignal(2);
  }
  throw new ExitSignal(status === undefined ? state.status : Number(status) & 0xff);
}

function leaveLoop(kind: "break" | "continue", levels: string | undefined): never {
  throw new LoopSignal(kind, Math.max(1, Number(levels ?? 1) || 1));
}

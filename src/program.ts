import { Command, Help } from "commander";
import { addAllocateCommand } from "./commands/allocate/command.js";
import { addDoctorCommand } from "./commands/doctor/command.js";
import { addConfigCommand } from "./commands/config/command.js";
import { addFreeCommand } from "./commands/free/command.js";
import { addInstancesCommand } from "./commands/instances/command.js";
import { addKeepaliveCommand } from "./commands/keepalive/command.js";
import { addListCommand } from "./commands/list/command.js";
import { addProbeCommand } from "./commands/probe/command.js";
import { addRenderCommand } from "./commands/render/command.js";
import { addSandboxCommand } from "./commands/sandbox/command.js";
import { addSetupCommand } from "./commands/setup/command.js";
import { addGlobalOptions } from "./commands/shared/global-options.js";
import type { Dispatch } from "./commands/shared/invocation.js";
import { examplesText, throwUsageErrors } from "./commands/shared/subcommand.js";
import { addTerminateCommand } from "./commands/terminate/command.js";
import { VERSION } from "./version.js";

/** Where help and version go. */
export interface HelpOutput {
  write(text: string): void;
  readonly columns: number;
}

/**
 * The tree of commands. Parsing a command line with it gives `dispatch` one checked invocation, writes help or version
 * to `output`, or throws a UsageError. Nothing that is imported here is heavy: `--help` costs little more than Node.
 */
export function createProgram(output: HelpOutput, dispatch: Dispatch): Command {
  const program = throwUsageErrors(new Command("reflow-ec2"))
    .description("Elastic clusters of Reflow workers on EC2.")
    .usage("<command> [options]")
    .version(VERSION, "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions })
    .configureOutput({
      writeOut: (text) => output.write(text),
      // Help that a missing command brings up; errors are thrown and written by main.
      writeErr: (text) => output.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      "after",
      `${examplesText([
        "reflow-ec2 allocate --sandbox --cpu 2 --mem 4GiB",
        "reflow-ec2 list",
        "reflow-ec2 terminate --all",
      ])}\n${EXIT_CODES}`,
    );
  addGlobalOptions(program);
  addAllocateCommand(program, dispatch);
  addFreeCommand(program, dispatch);
  addKeepaliveCommand(program, dispatch);
  addListCommand(program, dispatch);
  addTerminateCommand(program, dispatch);
  addProbeCommand(program, dispatch);
  addDoctorCommand(program, dispatch);
  addInstancesCommand(program, dispatch);
  addRenderCommand(program, dispatch);
  addSetupCommand(program, dispatch);
  addConfigCommand(program, dispatch);
  addSandboxCommand(program, dispatch);
  return program;
}

const EXIT_CODES = `
Exit codes:
  0  done                                 6  credentials or permission
  1  a bug                                7  an instance never became usable
  2  usage or configuration               8  TLS trust
  3  no type can ever hold this           9  partly done
  4  no capacity                         10  lease lost
  5  quota or budget                    124  timed out; 128+n a signal
With a command (allocate -- CMD) the code is CMD's, or
125  reflow-ec2 itself failed           126  CMD cannot be run, 127 is not found`;

/** Commander lists a program's own `--version` as global, but only the program itself takes it. */
function visibleGlobalOptions(this: Help, command: Command): ReturnType<Help["visibleGlobalOptions"]> {
  return Help.prototype.visibleGlobalOptions.call(this, command).filter((option) => option.long !== "--version");
}

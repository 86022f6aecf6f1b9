import type { Doctor } from "../../doctor/doctor.js";
import { exitCodeOf } from "../../doctor/examine.js";
import type { Examined } from "../../doctor/finding.js";
import { doctorText, FindingsText } from "../../terminal/doctor-view.js";
import { doctorJson } from "../../terminal/json/doctor.js";
import type { World } from "../../world.js";
import { type Console, openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { resolveTarget } from "../shared/sandbox-target.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";
import type { DoctorFlags } from "./options.js";

/** Looks at everything that a launch depends on; gives the exit code of the first failure. */
export async function runDoctor(world: World, globals: GlobalOptions, { show }: DoctorFlags): Promise<number> {
  const console = await openConsole(world, globals);
  const { progress } = console;
  try {
    return await withTimeLimit(world, globals.timeoutMs, "doctor", async (signal) => {
      const target = await resolveTarget(world, globals, progress, signal);
      const doctor = await world.openDoctor(target);
      try {
        if (show === "findings") return await tell(world, globals, console, doctor, signal);
        const policy = await doctor.policy({ setup: show === "setup-policy", signal });
        world.stdout.write(`${JSON.stringify(policy, undefined, 2)}\n`);
        return 0;
      } finally {
        doctor.close();
      }
    });
  } finally {
    progress.stop();
  }
}

async function tell(
  world: World,
  globals: GlobalOptions,
  { progress, stdoutColors: colors, stdoutColumns: columns }: Console,
  doctor: Doctor,
  signal: AbortSignal,
): Promise<number> {
  const isText = globals.output === "table" || globals.output === "wide";
  const text = new FindingsText(doctor.checks, { colors, columns, wide: globals.output === "wide" });
  const wait = (): void => progress.waitFor("looking");
  // Lines come as they are known: who waits sees what is waited for.
  const write = (finding: Examined): void => {
    progress.stop();
    world.stdout.write(text.next(finding));
    wait();
  };
  wait();
  const findings = await doctor.examine({ signal, onFinding: isText ? write : undefined });
  progress.stop();
  if (isText) world.stdout.write(doctorText(findings, colors));
  else {
    await writeResult(world.stdout, globals.output, {
      text: () => "",
      data: () => doctorJson(findings),
      names: () => findings.flatMap(({ name, status }) => (status === "failure" ? [name] : [])),
    });
  }
  return exitCodeOf(findings);
}

import { PartialError } from "../../errors.js";
import type { SetupPlan, SetupResult, SetupStep } from "../../setup/model.js";
import { refuseProblems } from "../../setup/apply.js";
import { setupPlanJson, setupResultJson } from "../../terminal/json/setup.js";
import { setupPlanText, setupResultText } from "../../terminal/setup-view.js";
import type { World } from "../../world.js";
import { confirm } from "../shared/confirm.js";
import { type Console, openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import type { SetupHandle } from "../shared/setup-handle.js";
import { resolveTarget } from "../shared/sandbox-target.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";
import type { SetupFlags } from "./options.js";

/** Shows what would be made or undone, asks, and does it. */
export async function runSetup(world: World, globals: GlobalOptions, flags: SetupFlags): Promise<void> {
  const console = await openConsole(world, globals);
  const { progress } = console;
  try {
    const target = await setupTarget(world, globals, console);
    const setup = await world.openSetup(target);
    try {
      const startMs = world.clock.monotonicMs();
      progress.waitFor("looking at the account");
      const plan = await withTimeLimit(world, globals.timeoutMs, "setup", async (signal) => {
        const fallbacks = globals.sandbox ? (await import("./sandbox.js")).sandboxFallbacks(flags.wishes) : {};
        return setup.plan({ kind: flags.undo ? "undo" : "make", wishes: flags.wishes, fallbacks, signal });
      });
      const lookedMs = world.clock.monotonicMs() - startMs;
      progress.stop();
      if (flags.dryRun) await showPlan(world, globals, console, plan);
      else await carryOut(world, globals, console, { setup, plan, yes: flags.yes, lookedMs });
    } finally {
      setup.close();
    }
  } finally {
    progress.stop();
  }
}

/**
 * In the sandbox only a configuration that is named on the command line is the user's own: what stands in the usual place
 * is of the real account, and must not get the names of things that are not real.
 */
async function setupTarget(
  world: World,
  globals: GlobalOptions,
  { progress }: Console,
): ReturnType<typeof resolveTarget> {
  const target = await resolveTarget(world, globals, progress, world.signal);
  if (!globals.sandbox || globals.config !== undefined) return target;
  const status = await world.sandbox.status();
  return { ...target, config: status.running ? status.config : target.config };
}

async function showPlan(world: World, globals: GlobalOptions, console: Console, plan: SetupPlan): Promise<void> {
  const { stdoutColors: colors, stdoutColumns: columns } = console;
  await writeResult(world.stdout, globals.output, {
    text: () => setupPlanText(plan, { colors, columns }),
    data: () => setupPlanJson(plan),
    names: () => plan.steps.filter(isChange).map(({ what }) => what),
  });
  refuseProblems(plan);
}

async function carryOut(
  world: World,
  globals: GlobalOptions,
  { progress, stderrColors, stdoutColors, stderrColumns, stdoutColumns }: Console,
  {
    setup,
    plan,
    yes,
    lookedMs,
  }: {
    readonly setup: SetupHandle;
    readonly plan: SetupPlan;
    readonly yes: boolean;
    readonly lookedMs: number;
  },
): Promise<void> {
  const changes = plan.steps.some(isChange);
  if (!globals.quiet || (changes && !yes)) {
    world.stderr.write(setupPlanText(plan, { colors: stderrColors, columns: stderrColumns }));
  }
  refuseProblems(plan);
  if (changes && !yes) {
    await confirm(world, plan.kind === "make" ? "Set this up?" : "Take this away?", world.signal);
  }
  const result = await withTimeLimit(
    world,
    globals.timeoutMs,
    "setup",
    (signal) =>
      setup.apply(plan, {
        signal,
        onEvent: ({ kind, text }) => (kind === "doing" ? progress.waitFor(text) : progress.note(text)),
      }),
    lookedMs,
  );
  progress.stop();
  await writeResult(world.stdout, globals.output, {
    text: () => setupResultText(result, { colors: stdoutColors, columns: stdoutColumns, sandbox: globals.sandbox }),
    data: () => setupResultJson(result),
    names: () => [result.configPath],
  });
  refuseLeft(plan, result);
}

function isChange({ act }: SetupStep): boolean {
  return act !== undefined;
}

/** @throws PartialError for what was to go and is in use */
function refuseLeft({ steps }: SetupPlan, result: SetupResult): void {
  const left = result.steps.filter(({ outcome }, index) => outcome === "left" && steps[index]?.act !== undefined);
  if (left.length === 0) return;
  const names = left.map(({ what }) => what).join(", ");
  if (left.some(({ kind }) => kind === "security-group")) {
    throw new PartialError(`left, as the security group is in use: ${names}`, {
      hint: "EC2 lets a group go some minutes after its last instance has ended: run `reflow-ec2 setup --undo` again then.",
    });
  }
  throw new PartialError(`left, as instances have it: ${names}`, {
    hint: "Run `reflow-ec2 setup --undo` again when they have ended.",
  });
}

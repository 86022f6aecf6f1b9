import { type FakeWorld, type Outcome, runIn } from "../../support/fake-world.js";

/** Starts a command line and waits until something is so; what is not so after many turns never will be. */
export async function runningUntil(
  world: FakeWorld,
  isSo: () => boolean,
): Promise<{ readonly ended: Promise<Outcome> }> {
  const ended = runIn(world);
  for (let turn = 0; !isSo() && turn < 1_000; turn += 1) await world.clock.advance(0);
  if (!isSo()) throw new Error(`it never came so far:\n${world.stderrText}`);
  return { ended };
}

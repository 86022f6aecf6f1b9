import type { UserDataInput } from "./input.js";
import { executableFile, unitText, type UserDataPart } from "./part.js";
import { bashScript } from "./shell.js";

const SCRIPT = "/opt/bin/reflow-deadline";

/** What the timer depends on. */
export type DeadlineInput = Pick<UserDataInput, "usableWithinMs" | "endsThen" | "immortal">;

/**
 * A timer that powers the machine off when no reflowlet runs by its deadline: what was launched ends, though nobody
 * may be left to end it. It is the first unit, so that nothing which hangs later holds it up. Immortal machines have
 * it too, as immortality is for those that have been of use: theirs also stays up when a reflowlet came and went. What was
 * launched only to be measured ends in any case.
 */
export function deadlinePart({ usableWithinMs, endsThen, immortal }: DeadlineInput): UserDataPart {
  return {
    files: [executableFile(SCRIPT, endsThen ? endScript() : deadlineScript(immortal))],
    units: [
      {
        name: "reflow-deadline.service",
        content: unitText({
          Unit: ["Description=Power off a machine without a reflowlet"],
          Service: ["Type=oneshot", `ExecStart=${SCRIPT}`],
        }),
      },
      {
        name: "reflow-deadline.timer",
        command: "start",
        enable: true,
        content: unitText({
          Unit: ["Description=Deadline for the reflowlet"],
          // Counted from the boot, hence right on a machine with a wrong clock, and at once when it is past.
          Timer: [`OnBootSec=${Math.ceil(usableWithinMs / 1000)}s`, "AccuracySec=1s"],
          Install: ["WantedBy=timers.target"],
        }),
      },
    ],
  };
}

function endScript(): string {
  return bashScript("Powers the machine off: it was launched to be measured.", [
    `echo "reflow-deadline: the time of this probe is over, powering off" >&2`,
    "systemctl poweroff",
  ]);
}

function deadlineScript(immortal: boolean): string {
  const unlessInstalled = [`if [ -n "$(find /tmp -maxdepth 1 -name 'reflowlet*')" ]; then`, "  exit 0", "fi"];
  return bashScript("Powers the machine off unless a reflowlet runs.", [
    "if pgrep -f '^/tmp/reflowlet'; then",
    "  exit 0",
    "fi",
    ...(immortal ? unlessInstalled : []),
    `echo "reflow-deadline: no reflowlet runs, powering off" >&2`,
    "systemctl poweroff",
  ]);
}

import { executableFile, unitText, type UserDataPart } from "./part.js";
import { bashScript } from "./shell.js";

const SCRIPT = "/opt/bin/reflow-deadline";

/**
 * A timer that powers the machine off when no reflowlet runs by its deadline: what was launched ends, though nobody
 * may be left to end it. It is the first unit, so that nothing which hangs later holds it up. Immortal machines have
 * it too, as immortality is for those that have been of use: theirs also stays up when a reflowlet came and went.
 */
export function deadlinePart(usableWithinMs: number, immortal: boolean): UserDataPart {
  return {
    files: [executableFile(SCRIPT, deadlineScript(immortal))],
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

import type { ClusterEvent, ClusterListener } from "../cluster/events.js";
import type { Clock } from "../lib/clock.js";
import type { Colors } from "./colors.js";
import { type Loudness, eventLine, uploadText } from "../cluster/event-text.js";
import { FleetProgress } from "./fleet-progress.js";
import type { TextOutput } from "./output.js";
import { durationText, limitText } from "../lib/time-text.js";
import { visible } from "./visible.js";

/** How much is told: alarms alone, everything but details, everything. */
export type ProgressLevel = "quiet" | "normal" | "detailed";

/** Something that moves while one waits. */
export interface Spinner {
  /** Says another thing from now on. */
  setText(text: string): void;
  /** Writes text above it, whole lines. */
  write(text: string): void;
  /** Takes itself off the screen. */
  stop(): void;
}

/** Starts a spinner; `suffix` is asked for its text at each frame. */
export type StartSpinner = (text: string, suffix: () => string) => Spinner;

/** What progress is told with. */
export interface ProgressOptions {
  /** Standard error. */
  readonly output: TextOutput;
  readonly clock: Clock;
  readonly colors: Colors;
  readonly level: ProgressLevel;
  /** Absent where nothing may move: pipes, logs, CI. */
  readonly startSpinner: StartSpinner | undefined;
}

const LOUDEST_SHOWN: Readonly<Record<ProgressLevel, readonly Loudness[]>> = {
  quiet: ["alarm"],
  normal: ["alarm", "warning", "info"],
  detailed: ["alarm", "warning", "info", "debug"],
};

/**
 * Tells on standard error what a command is doing: as a spinner that says what is waited for and for how long, or as
 * lines where nothing may move.
 */
export class Progress {
  private level: ProgressLevel;
  private spinner: Spinner | undefined;
  private wait: { readonly sinceMs: number; readonly limitMs: number | undefined } | undefined;
  /** Price of the last plan for a type, to be told with its launch. */
  private readonly planned = new Map<string, number>();
  private readonly fleet = new FleetProgress();
  /** The screen is somebody else's. */
  private left = false;

  constructor(private readonly options: ProgressOptions) {
    this.level = options.level;
  }

  /** Hears the cluster. */
  readonly onEvent: ClusterListener = (event) => {
    if (event.kind === "plan-made") this.planned.set(event.instanceType, event.hourlyUsd);
    const price = event.kind === "instance-launched" ? this.planned.get(event.instanceType) : undefined;
    const { loudness, text } = eventLine(event, price);
    this.fleet.hear(event);
    // The spinner says it, and goes on saying it.
    const moving = event.kind === "phase-started" || event.kind === "upload-progress";
    const isNews = event.kind !== "phase-started" || this.level === "detailed" || this.fleet.isNews(event.phase);
    if (isNews && (!moving || this.options.startSpinner === undefined)) this.say(loudness, text);
    this.follow(event);
  };

  setLevel(level: ProgressLevel): void {
    this.level = level;
    if (level === "quiet") this.stop();
  }

  /** Says what is waited for, where something may move. */
  waitFor(text: string, limitMs?: number): void {
    this.wait = { sinceMs: this.options.clock.monotonicMs(), limitMs };
    if (this.level === "quiet" || this.left) return;
    if (this.spinner !== undefined) this.spinner.setText(text);
    else this.spinner = this.options.startSpinner?.(text, () => this.waited());
  }

  /** Shows text that is asked for at each frame, where something may move; it may have several lines. */
  show(text: () => string): void {
    if (this.level === "quiet" || this.left) return;
    this.stop();
    let asked = false;
    this.spinner = this.options.startSpinner?.(text(), () => {
      // Setting the text asks for the suffix, too. Only the text's lines are counted, so that all of it is there.
      if (!asked) {
        asked = true;
        this.spinner?.setText(text());
        asked = false;
      }
      return "";
    });
  }

  note(text: string): void {
    this.say("info", text);
  }

  warn(text: string): void {
    this.say("warning", text);
  }

  /** What must be said whatever the level. */
  alarm(text: string): void {
    this.say("alarm", text);
  }

  /** Clears the screen for a result, a question or an error; a later wait starts anew. */
  stop(): void {
    this.spinner?.stop();
    this.spinner = undefined;
  }

  /**
   * Leaves the screen to others for good: nothing moves there any more, and what the cluster still does, such as ending
   * a launch that nobody needs, is told in lines.
   */
  leave(): void {
    this.stop();
    this.left = true;
  }

  private follow(event: ClusterEvent): void {
    if (event.kind === "phase-started") this.waitFor(this.fleet.text(event.phase), event.limitMs);
    if (event.kind === "upload-progress") this.spinner?.setText(uploadText(event));
    if (event.kind === "instance-terminating") this.waitFor(`waiting until ${event.instanceId} is gone`);
  }

  private say(loudness: Loudness, text: string): void {
    if (!LOUDEST_SHOWN[this.level].includes(loudness)) return;
    const { colors } = this.options;
    const label = loudness === "warning" || loudness === "alarm" ? `${colors.warning("warning:")} ` : "";
    const line = `${label}${loudness === "debug" ? colors.faint(visible(text)) : visible(text)}\n`;
    if (this.spinner === undefined) this.options.output.write(line);
    else this.spinner.write(line);
  }

  private waited(): string {
    if (this.wait === undefined) return "";
    const { sinceMs, limitMs } = this.wait;
    const elapsed = durationText(this.options.clock.monotonicMs() - sinceMs);
    return limitMs === undefined ? `(${elapsed})` : `(${elapsed} of ${limitText(limitMs)})`;
  }
}

/**
 * Whether something may move on a stream: a capable terminal that knows its width (a spinner must know how many lines
 * it takes), and no CI.
 */
export function mayMove(
  env: Readonly<Record<string, string | undefined>>,
  { isTTY, columns }: Pick<TextOutput, "isTTY" | "columns">,
): boolean {
  const ci = env.CI ?? "";
  return (
    isTTY && (columns ?? 0) > 0 && env.TERM !== "dumb" && (ci === "" || ci === "0" || ci.toLowerCase() === "false")
  );
}

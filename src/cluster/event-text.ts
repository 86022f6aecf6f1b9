import type { ClusterEvent, LaunchPhase } from "./events.js";
import type { LeaseRelease } from "./lease/outcome.js";
import { bytesText } from "../lib/bytes-text.js";
import { counted } from "../lib/counted.js";
import { usdText } from "../lib/money-text.js";
import { durationText, limitText, secondsText } from "../lib/time-text.js";

/** How loud a message is; quiet terminals leave out the later ones. */
export type Loudness =
  /** Money or work is at stake: always said. */
  "alarm" | "warning" | "info" | "debug";

/** One line about an event. */
export interface EventLine {
  readonly loudness: Loudness;
  readonly text: string;
}

/** What each step of a launch waits for, after "waiting for". */
const PHASE_WAITS: Readonly<Record<LaunchPhase, string>> = {
  upload: "the repository to have the reflowlet",
  prepare: "image, subnets and logins",
  launch: "EC2 to accept the launch",
  running: "the instance to run",
  bootstrap: "the bootstrap",
  install: "the installation of the reflowlet",
  reflowlet: "the reflowlet",
  tagged: "the reflowlet to tag its instance",
  offer: "an offer",
};

/** What a step waits for: `waiting for the bootstrap`. */
export function phaseText(phase: LaunchPhase): string {
  return `waiting for ${PHASE_WAITS[phase]}`;
}

/**
 * The line that tells of an event.
 * @param hourlyUsd the price of the plan that an `instance-launched` event carries out, where one is known.
 */
export function eventLine(event: ClusterEvent, hourlyUsd?: number): EventLine {
  switch (event.kind) {
    case "members-found":
      return debug(`found ${counted(event.count, "member")}, asked ${event.asked} for offers`);
    case "member-unusable":
      return { loudness: "warning", text: `${event.instanceId} cannot be used: ${event.problem}` };
    case "offer-accepted":
      return debug(`reserved ${event.allocUri} on ${event.reused ? "" : "the new "}${event.instanceId}`);
    case "launch-answered":
      return debug("EC2 has answered a launch");
    case "offer-gone":
      return debug(`what ${event.instanceId} offered is taken by now; looking further`);
    case "plan-made":
      return info(
        `launching ${event.count === 1 ? "" : `${event.count} times `}${event.instanceType} (${event.market}, ${usdText(event.hourlyUsd)} USD/h with volumes): ${event.reason}`,
      );
    case "offering-refused":
      return info(
        `EC2 refused ${event.instanceType} (${event.market}${event.zone === undefined ? "" : ` in ${event.zone}`}): ${event.code}; looking elsewhere`,
      );
    case "image-found": {
      const found =
        event.foundMs === undefined
          ? "as configured"
          : `the newest on ${new Date(event.foundMs).toISOString().slice(0, 10)}`;
      return debug(`image ${event.imageId}, ${found}`);
    }
    case "instance-launched": {
      const price = hourlyUsd === undefined ? "" : `, ${usdText(hourlyUsd)} USD/h`;
      return info(`launched ${event.instanceType} ${event.instanceId} in ${event.zone}${price}`);
    }
    case "phase-started":
      return info(
        `${phaseText(event.phase)}${event.limitMs === undefined ? "" : ` (limit ${limitText(event.limitMs)})`}`,
      );
    case "phase-retried":
      return debug(`still ${phaseText(event.phase)} of ${event.instanceId}: ${event.problem}`);
    case "phase-done":
      return debug(`done ${phaseText(event.phase)} of ${event.instanceId} after ${secondsText(event.ms / 1_000)}`);
    case "upload-started": {
      const { path, url, doneBytes, totalBytes } = event;
      const there = doneBytes === 0 ? "" : `, of which ${bytesText(doneBytes)} are there from an earlier run`;
      return info(`uploading ${path} to ${url}: ${bytesText(totalBytes)}${there}`);
    }
    case "upload-progress": {
      const { addedBytes, doneBytes, totalBytes } = event;
      const passedTenth = tenths(doneBytes, totalBytes) > tenths(doneBytes - addedBytes, totalBytes);
      return (passedTenth ? info : debug)(uploadText(event));
    }
    case "upload-retried":
      return info(`${event.what} of the upload failed, trying again: ${event.problem}`);
    case "upload-done": {
      const { url, totalBytes, sent, ms } = event;
      if (!sent) return debug(`${url} is there already (${bytesText(totalBytes)})`);
      return info(`uploaded ${bytesText(totalBytes)} in ${secondsText(ms / 1_000)}`);
    }
    case "instance-terminating":
      return info(`terminating ${event.instanceId}: ${event.reason}`);
    case "instance-state":
      return debug(`${event.instanceId} is ${event.state}`);
    case "cleanup-failed":
      return {
        loudness: "alarm",
        text: `${event.instanceId} could not be terminated and may still cost money: ${event.problem}`,
      };
    case "lease-renewed": {
      const { allocUri, grantedMs, afterFailures } = event;
      if (afterFailures === 0) return debug(`renewed the lease of ${allocUri} for ${limitText(grantedMs)}`);
      return info(`renewed the lease of ${allocUri} after ${counted(afterFailures, "failure")}`);
    }
    case "lease-trouble": {
      const { allocUri, problem, failures, leftMs } = event;
      const text = `the lease of ${allocUri} could not be renewed, trying again (${durationText(leftMs)} left): ${problem}`;
      return failures === 1 ? { loudness: "warning", text } : debug(text);
    }
    case "lease-lost":
      return { loudness: "alarm", text: `the lease of ${event.allocUri} is lost: ${event.why}` };
    case "lease-ended":
      return releaseLine(event.allocUri, event.release, event.problem, event.leftMs);
    case "warning":
      return { loudness: "warning", text: event.message };
  }
}

/** How far an upload is: `uploaded 25.2 MB of 104.9 MB (24 %)`. */
export function uploadText({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): string {
  const percent = Math.floor((100 * doneBytes) / totalBytes);
  return `uploaded ${bytesText(doneBytes)} of ${bytesText(totalBytes)} (${percent} %)`;
}

function releaseLine(allocUri: string, release: LeaseRelease, problem: string, leftMs: number): EventLine {
  switch (release) {
    case "freed":
      return debug(`freed ${allocUri}`);
    case "gone":
      return { loudness: "warning", text: `${allocUri} was gone before it was freed: ${problem}` };
    case "expired":
      return debug(`${allocUri} could not be freed, its lease is ended: ${problem}`);
    case "left":
      return {
        loudness: "warning",
        text: `${allocUri} could not be freed, its lease runs out by itself within ${durationText(leftMs)}: ${problem}`,
      };
  }
}

function tenths(bytes: number, ofBytes: number): number {
  return Math.floor((10 * bytes) / ofBytes);
}

function info(text: string): EventLine {
  return { loudness: "info", text };
}

function debug(text: string): EventLine {
  return { loudness: "debug", text };
}

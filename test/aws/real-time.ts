import { randomBytes } from "node:crypto";
import type { PacerSurroundings } from "../../src/aws/call-pacer.js";
import { systemClock } from "../../src/lib/clock.js";

/** For tests that call a server of their own: nothing in them waits for the pace. */
export const REAL_TIME: PacerSurroundings = { clock: systemClock, randomBytes };

// Preloaded into the command line by NODE_OPTIONS: its wall clock is CLOCK_AHEAD_MS ahead, and at SIGUSR2 it is set by
// CLOCK_STEP_MS, as an administrator or NTP would set the machine's. Durations and timers do not notice.
const now = Date.now;
let stepMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);
process.on("SIGUSR2", () => {
  stepMs += Number(process.env.CLOCK_STEP_MS ?? 0);
});
Date.now = () => now() + stepMs;

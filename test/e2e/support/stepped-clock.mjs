// Preloaded into the command line by NODE_OPTIONS: at SIGUSR2 its wall clock is set by CLOCK_STEP_MS, as an administrator or
// NTP would set the machine's. Durations and timers do not notice.
const now = Date.now;
let stepMs = 0;
process.on("SIGUSR2", () => {
  stepMs = Number(process.env.CLOCK_STEP_MS);
});
Date.now = () => now() + stepMs;

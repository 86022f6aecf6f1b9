// Preloaded into the command line by NODE_OPTIONS: its clock of durations runs FAST_CLOCK times as fast as the machine's, and
// so do waits of up to three seconds, such as those between keepalives: what happens to a lease in two minutes is seen in
// seconds. Longer waits are limits, which are for the machine as it is.
const LONGEST_MS = 3_000;
const factor = Number(process.env.FAST_CLOCK);
const startMs = performance.now();
const [setTimer, monotonic] = [globalThis.setTimeout, performance.now.bind(performance)];
globalThis.setTimeout = (callback, ms = 0, ...args) => setTimer(callback, ms <= LONGEST_MS ? ms / factor : ms, ...args);
performance.now = () => startMs + (monotonic() - startMs) * factor;

// Preloaded into the command line by NODE_OPTIONS: its clock of durations runs FAST_CLOCK times as fast as the machine's, and
// so do waits of up to three seconds, such as those between keepalives: what happens to a lease in two minutes is seen in
// seconds. Longer waits are limits, which are for the machine as it is, unless FAST_CLOCK_LONGEST_MS takes them in.
const longestMs = Number(process.env.FAST_CLOCK_LONGEST_MS);
const factor = Number(process.env.FAST_CLOCK);
const startMs = performance.now();
const [setTimer, monotonic] = [globalThis.setTimeout, performance.now.bind(performance)];
globalThis.setTimeout = (callback, ms = 0, ...args) => setTimer(callback, ms <= longestMs ? ms / factor : ms, ...args);
performance.now = () => startMs + (monotonic() - startMs) * factor;

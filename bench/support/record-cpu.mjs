// `node --import record-cpu.mjs ...` writes the processor time of the whole process, in milliseconds, to the file that
// BENCH_CPU names.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.BENCH_CPU, String((user + system) / 1_000));
});

// One allocate of many instances from an empty cluster: what it asks of EC2, and how long it takes beyond the boots.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundled } from "./support/bundled.mjs";
import { PROGRAM, runNode } from "./support/program.mjs";
import { bar } from "./support/report.mjs";
import { withSandbox } from "./support/sandbox.mjs";
import { round } from "./support/statistics.mjs";

const TYPE = "c6a.large";
/** All of its processors: each alloc needs an instance of its own. */
const CPU = 2;
const RECORD_CPU = fileURLToPath(new URL("support/record-cpu.mjs", import.meta.url));
const SIZES = [30, 100, 300];

/** Times as EC2's, with a download that is no bottleneck; each is drawn for each instance. */
const SCENARIO = {
  seed: 1,
  times: {
    pending: { ms: 5_000, spreadPct: 20 },
    osBoot: { ms: 10_000, spreadPct: 20 },
    download: { ms: 1_000, spreadPct: 20 },
    format: { ms: 1_000, spreadPct: 20 },
    install: { ms: 2_000, spreadPct: 20 },
    reflowletStart: { ms: 2_000, spreadPct: 20 },
  },
};

/** Issue 5's bars, for 300 instances. */
const MOST = { calls: 60, runInstances: 8, overheadMs: 2_000 };

export async function scale({ sizes = SIZES }) {
  const { drawnBootsMs } = await bundled("scale");
  const measured = [];
  for (const count of [...sizes].sort((a, b) => a - b)) {
    const slowestBootMs = Math.max(...drawnBootsMs(SCENARIO, count));
    measured.push({ count, slowestBootMs, ...(await withSandbox({}, (sandbox) => launchMany(sandbox, count))) });
  }
  const rows = measured.map(({ count, usableMs, slowestBootMs, unique }) => ({
    allocs: count,
    unique,
    printedMs: Math.round(usableMs),
    slowestBootMs: Math.round(slowestBootMs),
    overheadMs: Math.round(usableMs - slowestBootMs),
  }));
  const actions = [...new Set(measured.flatMap(({ calls }) => Object.keys(calls)))].sort();
  const callRows = actions.map((action) => ({
    action,
    ...Object.fromEntries(measured.map(({ count, calls }) => [`of ${count}`, calls[action] ?? 0])),
  }));
  const cpuRows = measured.map(({ count, ownCpuMs, sandboxCpuMs }) => ({
    allocs: count,
    ownCpuMs: round(ownCpuMs),
    sandboxCpuMs: round(sandboxCpuMs),
  }));
  return {
    tables: [
      { title: "one allocate, whole process, until the last byte of its result", rows },
      { title: "calls", rows: callRows },
      { title: "processor time", rows: cpuRows },
    ],
    bars: measured.flatMap(barsOf),
  };
}

async function launchMany({ status, plain, home, env }, count) {
  const scenario = join(home, "scenario.json");
  await writeFile(scenario, JSON.stringify(SCENARIO));
  await plain("sandbox", "scenario", scenario);
  const target = ["--config", await roomyConfig(status, home), "--endpoint-url", status.endpoint];
  const sandboxBeforeMs = await cpuMsOf(status.pid);
  const args = ["allocate", "--count", String(count), "--type", TYPE, "--cpu", String(CPU), "-o", "json"];
  const cpuFile = join(home, "cpu");
  const { ms, stdout } = await runNode(["--import", RECORD_CPU, PROGRAM, ...target, ...args], {
    env: { ...env, BENCH_CPU: cpuFile },
  });
  const ownCpuMs = Number(await readFile(cpuFile, "utf8"));
  const sandboxCpuMs = (await cpuMsOf(status.pid)) - sandboxBeforeMs;
  const { calls } = JSON.parse((await plain("sandbox", "scenario", "show", "-o", "json")).stdout);
  const { allocs } = JSON.parse(stdout);
  const unique = new Set(allocs.map(({ alloc }) => alloc.uri)).size;
  return { usableMs: ms, unique, calls, ownCpuMs, sandboxCpuMs };
}

/** The ready-made configuration with limits beyond every size. */
async function roomyConfig({ config }, home) {
  const path = join(home, "roomy.yaml");
  const text = await readFile(config, "utf8");
  const roomy = text
    .replace(/^ec2cluster:$/m, "$&\n  maxpendinginstances: 10000\n  maxhourlycostusd: 100000")
    .replace(/^reflow-ec2:$/m, "$&\n  maxinstances: 10000");
  await writeFile(path, roomy);
  return path;
}

function barsOf({ count, usableMs, slowestBootMs, calls, unique }) {
  const all = Object.entries(calls).filter(([action]) => !action.includes(":"));
  return [
    bar(`${count} allocs: not unique`, count - unique, 0, "allocs"),
    bar(
      `${count} allocs: EC2 calls`,
      all.reduce((sum, [, calls]) => sum + calls, 0),
      MOST.calls,
      "calls",
    ),
    bar(`${count} allocs: RunInstances`, calls.RunInstances, MOST.runInstances, "calls"),
    bar(`${count} allocs: beyond the slowest boot`, usableMs - slowestBootMs, MOST.overheadMs, "ms"),
  ];
}

/** Processor time of a process so far; not a number where the system does not tell. */
async function cpuMsOf(pid) {
  const MS_PER_TICK = 10;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // After the name, which may hold anything: state is the third field, user and system time the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

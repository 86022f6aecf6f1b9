// From a reflowlet's first answer to the printed alloc; and an allocate that a member serves, with where its time goes.
import { PROGRAM, runNode, times } from "./support/program.mjs";
import { bar } from "./support/report.mjs";
import { withSandbox } from "./support/sandbox.mjs";
import { median, summary } from "./support/statistics.mjs";

const DEFAULT_RUNS = 20;
const LIMIT_MS = 500;
/** Room for more small allocs than any run makes. */
const ROOMY_TYPE = "m5.4xlarge";
/** Progress says this as soon as the reflowlet has answered. */
const FIRST_ANSWER = /^waiting for the reflowlet to tag its instance/m;

export async function allocate({ runs = DEFAULT_RUNS, latencyMs }) {
  return withSandbox({ latencyMs }, async (sandbox) => {
    const launches = await times(runs, (at) => launchOne(sandbox, `bench-${at}`));
    const reuses = await reuseRuns(sandbox, runs);
    const fromFirstAnswer = launches.map(({ printedMs, answeredMs }) => printedMs - answeredMs);
    return {
      tables: [
        {
          title: `from the reflowlet's first answer, ${runs} launches`,
          rows: [
            { until: "alloc printed (outside)", ...summary(fromFirstAnswer) },
            { until: "process ended (outside)", ...summary(launches.map(({ ms, answeredMs }) => ms - answeredMs)) },
            { until: "alloc accepted (timings)", ...summary(launches.map(({ tagged, accept }) => tagged + accept)) },
          ],
        },
        {
          title: `an allocate that a member serves, ${runs} runs, ${latencyMs} ms added to each EC2 call`,
          rows: reuseRows(reuses),
        },
      ],
      bars: [bar("from first answer to printed alloc", median(fromFirstAnswer), LIMIT_MS, "ms")],
    };
  });
}

/** An allocate in a cluster of its own: it must launch. */
async function launchOne(sandbox, cluster) {
  let answeredMs;
  const { ms, stdout, stdoutMs, stderr } = await sandbox.run(
    ["--cluster", cluster, "allocate", "--cpu", "1", "-o", "json"],
    {
      onStderr: (text, nowMs) => {
        if (FIRST_ANSWER.test(text)) answeredMs ??= nowMs;
      },
    },
  );
  const { reused, timings } = JSON.parse(stdout);
  if (reused || answeredMs === undefined) throw new Error(`the allocate did not launch as it should have:\n${stderr}`);
  return { ms, answeredMs, printedMs: stdoutMs, tagged: timings.tagged * 1_000, accept: timings.accept * 1_000 };
}

async function reuseRuns(sandbox, runs) {
  const args = ["--cluster", "bench-reuse", "allocate", "--cpu", "0.1", "--mem", "64MiB", "-o", "json"];
  await sandbox.run([...args, "--type", ROOMY_TYPE]);
  return times(runs, async () => {
    const { ms: startMs } = await runNode([PROGRAM, "--version"]);
    const { ms, stdout } = await sandbox.run(args);
    const { reused, timings } = JSON.parse(stdout);
    if (!reused) throw new Error("the allocate launched instead of using the member");
    return { ms, startMs, ...timings };
  });
}

function reuseRows(reuses) {
  const row = (part, msOf) => ({ part, ...summary(reuses.map(msOf)) });
  return [
    row("whole process", ({ ms }) => ms),
    row("process start (--version)", ({ startMs }) => startMs),
    row("loading SDK and configuration, ending", ({ ms, startMs, total }) => ms - startMs - total * 1_000),
    row("EC2 call", ({ members }) => members * 1_000),
    row("offers, with what is left of the certificate", ({ offers }) => offers * 1_000),
    row("accept", ({ accept }) => accept * 1_000),
  ];
}

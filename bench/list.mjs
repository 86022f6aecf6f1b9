// A list of clusters of different sizes: how long the whole process takes, and what it asks of EC2.
import { times } from "./support/program.mjs";
import { withSandbox } from "./support/sandbox.mjs";
import { summary } from "./support/statistics.mjs";

const DEFAULT_RUNS = 10;
const SIZES = [1, 10, 50];
/** One vCPU: an alloc of one takes it whole, so that the next needs an instance of its own. */
const SMALL_TYPE = "m7a.medium";
/** Launches at a time. More keep the machine too busy to be quicker. */
const LANES = 5;

export async function list({ runs = DEFAULT_RUNS, sizes = SIZES, latencyMs }) {
  return withSandbox({ latencyMs }, async (sandbox) => {
    const rows = [];
    for (const members of [...sizes].sort((a, b) => a - b)) {
      await grow(sandbox, members);
      sandbox.calls();
      const sampleMs = await times(runs, async () => (await sandbox.run(["list", "-o", "json"])).ms);
      const calls = sandbox.calls();
      const perList = Object.entries(calls).map(([action, count]) => `${count / runs} ${action}`);
      rows.push({ members, ...summary(sampleMs), ec2CallsPerList: perList.join(", ") });
    }
    const title = `list, whole process, ${runs} runs, ${latencyMs} ms added to each EC2 call`;
    return { tables: [{ title, rows }], bars: [] };
  });
}

/** Launches until the cluster has so many members that answer. */
async function grow(sandbox, members) {
  for (;;) {
    const { stdout } = await sandbox.run(["list", "-o", "json"]);
    const missing = members - JSON.parse(stdout).instances.filter(({ total }) => total.cpu > 0).length;
    if (missing <= 0) return;
    console.error(`launching ${missing} more members ...`);
    const lanes = Array.from({ length: Math.min(LANES, missing) }, (_, lane) =>
      times(Math.floor((missing - lane - 1) / LANES) + 1, () =>
        sandbox.run(["allocate", "--cpu", "1", "--type", SMALL_TYPE]),
      ),
    );
    await Promise.all(lanes);
  }
}

// Shows the main job against the sandbox: nothing in AWS is touched, and nothing is left behind.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../bin/reflow-ec2.js", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "reflow-ec2-demo-"));
const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, "state") };
delete env.REFLOW_EC2_CONFIG;

function run(comment, ...args) {
  console.log(`\n# ${comment}\n$ reflow-ec2 ${args.join(" ")}`);
  const { status } = spawnSync(process.execPath, [program, ...args], { env, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`reflow-ec2 ${args[0]} ended with ${status}`);
}

// Ctrl-C reaches the command that runs; what it made is removed below all the same.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
try {
  const startMs = performance.now();
  run(
    "No instance is there: the cheapest that fits is launched, booted and leased.",
    "--sandbox",
    "allocate",
    "--cpu",
    "3",
    "--mem",
    "6GiB",
  );
  run("The cluster is what the tags on the instances say.", "--sandbox", "list");
  run(
    "What is left on the instance serves the next need, without a launch.",
    "--sandbox",
    "allocate",
    "--cpu",
    "1",
    "--mem",
    "1GiB",
  );
  run("Both leases are on it.", "--sandbox", "list");
  run(
    "It would end itself when idle; this ends it now, leases and all.",
    "--sandbox",
    "terminate",
    "--all",
    "--yes",
    "--force",
  );
  console.log(`\ndone in ${((performance.now() - startMs) / 1000).toFixed(1)} s; the sandbox is stopped`);
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
} finally {
  spawnSync(process.execPath, [program, "sandbox", "stop"], { env, stdio: "ignore" });
  rmSync(home, { recursive: true, force: true });
}

// A sandbox of the benchmark's own, with a home of its own; nothing of it is left behind.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCountingProxy } from "./counting-proxy.mjs";
import { PROGRAM, runNode } from "./program.mjs";

/**
 * Starts a sandbox, lets `work` use it, and ends it. `run` runs the program against it as if it were AWS: with
 * `--config` and `--endpoint-url`, by way of a proxy that counts the calls and can delay their answers; `plain` runs it with
 * nothing but its arguments. `status` is what the sandbox tells of itself; `env` is what the program is run with.
 */
export async function withSandbox({ latencyMs = 0 }, work) {
  const home = mkdtempSync(join(tmpdir(), "reflow-ec2-bench-"));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|REFLOW_)/.test(name));
  const env = { ...Object.fromEntries(inherited), HOME: home, XDG_STATE_HOME: join(home, "state") };
  const plain = (...args) => runNode([PROGRAM, ...args], { env });
  let proxy;
  // Whoever ends the benchmark early ends its sandbox, too.
  const leave = () => {
    spawnSync(process.execPath, [PROGRAM, "sandbox", "stop"], { env, stdio: "ignore" });
    rmSync(home, { recursive: true, force: true });
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, leave);
  try {
    await plain("sandbox", "start");
    const status = JSON.parse((await plain("sandbox", "status", "-o", "json")).stdout);
    proxy = await startCountingProxy(status.endpoint, latencyMs);
    const target = ["--config", status.config, "--endpoint-url", proxy.url];
    return await work({
      home,
      env,
      status,
      plain,
      calls: () => proxy.take(),
      run: (args, options = {}) => runNode([PROGRAM, ...target, ...args], { env, ...options }),
    });
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, leave);
    proxy?.close();
    await plain("sandbox", "stop");
    rmSync(home, { recursive: true, force: true });
  }
}

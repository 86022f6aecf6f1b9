// Runs processes and takes their time from outside.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The program as its users start it. */
export const PROGRAM = fileURLToPath(new URL("../../bin/reflow-ec2.js", import.meta.url));

/**
 * Runs Node with these arguments to its end, from the call to the last byte of its output.
 * @param onStderr hears each piece of standard error as it comes
 * @returns {Promise<{ms: number, stdout: string, stdoutMs: number | undefined, stderr: string}>} `stdoutMs` is when the
 * first piece of standard output came.
 * @throws when it does not end with 0.
 */
export async function runNode(args, { env = process.env, onStderr = () => undefined } = {}) {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let stdoutMs;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdoutMs ??= performance.now() - startMs;
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    onStderr(stderr, performance.now() - startMs);
  });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  const ms = performance.now() - startMs;
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}:\n${stderr}`);
  return { ms, stdout, stdoutMs, stderr };
}

/** Does `work` for 0 to count - 1, one after the other. */
export async function times(count, work) {
  const results = [];
  for (let at = 0; at < count; at += 1) results.push(await work(at));
  return results;
}

// See upload.sh.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = "bin/reflow-ec2.js";
const SIZE = 100_000_000;
const MOST_RSS_MB = 200;

const home = await mkdtemp(join(tmpdir(), "reflow-ec2-upload-"));
const env = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, "state"), CI: "true" };

/** Runs a command; `onText` hears standard error. Gives the exit code, standard error and the most memory it had. */
function run(args, onText = () => {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr, peakKb] = ["", "", 0];
  const look = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 20);
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => {
    stderr += text;
    onText(String(text), child);
  });
  return new Promise((resolve) =>
    child.once("close", (code) => {
      clearInterval(look);
      resolve({ code, stdout, stderr, peakMb: Math.round(peakKb / 1024) });
    }),
  );
}

/** Forwards connections to a port of this machine, and cuts one of them after so many bytes from the client. */
async function startProxy(port, cutAfterBytes) {
  const proxy = { cuts: 0, sentBytes: 0, port: 0, close: () => server.close() };
  let left = cutAfterBytes;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
    upstream.pipe(client);
    client.on("data", (data) => {
      proxy.sentBytes += data.length;
      left -= data.length;
      if (left < 0 && proxy.cuts === 0) {
        proxy.cuts += 1;
        client.resetAndDestroy();
        upstream.destroy();
      } else if (!upstream.write(data)) {
        client.pause();
        upstream.once("drain", () => client.resume());
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.port = server.address().port;
  return proxy;
}

const failures = [];
function check(what, holds, found) {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}: ${found}`);
  if (!holds) failures.push(what);
}
const matches = (text, pattern) => [...text.matchAll(pattern)].length;

try {
  await run(["sandbox", "start"]);
  const { endpoint, config } = JSON.parse((await run(["sandbox", "status", "-o", "json"])).stdout);
  const text = await readFile(config, "utf8");
  const write = async (name) => {
    await writeFile(
      join(home, name),
      Buffer.concat([Buffer.from("#!reflow-ec2-sandbox reflowlet\n"), randomBytes(SIZE)]),
    );
    await writeFile(join(home, `${name}.yaml`), text.replace(/image: .*/, `binary: ~/${name}`));
  };
  await Promise.all([write("one"), write("two")]);
  const proxy = await startProxy(Number(new URL(endpoint).port), 30_000_000);
  const allocate = (name, cluster, onText) =>
    run(
      [
        "--endpoint-url",
        `http://127.0.0.1:${proxy.port}`,
        "--region",
        "us-west-2",
        "--config",
        join(home, `${name}.yaml`),
      ].concat(["--cluster", cluster, "allocate", "--cpu", "1"]),
      onText,
    );

  const cut = await allocate("one", "cut");
  check("an upload through a connection that breaks succeeds", cut.code === 0, `exit code ${cut.code}`);
  check("the proxy cut a connection", proxy.cuts === 1, `${proxy.cuts} cuts`);
  const retried = matches(cut.stderr, /of the upload failed, trying again/g);
  check("a part was sent again", retried === 1, `${retried} times`);
  const lines = matches(cut.stderr, /^uploaded .* of .*%\)$/gm);
  check("progress is told", lines >= 5, `${lines} lines`);
  check(`memory stays below ${MOST_RSS_MB} MB`, cut.peakMb < MOST_RSS_MB, `${cut.peakMb} MB`);
  check("no more than the file and a part is sent", proxy.sentBytes < SIZE + 30_000_000, `${proxy.sentBytes} bytes`);
  console.log(`     ${/uploaded .* in .*/.exec(cut.stderr)?.[0]}`);

  proxy.sentBytes = 0;
  const again = await allocate("one", "again");
  check(
    "it is not sent again when it is there",
    again.code === 0 && proxy.sentBytes < 1_000_000,
    `${proxy.sentBytes} bytes`,
  );

  const stopped = await allocate("two", "stop", (line, child) => {
    if (/\((3|4|5)\d %\)/.test(line)) child.kill("SIGINT");
  });
  check("Ctrl-C ends an upload", stopped.code === 130, `exit code ${stopped.code}`);
  proxy.sentBytes = 0;
  const resumed = await allocate("two", "stop");
  const there = /of which .* are there from an earlier run/.exec(resumed.stderr)?.[0];
  check("the next run goes on with it", resumed.code === 0 && there !== undefined, there ?? resumed.stderr);
  check("and sends only the rest", proxy.sentBytes < 0.8 * SIZE, `${proxy.sentBytes} bytes`);
  check(`memory stays below ${MOST_RSS_MB} MB again`, resumed.peakMb < MOST_RSS_MB, `${resumed.peakMb} MB`);
  proxy.close();
} finally {
  await run(["sandbox", "stop"]);
  await rm(home, { recursive: true, force: true });
}
process.exit(failures.length === 0 ? 0 : 1);

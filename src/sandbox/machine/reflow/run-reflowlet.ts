import { errorText } from "../../../errors.js";
import { formatGoDuration } from "../../../lib/go-duration.js";
import type { Generation, Resources } from "../../../pool/resources.js";
import { parseGoFlags, type FlagSet } from "../go/flags.js";
import type { MachineWorld } from "../system/machine-world.js";
import { untilAborted, type Process } from "../system/process.js";
import { foreignAuthority, hangingHandler, withSilence } from "./faulty-server.js";
import { LeasePool } from "./lease-pool.js";
import { listenMutualTls } from "./mutual-listener.js";
import { REFLOWLET_KEYS, ReflowConfig, ReflowConfigError } from "./reflow-config.js";
import { reflowletHandler } from "./reflowlet-api.js";

/** What a reflowlet's binary decides. */
export interface ReflowletBuild {
  readonly generation: Generation;
  /** The version that it was built with; that of its configuration when left out. */
  readonly version: string | undefined;
}

/** The part of the machine's memory that a reflowlet offers. */
const MEMORY_SHARE = 0.95;
const CHECK_IDLE_MS = 60_000;
/** A reflowlet of 2023 leaves its log so much time to be shipped before it ends. */
const FLUSH_LOG_MS = 6_000;
const DATA_DIRECTORY = "/mnt/data";

const GLOBAL_FLAGS: FlagSet = {
  config: "value",
  cpuprofile: "value",
  http: "value",
  log: "value",
  project: "value",
  session: "value",
  tls: "value",
};
const SERVE_FLAGS: FlagSet = {
  addr: "value",
  prefix: "value",
  insecure: "bool",
  dir: "value",
  ec2cluster: "bool",
  httpdebug: "bool",
};

/** Runs a reflowlet to its idle end, which is status 0; anything that it cannot start with is fatal to it. */
export async function runReflowlet(build: ReflowletBuild, process: Process): Promise<number> {
  const flags = parseGoFlags(process.argv.slice(1), GLOBAL_FLAGS);
  if (flags.kind === "help") return 0;
  if (flags.kind === "error") return fatal(process, flags.message, 2);
  const [command, ...rest] = flags.rest;
  if (command !== "serve") return fatal(process, `unknown command ${command ?? "(none)"}`, 2);
  const serveFlags = parseGoFlags(rest, SERVE_FLAGS);
  if (serveFlags.kind === "help") return 0;
  if (serveFlags.kind === "error") return fatal(process, serveFlags.message, 2);
  if (serveFlags.rest.length > 0)
    return fatal(process, `usage: serve [-ec2cluster], not ${serveFlags.rest.join(" ")}`, 2);
  if ((serveFlags.values.get("addr") ?? ":9000") !== ":9000" || serveFlags.values.get("insecure") === "true") {
    return fatal(process, "the sandbox serves TLS on :9000 only, not what -addr or -insecure ask for");
  }
  try {
    return await serve(build, process, flags.values, serveFlags.values.get("ec2cluster") === "true");
  } catch (error) {
    if (error instanceof ReflowConfigError) return fatal(process, error.message);
    throw error;
  }
}

async function serve(
  build: ReflowletBuild,
  process: Process,
  flags: ReadonlyMap<string, string>,
  ec2Cluster: boolean,
): Promise<number> {
  const { world, signal } = process;
  const { clock, timings, listen: address, faults = {} } = world.host;
  const path = flags.get("config") ?? "/root/.reflow/config.yaml";
  const text = world.files.readText(path);
  if (text === undefined) throw new ReflowConfigError(`open ${path}: no such file or directory`);
  const overrides = new Map(["session", "tls"].map((key) => [key, flags.get(key) ?? ""]));
  const config = ReflowConfig.parse(text, path, REFLOWLET_KEYS, overrides);
  const authority = config.authority((file) => world.files.readText(file));
  const idleMs = config.idleMs();
  const version = faults.version ?? build.version ?? config.argument("reflow", "version") ?? "broken";
  await clock.sleep(timings.reflowletStartMs, signal);
  if (faults.reflowlet === "crashes") throw new ReflowConfigError("panic: runtime error: invalid memory address");
  if (ec2Cluster && faults.neverTags !== true) await tagVersion(world, config, version);
  const pool = new LeasePool({
    clock,
    generation: build.generation,
    total: machineResources(world),
    randomBytes: (length) => world.host.randomBytes(length),
  });
  const configText = config.publicText(build.generation, version);
  const handler = reflowletHandler({ generation: build.generation, pool, configText });
  const log = (message: string): void => process.stderr(`${message}\n`);
  const keyPair = await world.keyPair();
  const shown = faults.reflowlet === "wrong-authority" ? await foreignAuthority(keyPair, clock.nowMs()) : authority;
  const listening = { authority: shown, keyPair, clock, address, log };
  const serving =
    faults.reflowlet === "hangs" ? hangingHandler(signal) : withSilence(handler, faults.silence, { clock, signal });
  const listener = await listenMutualTls(listening, serving).catch((error: unknown) => {
    throw new ReflowConfigError(`listen :9000: ${errorText(error)}`);
  });
  try {
    signal.throwIfAborted();
    process.stderr(`reflowlet (${world.host.hardware.instanceType}) started (version ${version})\n`);
    // The older one ends only on EC2.
    if (!ec2Cluster && build.generation === 2020) await untilAborted(signal);
    await clock.sleep(idleMs, signal);
    while (!pool.stopIfIdle(idleMs)) await clock.sleep(CHECK_IDLE_MS, signal);
    process.stderr(`reflowlet idle for ${formatGoDuration(idleMs)}; shutting down\n`);
    if (build.generation === 2023) await clock.sleep(FLUSH_LOG_MS, signal);
  } finally {
    await listener.close();
  }
  return 0;
}

/** Sets `reflowlet:version` on the machine's own instance. */
async function tagVersion(world: MachineWorld, config: ReflowConfig, version: string): Promise<void> {
  if (config.session(world.host.instanceProfile).kind === "none") {
    throw new ReflowConfigError("set tags: NoCredentialProviders: no valid providers in chain");
  }
  try {
    await world.host.createTags({ "reflowlet:version": version });
  } catch (error) {
    throw new ReflowConfigError(`set tags: ${errorText(error)}`);
  }
}

/** @throws ReflowConfigError when the data volume is not where the reflowlet keeps its data. */
function machineResources(world: MachineWorld): Resources {
  const { hardware } = world.host;
  const mount = world.devices.mounts.get(DATA_DIRECTORY);
  const problem = mount === undefined ? "is not mounted" : `is ${mount.device.path}, not a logical volume`;
  if (mount === undefined || !mount.device.path.startsWith("/dev/mapper/")) {
    throw new ReflowConfigError(`create volume for path ${DATA_DIRECTORY}/reflow: ${DATA_DIRECTORY} ${problem}`);
  }
  world.files.makeDirectory(`${DATA_DIRECTORY}/reflow/allocs`);
  return {
    cpu: hardware.cpus,
    disk: world.devices.usableBytes(mount.device),
    mem: Math.floor(hardware.memoryBytes * MEMORY_SHARE),
    ...Object.fromEntries(hardware.features.map((feature) => [feature, hardware.cpus])),
  };
}

function fatal(process: Process, message: string, status = 1): number {
  process.stderr(`${message}\n`);
  return status;
}

import { errorText } from "../../../errors.js";
import { formatGoDuration, parseGoDuration } from "../../../lib/go-duration.js";
import type { Generation } from "../../../pool/resources.js";
import { parseGoFlags, type FlagSet } from "../go/flags.js";
import { readProgramFile } from "../programs/program-file.js";
import { untilAborted, type Process } from "../system/process.js";
import { bootstrapHandler, ImageError, type Image } from "./bootstrap-api.js";
import { foreignAuthority, hangingHandler } from "./faulty-server.js";
import { listenMutualTls } from "./mutual-listener.js";
import { BOOTSTRAP_KEYS, ReflowConfig, ReflowConfigError, type Session } from "./reflow-config.js";

/** How a bootstrap's process ended. */
export type BootstrapEnd =
  | { readonly kind: "exit"; readonly status: number }
  /** It became the program that was installed. */
  | { readonly kind: "exec"; readonly argv: readonly string[] };

/** What a bootstrap waits for a program when nothing says otherwise; in 2020 nothing can. */
const DEFAULT_EXPIRY_MS = 10 * 60_000;

/** The port that the rest of the world expects; the machine's host says what stands for it. */
const DEFAULT_ADDRESS = ":9000";

const FLAGS: Readonly<Record<Generation, FlagSet>> = {
  2020: { config: "value", addr: "value", insecure: "bool" },
  2023: {
    config: "value",
    addr: "value",
    insecure: "bool",
    expiry: "value",
    awscreds: "value",
    logger: "value",
    session: "value",
    sshkey: "value",
    tls: "value",
  },
};

/**
 * Runs a bootstrap of a generation: reads its arguments and its configuration, answers with mutual TLS, and becomes
 * the program that it is told to install, or gives up when none comes.
 */
export async function runBootstrap(generation: Generation, process: Process): Promise<BootstrapEnd> {
  const fatal = (message: string, status = 1): BootstrapEnd => {
    process.stderr(`${message}\n`);
    return { kind: "exit", status };
  };
  const flags = parseGoFlags(process.argv.slice(1), FLAGS[generation]);
  const usage = `Usage of ${process.argv[0] ?? ""}:`;
  if (flags.kind === "help") return fatal(usage, 0);
  if (flags.kind === "error") return fatal(`${flags.message}\n${usage}`, 2);
  const expiryText = flags.values.get("expiry");
  const expiryMs = expiryText === undefined ? DEFAULT_EXPIRY_MS : parseGoDuration(expiryText);
  if (expiryMs === undefined) {
    return fatal(`invalid value ${JSON.stringify(expiryText)} for flag -expiry: parse error\n${usage}`, 2);
  }
  const address = flags.values.get("addr") ?? DEFAULT_ADDRESS;
  if (address !== DEFAULT_ADDRESS || flags.values.get("insecure") === "true") {
    return fatal(`the sandbox serves TLS on ${DEFAULT_ADDRESS} only, not what -addr or -insecure ask for`);
  }
  try {
    return await serve(generation, process, flags.values, expiryMs);
  } catch (error) {
    if (error instanceof ReflowConfigError) return fatal(error.message);
    throw error;
  }
}

async function serve(
  generation: Generation,
  process: Process,
  flags: ReadonlyMap<string, string>,
  expiryMs: number,
): Promise<BootstrapEnd> {
  const { world, signal } = process;
  const { clock, listen: address, timings, faults = {} } = world.host;
  const path = flags.get("config") ?? "/root/.reflow/config.yaml";
  const text = world.files.readText(path);
  if (text === undefined) throw new ReflowConfigError(`open ${path}: no such file or directory`);
  const overrides = new Map(
    ["awscreds", "logger", "session", "sshkey", "tls"].map((key) => [key, flags.get(key) ?? ""]),
  );
  const config = ReflowConfig.parse(text, path, BOOTSTRAP_KEYS, overrides);
  const authority = config.authority((file) => world.files.readText(file));
  const session = config.session(world.host.instanceProfile);
  if (faults.bootstrap === "crashes") throw new ReflowConfigError("panic: runtime error: invalid memory address");
  const hangs = faults.bootstrap === "hangs";
  const over = new AbortController();
  let replacedBy: readonly string[] | undefined;
  const handler = bootstrapHandler({
    generation,
    requestId: () => world.host.randomBytes(26).toString("hex"),
    fetch: (bucket, key) => fetchObject(process, session, bucket, key),
    install: async (program, image) => {
      if (faults.installFails !== undefined) throw new ImageError(faults.installFails);
      const argv = writeProgram(process, program, image);
      await clock.sleep(timings.installMs, AbortSignal.any([signal, over.signal]));
      replacedBy = argv;
      over.abort();
      throw new DOMException("the process was replaced", "AbortError");
    },
  });
  const log = (message: string): void => process.stderr(`${message}\n`);
  const keyPair = await world.keyPair();
  const shown = faults.bootstrap === "wrong-authority" ? await foreignAuthority(keyPair, clock.nowMs()) : authority;
  const listening = { authority: shown, keyPair, clock, address, log };
  const listener = await listenMutualTls(listening, hangs ? hangingHandler(signal) : handler).catch(
    (error: unknown) => {
      throw new ReflowConfigError(`listen ${DEFAULT_ADDRESS}: ${errorText(error)}`);
    },
  );
  try {
    signal.throwIfAborted();
    process.stderr(`bootstrap server running, waiting (${formatGoDuration(expiryMs)}) for image...\n`);
    if (hangs) await untilAborted(signal);
    await clock.sleep(expiryMs, AbortSignal.any([signal, over.signal]));
  } catch (error) {
    if (signal.aborted || !over.signal.aborted) throw error;
  } finally {
    over.abort();
    await listener.close();
  }
  if (replacedBy !== undefined) return { kind: "exec", argv: replacedBy };
  const expiry = formatGoDuration(expiryMs);
  process.stderr(`no bootstrap image installed after ${expiry} (> expiry ${expiry}); shutting down\n`);
  return { kind: "exit", status: 1 };
}

/** @throws ImageError */
async function fetchObject(
  process: Process,
  session: Session,
  bucket: string,
  key: string,
): Promise<Buffer | undefined> {
  const where = `s3blob.Get ${bucket} ${key}`;
  if (session.kind === "none") {
    throw new ImageError(`${where}: NoCredentialProviders: no valid providers in chain (no profile, nothing sealed)`);
  }
  try {
    return await process.world.host.objects.get(bucket, key);
  } catch (error) {
    throw new ImageError(`${where}: ${errorText(error)}`);
  }
}

/**
 * Writes the program to a new file in /tmp, as Go's TempFile names it; gives its command line.
 * @throws ImageError
 */
function writeProgram(process: Process, program: Buffer, image: Image): readonly string[] {
  if (image.name.includes("/")) throw new ImageError(`createtemp ${image.name}: pattern contains path separator`);
  const { files, host } = process.world;
  const file = `/tmp/${image.name}${host.randomBytes(4).readUInt32BE(0)}`;
  try {
    files.write(file, program, 0o755);
  } catch (error) {
    // A dropped connection would mean success to the caller, so every failure gets its reply.
    throw new ImageError(`open ${errorText(error)}`);
  }
  const argv = [file, ...image.args];
  const kind = readProgramFile(program)?.kind;
  if (kind === undefined) throw new ImageError(`InstallImage ${argv.join(" ")}: exec format error`);
  if (kind === "bad-interpreter") throw new ImageError(`InstallImage ${argv.join(" ")}: no such file or directory`);
  return argv;
}

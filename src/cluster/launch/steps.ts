import { ConfigError, InstanceError, TrustError, errorText } from "../../errors.js";
import { BootstrapClient } from "../../pool/bootstrap-client.js";
import { ReflowletClient, type Offer } from "../../pool/reflowlet-client.js";
import { RemoteError } from "../../pool/remote-error.js";
import { TransportError, type PoolAddress } from "../../pool/transport.js";
import type { ClusterContext } from "../context.js";
import type { LaunchPhase } from "../events.js";
import { addressOf } from "../membership.js";
import { EC2_PACE, MACHINE_PACE, pollUntil } from "../poll.js";
import type { Instance } from "../ports.js";
import { VERSION_TAG } from "../tags.js";

/** What is known of an instance on its way up. */
export interface Booting {
  readonly instance: Instance;
  /** Known from `running` on. */
  readonly address: PoolAddress | undefined;
  /** Known from `tagged` on. */
  readonly offers: readonly Offer[];
}

/** One step of a boot: what is waited for, for how long at most, and how it is found out. */
export interface BootStep {
  readonly phase: Exclude<LaunchPhase, "launch" | "offer">;
  readonly limitMs: number;
  readonly run: (boot: Boot, booting: Booting, signal: AbortSignal) => Promise<Booting>;
}

/** What a step works with. */
export interface Boot {
  readonly context: ClusterContext;
  readonly phase: LaunchPhase;
  /** Notes why the step is not done yet; the last note explains a time-out. */
  readonly note: (problem: string) => void;
}

const MINUTE_MS = 60_000;

/**
 * The way from an accepted launch to a usable reflowlet. The limits are generous multiples of what is measured
 * (running 5 to 20 s, an agent answering 30 to 90 s after the launch): past them waiting longer does not help.
 */
export const BOOT_STEPS: readonly BootStep[] = [
  { phase: "running", limitMs: 5 * MINUTE_MS, run: waitRunning },
  { phase: "bootstrap", limitMs: 6 * MINUTE_MS, run: waitBootstrap },
  { phase: "install", limitMs: 5 * MINUTE_MS, run: install },
  { phase: "reflowlet", limitMs: 3 * MINUTE_MS, run: waitReflowlet },
  { phase: "tagged", limitMs: MINUTE_MS, run: waitTagged },
];

/** A machine that does not answer is looked up in EC2 this often: it may have been ended meanwhile. */
const ALIVE_CHECK_MS = 5_000;
/** Limit of one question to a machine, as Reflow's. */
const ASK_MS = 10_000;
/** Limit of the install call, as Reflow's. */
const INSTALL_ASK_MS = 60_000;
/** A machine's clock may be set only after it answers first; until then dates seem wrong on either side. */
const CLOCK_SETTLES_MS = 20_000;
const INSTALL_TRIES = 3;

async function waitRunning(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const { context } = boot;
  return pollUntil(context.clock, EC2_PACE, signal, async () => {
    const instance = await look(context, booting.instance.id, signal);
    if (instance === undefined) return note(boot, "EC2 does not know it yet");
    failIfEnded(instance);
    if (instance.state === "pending") return note(boot, "it is pending");
    const address = addressOf(instance, context.settings.address);
    if (address === undefined) return note(boot, "it has no address yet");
    return { ...booting, instance, address };
  });
}

async function waitBootstrap(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const client = new BootstrapClient(boot.context.transport, addressKnown(booting));
  await askUntilAnswered(boot, booting, signal, () => client.status({ signal, timeoutMs: ASK_MS }));
  return booting;
}

async function install(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const { clock, settings, transport } = boot.context;
  const client = new BootstrapClient(transport, addressKnown(booting));
  const image = {
    path: settings.launch.reflowletImage,
    name: "reflowlet",
    args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
  };
  await pollUntil(clock, EC2_PACE, signal, async (attempt) => {
    try {
      await client.execimage(image, { signal, timeoutMs: INSTALL_ASK_MS });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (attempt >= INSTALL_TRIES || isHopeless(error)) throw installFailed(booting, error);
      return note(boot, errorText(error));
    }
  });
  return booting;
}

/** An object that is missing or no program stays so; everything else may be S3's mood, or the network's. */
function isHopeless(error: unknown): boolean {
  if (!(error instanceof RemoteError)) return !(error instanceof TransportError);
  return /NoSuchKey|NoSuchBucket|AccessDenied|exec format error|no implementation for scheme/.test(error.message);
}

function installFailed(booting: Booting, error: unknown): Error {
  if (error instanceof TrustError) return error;
  return new InstanceError(`${title(booting)} could not install the reflowlet: ${errorText(error)}`, {
    hint: "check `reflow-ec2: image` in the configuration: the object must exist, be a Linux program, and be readable by the instance's profile or credentials",
    cause: error,
  });
}

async function waitReflowlet(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const client = new ReflowletClient(boot.context.transport, addressKnown(booting));
  await askUntilAnswered(boot, booting, signal, () => client.config({ signal, timeoutMs: ASK_MS }));
  return booting;
}

/** The reflowlet tags its instance before it listens, so both questions are normally answered at the first try. */
async function waitTagged(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const { context } = boot;
  const client = new ReflowletClient(context.transport, addressKnown(booting));
  const askOffers = client.offers({ signal, timeoutMs: ASK_MS });
  askOffers.catch(() => undefined);
  const instance = await pollUntil(context.clock, EC2_PACE, signal, async () => {
    const seen = await look(context, booting.instance.id, signal);
    if (seen !== undefined) failIfEnded(seen);
    return seen?.tags[VERSION_TAG] === undefined ? note(boot, `it has no tag ${VERSION_TAG} yet`) : seen;
  });
  const version = instance.tags[VERSION_TAG];
  if (version !== context.settings.version) {
    throw new ConfigError(
      `the reflowlet of ${title(booting)} is of version ${version ?? ""}, the configuration names ${context.settings.version}`,
      [],
      {
        hint: `set \`reflow: reflowversion,version=${version ?? ""}\`, or let \`reflow-ec2: image\` name a reflowlet of version ${context.settings.version}: members of another version are never used`,
      },
    );
  }
  return { ...booting, instance, offers: await askOffers };
}

/** Asks a machine until it answers; what cannot change by waiting ends it at once. */
async function askUntilAnswered(
  boot: Boot,
  booting: Booting,
  signal: AbortSignal,
  ask: () => Promise<unknown>,
): Promise<void> {
  const { context } = boot;
  const startMs = context.clock.monotonicMs();
  let checkedMs = startMs;
  await pollUntil(context.clock, MACHINE_PACE, signal, async () => {
    try {
      await ask();
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TrustError && isFinal(error, context.clock.monotonicMs() - startMs)) throw error;
      note(boot, errorText(error));
    }
    if (context.clock.monotonicMs() - checkedMs >= ALIVE_CHECK_MS) {
      checkedMs = context.clock.monotonicMs();
      const instance = await look(context, booting.instance.id, signal);
      if (instance !== undefined) failIfEnded(instance);
    }
    return undefined;
  });
}

function isFinal(error: TrustError, sinceMs: number): boolean {
  const mayBeClock =
    error.problem === "not-yet-valid" || error.problem === "expired" || error.problem === "refused-ours";
  return !mayBeClock || sinceMs >= CLOCK_SETTLES_MS;
}

async function look(context: ClusterContext, id: string, signal: AbortSignal): Promise<Instance | undefined> {
  const [instance] = await context.ec2.describeInstances({ ids: [id] }, signal);
  return instance;
}

function failIfEnded(instance: Instance): void {
  if (instance.state === "pending" || instance.state === "running") return;
  const why = instance.stateReason ? `: ${instance.stateReason}` : "";
  throw new InstanceError(`${instance.id} (${instance.type}) is ${instance.state} before it became usable${why}`, {
    hint: "see the end of its console below, or try again: another type or zone may do",
  });
}

function note(boot: Boot, problem: string): undefined {
  boot.note(problem);
  return undefined;
}

function addressKnown(booting: Booting): PoolAddress {
  if (booting.address === undefined) throw new InstanceError(`${title(booting)} has no address`);
  return booting.address;
}

/** `i-… (c6a.large)`. */
export function title({ instance }: Pick<Booting, "instance">): string {
  return `${instance.id} (${instance.type})`;
}

import { ConfigError, InstanceError, TrustError, errorText } from "../../errors.js";
import { BootstrapClient, isReflowlet } from "../../pool/bootstrap-client.js";
import { ReflowletClient } from "../../pool/reflowlet-client.js";
import { RemoteError } from "../../pool/remote-error.js";
import { TransportError } from "../../pool/transport.js";
import type { LaunchPhase } from "../events.js";
import { addressOf } from "../membership.js";
import { EC2_PACE, pollUntil } from "../poll.js";
import { VERSION_TAG } from "../tags.js";
import { addressKnown, notYet, title, type Boot, type Booting } from "./booting.js";
import { askMachine, watchInstance } from "./watch.js";

/** One step of a boot: what is waited for, for how long at most, and how it is found out. */
export interface BootStep {
  readonly phase: Exclude<LaunchPhase, "upload" | "prepare" | "launch" | "offer">;
  readonly limitMs: number;
  /** What to do when the limit has passed. */
  readonly hint: string;
  readonly run: (boot: Boot, booting: Booting, signal: AbortSignal) => Promise<Booting>;
}

const MINUTE_MS = 60_000;
const IMAGE_HINT =
  "check `reflow-ec2: image` in the configuration: the object must exist, be a Linux program, and be readable by the instance's profile or credentials";

/**
 * The way from an accepted launch to a usable reflowlet. The limits are generous multiples of what is measured
 * (running 5 to 20 s, an agent answering 30 to 90 s after the launch): past them waiting longer does not help.
 */
export const BOOT_STEPS: readonly BootStep[] = [
  {
    phase: "running",
    limitMs: 5 * MINUTE_MS,
    hint: "try again: another type or zone may do; an instance without the wanted address needs another subnet, or another `reflow-ec2: address`",
    run: waitRunning,
  },
  {
    phase: "bootstrap",
    limitMs: 6 * MINUTE_MS,
    hint: "check that the security group admits port 9000 from here, that instances can fetch the bootstrap's URL, and that the image applies a cloud-config",
    run: waitBootstrap,
  },
  { phase: "install", limitMs: 5 * MINUTE_MS, hint: IMAGE_HINT, run: install },
  {
    phase: "reflowlet",
    limitMs: 3 * MINUTE_MS,
    hint: "it was installed and did not start: check that `reflow-ec2: image` is a reflowlet of the configuration's generation",
    run: waitReflowlet,
  },
  {
    phase: "tagged",
    limitMs: MINUTE_MS,
    hint: "the instance's profile or credentials must allow ec2:CreateTags",
    run: waitTagged,
  },
];

/** Limit of one question to a machine, as Reflow's. */
const ASK_MS = 10_000;
/** Limit of the install call, as Reflow's. */
const INSTALL_ASK_MS = 60_000;
const INSTALL_TRIES = 3;

function waitRunning(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  return watchInstance(boot, booting, EC2_PACE.firstMs, signal, (instance) => {
    if (instance === undefined) return notYet(boot, "EC2 does not know it yet");
    if (instance.state === "pending") return notYet(boot, "it is pending");
    boot.mark("running");
    const address = addressOf(instance, boot.core.settings.address);
    if (address === undefined) return notYet(boot, "it has no address yet");
    boot.mark("address");
    return { ...booting, instance, address };
  });
}

async function waitBootstrap(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const asked = await askMachine(boot, booting, signal, (address) =>
    new BootstrapClient(boot.core.transport, address).status({ signal, timeoutMs: ASK_MS }),
  );
  boot.mark("bootstrap");
  return asked.booting;
}

async function install(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const { clock, settings, transport, upload } = boot.core;
  const client = new BootstrapClient(transport, addressKnown(booting));
  const image = {
    // One of the two is there: it was seen to before the launch.
    path: settings.launch.reflowletImage ?? upload?.url ?? "",
    name: "reflowlet",
    args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
  };
  await pollUntil(clock, EC2_PACE, signal, async (attempt) => {
    try {
      await client.execimage(image, { signal, timeoutMs: INSTALL_ASK_MS });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      // An earlier attempt worked, though its outcome was lost.
      if (isReflowlet(error)) return true;
      if (attempt >= INSTALL_TRIES || isHopeless(error)) throw installFailed(booting, error);
      return notYet(boot, errorText(error));
    }
  });
  boot.mark("installed");
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
    hint: IMAGE_HINT,
    cause: error,
  });
}

async function waitReflowlet(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const asked = await askMachine(boot, booting, signal, (address) =>
    new ReflowletClient(boot.core.transport, address).config({ signal, timeoutMs: ASK_MS }),
  );
  boot.mark("reflowlet");
  return asked.booting;
}

/** The reflowlet tags its instance before it listens, so both questions are normally answered at the first try. */
async function waitTagged(boot: Boot, booting: Booting, signal: AbortSignal): Promise<Booting> {
  const { settings, transport } = boot.core;
  const client = new ReflowletClient(transport, addressKnown(booting));
  const firstAnswer = client.offers({ signal, timeoutMs: ASK_MS }).catch(() => undefined);
  const instance = await watchInstance(boot, booting, 0, signal, (seen) =>
    seen?.tags[VERSION_TAG] === undefined ? notYet(boot, `it has no tag ${VERSION_TAG} yet`) : seen,
  );
  boot.mark("tagged");
  const version = instance.tags[VERSION_TAG];
  if (version !== settings.version) {
    throw new ConfigError(
      `the reflowlet of ${title(booting)} is of version ${version ?? ""}, the configuration names ${settings.version}`,
      [],
      {
        hint: `set \`reflow: reflowversion,version=${version ?? ""}\`, or let \`reflow-ec2: image\` name a reflowlet of version ${settings.version}: members of another version are never used`,
      },
    );
  }
  const { answer: offers } = await askMachine(
    boot,
    booting,
    signal,
    async () => (await firstAnswer) ?? client.offers({ signal, timeoutMs: ASK_MS }),
  );
  boot.mark("offer");
  return { ...booting, instance, offers };
}

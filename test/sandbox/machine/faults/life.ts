import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUserData } from "../../../../src/cloudconfig/user-data.js";
import type { PoolTransport } from "../../../../src/pool/transport.js";
import { createBootMachine } from "../../../../src/sandbox/machine/boot-machine.js";
import type { MachineHost } from "../../../../src/sandbox/machine/host.js";
import { createMutualTlsTransport } from "../../../../src/tls/transport.js";
import { FakeClock } from "../../../support/fake-clock.js";
import { authority, goodClient, NOW_MS, rsaKeyPair } from "../../../tls/material.js";
import { freePort } from "../free-port.js";
import type { Subject } from "./machines.js";

/** A machine's life, from its boot to its end. */
export interface Life {
  readonly console: readonly string[];
  /** Offers of its reflowlet; empty when there was none to ask. */
  readonly offers: string;
  /** Tags that it set on its instance. */
  readonly tags: Readonly<Record<string, string>>;
  /** Why it switched itself off; a machine that stays on has none. */
  readonly ends: readonly string[];
}

const bootMachine = createBootMachine({ keyPair: rsaKeyPair });
const port = await freePort();

const INSTALL = JSON.stringify({
  path: "s3://reflow-cache/objects/reflowlet",
  name: "reflowlet",
  args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
});

/** Long enough for every deadline, expiry and idle time of a machine. */
const LIFE_MS = 3_600_000;

/** A jump of the clock that nothing real may be under way for; shorter ones are rounds of waiting. */
const LONG_JUMP_MS = 1_500;

/** Turns in which a program that is about to listen does so, or gave up without a word. */
const LISTENING_TURNS = 20_000;

/** Turns of the event loop in which a closed server's sockets go. */
const CLOSING_TURNS = 12;

/** What a program says when it listens, or why it does not. */
const LISTENS_OR_ENDED = /bootstrap server running|reflowlet .* started|Main process exited/;

/**
 * Boots a machine and does the driver's part: installs a reflowlet when the bootstrap answers, asks it for its offers,
 * leaves it idle. Time jumps from one event to the next, except while a server comes up, which takes real time.
 */
export async function live(subject: Subject, text: string, host: Partial<MachineHost> = {}): Promise<Life> {
  const directory = mkdtempSync(join(tmpdir(), "reflow-ec2-life-"));
  const life = new LivingMachine(directory);
  try {
    return await life.run({ ...subject.host, ...host, userData: encodeUserData(text) });
  } finally {
    await life.end();
    rmSync(directory, { recursive: true, force: true });
  }
}

class LivingMachine {
  private readonly console: string[] = [];
  private readonly ends: string[] = [];
  private readonly tags: Record<string, string> = {};
  private readonly clock = new FakeClock(NOW_MS);
  private driver: PoolTransport | undefined;
  /** Lines on the console when a program began to listen; undefined when none is about to. */
  private listeningSince: number | undefined;
  private turnsSince = 0;
  private offers = "";
  private installing: Promise<void> | undefined;
  private asking: Promise<void> | undefined;
  private machine: ReturnType<typeof bootMachine> | undefined;

  constructor(private readonly directory: string) {}

  async run(host: Subject["host"] & Partial<MachineHost> & Pick<MachineHost, "userData">): Promise<Life> {
    this.machine = bootMachine(this.hostOf(host));
    while (this.ends.length === 0 && (await this.step()));
    return { console: this.console, tags: this.tags, offers: this.offers, ends: this.ends };
  }

  async end(): Promise<void> {
    this.driver?.close();
    await this.machine?.destroy();
  }

  /** Lets happen what can; false when the machine's time is up. */
  private async step(): Promise<boolean> {
    await turn();
    if (this.isBusy()) return true;
    if (this.says("bootstrap server running") && this.installing === undefined) {
      this.installing = this.ask("POST", "/v1/execimage", INSTALL).then(() => undefined);
      return this.over(this.installing);
    }
    if (this.says(" started (version ") && this.asking === undefined) {
      this.asking = this.ask("GET", "/v1/offers").then((body) => void (this.offers = body));
      return this.over(this.asking);
    }
    const jumpMs = this.clock.untilNextMs;
    if (jumpMs === undefined || this.clock.monotonicMs() + jumpMs > LIFE_MS) return false;
    if (jumpMs > LONG_JUMP_MS) {
      for (let count = 0; count < CLOSING_TURNS; count += 1) await turn();
      if (this.isBusy() || this.ends.length > 0 || this.clock.untilNextMs !== jumpMs) return true;
    }
    await this.clock.advance(jumpMs);
    return true;
  }

  private isBusy(): boolean {
    if (this.listeningSince === undefined) return false;
    this.turnsSince += 1;
    const told = this.console.slice(this.listeningSince).some((line) => LISTENS_OR_ENDED.test(line));
    if (told || this.turnsSince > LISTENING_TURNS) this.listeningSince = undefined;
    return this.listeningSince !== undefined;
  }

  private says(text: string): boolean {
    return this.console.some((line) => line.includes(text));
  }

  private async over(request: Promise<void>): Promise<true> {
    await request;
    return true;
  }

  /** The answer's text; empty when there is none, as when a bootstrap becomes a reflowlet. */
  private async ask(method: "GET" | "POST", path: string, body?: string): Promise<string> {
    const request = {
      host: "127.0.0.1",
      port,
      method,
      path,
      timeoutMs: LIFE_MS,
      ...(body === undefined ? {} : { body }),
    };
    this.driver ??= createMutualTlsTransport({ authority, clientCertificate: goodClient, clock: this.clock });
    return this.driver.request(request).then(
      (response) => response.body.trim(),
      () => "",
    );
  }

  private hostOf(host: Subject["host"] & Partial<MachineHost> & Pick<MachineHost, "userData">): MachineHost {
    const noteListening = (): void => {
      this.listeningSince = this.console.length;
      this.turnsSince = 0;
    };
    let random = 0;
    return {
      instanceId: "i-0123456789abcdef0",
      region: "us-west-2",
      zone: "us-west-2a",
      market: "on-demand",
      publicDnsName: "ec2-203-0-113-9.us-west-2.compute.amazonaws.com",
      directory: this.directory,
      // Read by a program that is about to listen.
      get listen() {
        noteListening();
        return { host: "127.0.0.1", port };
      },
      clock: this.clock,
      randomBytes: (length) => Buffer.alloc(length, (random += 1)),
      // Making a file system takes its time, so that nothing may mount it at once; the driver's part takes none.
      timings: { osBootMs: 0, formatMs: 5_000, downloadMs: 0, installMs: 0, reflowletStartMs: 0, powerOffMs: 0 },
      objects: {
        get: async (bucket, key) =>
          `${bucket}/${key}` === "reflow-cache/objects/reflowlet"
            ? Buffer.from("#!reflow-ec2-sandbox reflowlet\n")
            : undefined,
      },
      createTags: async (tags) => void Object.assign(this.tags, tags),
      console: (line) => this.console.push(line),
      poweredOff: (reason) => this.ends.push(reason),
      ...host,
    };
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

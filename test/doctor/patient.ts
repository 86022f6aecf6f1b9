import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { systemClock } from "../../src/lib/clock.js";
import { readyMadeConfig } from "../../src/sandbox/ready-made-config.js";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import type { DoctorJson } from "../../src/terminal/json/doctor.js";
import { createAuthority } from "../../src/tls/create-authority.js";
import { FakeClock } from "../support/fake-clock.js";
import { FAKE_SANDBOX, FakeWorld, runIn, type Outcome } from "../support/fake-world.js";
import { rsaKeyPair } from "../tls/material.js";
import { eventually, openTestSandbox, REGION, smallest, type TestSandbox } from "../sandbox/support.js";

/** When everything is well: soon after the catalogue's prices were taken. */
const HEALTHY_MS = Date.UTC(2026, 3, 1, 12);

/** Surroundings without any credentials. */
const QUIET = {
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/nowhere/config",
  AWS_SHARED_CREDENTIALS_FILE: "/nowhere/credentials",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** A clock that goes, from a day of its own. */
class GoingClock extends FakeClock {
  aheadMs = 0;
  private readonly shiftMs = HEALTHY_MS - systemClock.nowMs();

  override nowMs(): number {
    return systemClock.nowMs() + this.shiftMs + this.aheadMs;
  }

  override monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}

const { sandbox: NO_SANDBOX } = new FakeWorld([]);

/** The endpoint tells the time of its own clock only where that is set to be off. */
const ITS_OWN_DATE = { endpointOffset: "1ms" };

/** A user with a sandbox that runs. */
class PatientWorld extends FakeWorld {
  override readonly clock: FakeClock;
  override readonly sandbox: FakeWorld["sandbox"];

  constructor(argv: readonly string[], env: Readonly<Record<string, string>>, endpoint: string, clock: FakeClock) {
    super(argv, { env });
    this.clock = clock;
    const status = { ...FAKE_SANDBOX, endpoint, stateDirectory: "/nowhere" };
    this.sandbox = { ...NO_SANDBOX, ensure: async () => ({ sandbox: status, started: false }) };
  }
}

/** What is wrong: in the sandbox, in the configuration, or around. */
export interface Illness {
  /** By `sandbox scenario FILE`. */
  readonly scenario?: Scenario;
  /** Changes of the ready-made configuration: each text must be there. */
  readonly edits?: readonly (readonly [from: string | RegExp, to: string])[];
  /** The whole configuration instead; null for no file. */
  readonly config?: string | null;
  /** The whole authority file. */
  readonly authority?: (healthy: string) => string | Promise<string>;
  readonly modes?: { readonly config?: number; readonly authority?: number };
  /** Instead of `--sandbox`; ENDPOINT stands for the sandbox's address, ELSEWHERE for a web server's. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How far the whole world's time is on. */
  readonly laterMs?: number;
  /** Instances that are there: their tags beside those of members. */
  readonly instances?: readonly Readonly<Record<string, string>>[];
}

/** Commands of a user whose sandbox is set to whatever is ill. */
export class Patient {
  private readonly clock: GoingClock;

  private constructor(
    readonly test: TestSandbox,
    private readonly pem: string,
    private readonly elsewhere: Server,
    clock: GoingClock,
  ) {
    this.clock = clock;
  }

  static async open(): Promise<Patient> {
    // The SDK looks for credentials in this process's own surroundings.
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    Object.assign(process.env, QUIET);
    const clock = new GoingClock();
    const test = await openTestSandbox({ clock });
    const elsewhere = createServer((_request, response) => response.writeHead(404).end("<p>Not found</p>"));
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    // Always the same, so that the user-data is.
    return new Patient(test, await createAuthority({ nowMs: HEALTHY_MS, keyPair: rsaKeyPair }), elsewhere, clock);
  }

  /** Runs `doctor`. DIR stands for the folder of the configuration, ENDPOINT for the sandbox's address. */
  async examine(illness: Illness, ...flags: readonly string[]): Promise<Outcome> {
    const directory = mkdtempSync(join(tmpdir(), "reflow-ec2-doctor-"));
    const set = { ...QUIET, ...illness.env };
    Object.assign(process.env, set);
    this.clock.aheadMs = illness.laterMs ?? 0;
    try {
      this.test.sandbox.setScenario({});
      const ids = await this.launch(illness.instances ?? []);
      this.test.sandbox.setScenario({ clock: ITS_OWN_DATE, ...illness.scenario });
      await this.write(directory, illness);
      const where = illness.flags ?? ["--sandbox"];
      const argv = ["doctor", ...where, "--config", join(directory, "config.yaml"), ...flags].map((word) =>
        word.replace("ENDPOINT", this.test.sandbox.endpoint).replace("ELSEWHERE", urlOf(this.elsewhere)),
      );
      const outcome = await runIn(new PatientWorld(argv, set, this.test.sandbox.endpoint, this.clock));
      const plain = (text: string): string =>
        ids
          .reduce((all, id, index) => all.replaceAll(id, `i-${index}`), text)
          .replaceAll(directory, "DIR")
          .replaceAll(this.test.sandbox.endpoint, "ENDPOINT")
          .replaceAll(urlOf(this.elsewhere), "ELSEWHERE")
          .replace(/\b127\.\d+\.\d+\.\d+:/g, "ADDRESS:");
      return { ...outcome, stdout: plain(outcome.stdout), stderr: plain(outcome.stderr) };
    } finally {
      for (const name of Object.keys(set)) delete process.env[name];
      this.test.sandbox.account.instances.clear();
      rmSync(directory, { recursive: true });
    }
  }

  /** Runs `doctor -o json`. */
  async findings(illness: Illness): Promise<{ readonly code: number; readonly json: DoctorJson }> {
    const { code, stdout, stderr } = await this.examine(illness, "-o", "json");
    if (stdout === "") throw new Error(stderr);
    return { code, json: JSON.parse(stdout) as DoctorJson };
  }

  async close(): Promise<void> {
    this.elsewhere.close();
    this.elsewhere.closeAllConnections();
    await this.test.close();
  }

  private async write(directory: string, { config, edits = [], authority, modes = {} }: Illness): Promise<void> {
    const [configPath, authorityPath] = [join(directory, "config.yaml"), join(directory, "reflow.pem")];
    writeFileSync(authorityPath, (await authority?.(this.pem)) ?? this.pem);
    chmodSync(authorityPath, modes.authority ?? 0o600);
    if (config === null) return;
    const healthy = readyMadeConfig({ region: REGION, user: "ada", authorityPath });
    const text = edits.reduce((before, [from, to]) => {
      const after = before.replace(from, to.replaceAll("DIR", directory));
      if (after === before) throw new Error(`the configuration has no ${String(from)}`);
      return after;
    }, config ?? healthy);
    writeFileSync(configPath, text);
    chmodSync(configPath, modes.config ?? 0o600);
  }

  /** Gives the ids of instances that run with the tags of a member and these. */
  private async launch(instances: NonNullable<Illness["instances"]>): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const tags of instances) {
      const all = { Name: "ada (reflow)", cluster: "default", managedby: "reflow", user: "ada", ...tags };
      const Tags = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
      const TagSpecifications = [{ ResourceType: "instance" as const, Tags }];
      const answer = await this.test.ec2.send(new RunInstancesCommand({ ...smallest, TagSpecifications }));
      const id = answer.Instances?.[0]?.InstanceId ?? "";
      await eventually(() => (this.test.sandbox.account.instances.get(id)?.state === "running" ? true : undefined));
      ids.push(id);
    }
    return ids;
  }
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

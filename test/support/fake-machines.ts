import { TrustError } from "../../src/errors.js";
import type { Clock } from "../../src/lib/clock.js";
import type { Resources } from "../../src/pool/resources.js";
import { TransportError, type PoolRequest, type PoolResponse, type PoolTransport } from "../../src/pool/transport.js";
import type { HttpHandler } from "../../src/sandbox/machine/reflow/http-reply.js";
import { LeasePool } from "../../src/sandbox/machine/reflow/lease-pool.js";
import { reflowletHandler } from "../../src/sandbox/machine/reflow/reflowlet-api.js";
import type { FakeEc2 } from "./fake-ec2.js";

/** How the machines of a fake EC2 come up; times in milliseconds. */
export interface FakeMachineBehaviour {
  /** From launch until the bootstrap answers. */
  readonly bootstrapMs: number;
  /** From the install call until the reflowlet answers. */
  readonly installMs: number;
  /** The version that reflowlets tag their instances with. */
  readonly version: string;
  readonly resources: Resources;
  /** What machines of a type offer instead. */
  readonly resourcesOf?: Readonly<Record<string, Resources>>;
  /** How long each answer takes. */
  readonly latencyMs: number;
  /** What goes wrong instead. */
  readonly fault?:
    | "bootstrap-silent"
    | "bootstrap-of-another-authority"
    | "install-refused"
    | "reflowlet-silent"
    | "untagged"
    | undefined;
}

const GIB = 2 ** 30;

/** What a c6a.large of the fakes offers. */
export const LARGE: Resources = { cpu: 2, mem: 3.5 * GIB, disk: 290 * GIB };

interface FakeMachine {
  readonly id: string;
  readonly startMs: number;
  readonly pool: LeasePool;
  readonly handler: HttpHandler;
  installedMs: number | undefined;
}

/**
 * The machines of a fake EC2, answering without sockets: connection refused until they listen, a bootstrap that drops
 * the connection when it installs, then a reflowlet with real leases.
 */
export class FakeMachines implements PoolTransport {
  readonly asked: string[] = [];
  behaviour: FakeMachineBehaviour = {
    bootstrapMs: 20_000,
    installMs: 5_000,
    version: "v1",
    resources: LARGE,
    latencyMs: 20,
  };
  private readonly machines = new Map<string, FakeMachine>();

  constructor(
    private readonly clock: Clock,
    private readonly ec2: FakeEc2,
  ) {
    ec2.whenLaunched(({ id, type }) => {
      const { resourcesOf = {}, resources } = this.behaviour;
      this.machines.set(`${id}.fake`, this.machine(id, undefined, resourcesOf[type] ?? resources));
    });
  }

  /** Puts a reflowlet behind an instance that is there already. */
  addReflowlet(id: string, resources: Resources = LARGE): void {
    this.machines.set(`${id}.fake`, this.machine(id, -1e9, resources));
  }

  /** The leases on an instance. */
  pool(id: string): LeasePool {
    const machine = this.machines.get(`${id}.fake`);
    if (machine === undefined) throw new Error(`there is no machine ${id}`);
    return machine.pool;
  }

  async request(request: PoolRequest): Promise<PoolResponse> {
    this.asked.push(`${request.method} ${request.host}${request.path}`);
    await this.clock.sleep(this.behaviour.latencyMs, request.signal);
    const machine = this.machines.get(request.host);
    const alive = machine !== undefined && this.ec2.alive.includes(machine.id);
    if (!alive) throw new TransportError("refused", `${request.host}: connection refused`);
    return machine.installedMs === undefined ? this.asBootstrap(machine, request) : this.asReflowlet(machine, request);
  }

  close(): void {
    this.machines.clear();
  }

  private asBootstrap(machine: FakeMachine, request: PoolRequest): PoolResponse {
    const { fault, bootstrapMs, installMs } = this.behaviour;
    const nowMs = this.clock.monotonicMs();
    if (fault === "bootstrap-silent" || nowMs - machine.startMs < bootstrapMs) {
      throw new TransportError("refused", `${request.host}: connection refused`);
    }
    if (fault === "bootstrap-of-another-authority") {
      throw new TrustError("other-authority", `${request.host} presents a certificate of another authority`);
    }
    if (request.path === "/v1/status") return json(200, "{}\n");
    if (fault === "install-refused") return json(500, installRefused);
    machine.installedMs = nowMs + installMs;
    throw new TransportError("reset", `${request.host}: the connection was dropped`);
  }

  private async asReflowlet(machine: FakeMachine, request: PoolRequest): Promise<PoolResponse> {
    const { fault, version } = this.behaviour;
    if (fault === "reflowlet-silent" || this.clock.monotonicMs() < (machine.installedMs ?? 0)) {
      throw new TransportError("refused", `${request.host}: connection refused`);
    }
    if (fault !== "untagged" && this.ec2.instance(machine.id).tags["reflowlet:version"] === undefined) {
      this.ec2.tag(machine.id, { "reflowlet:version": version });
    }
    const reply = await machine.handler({ method: request.method, url: request.path, body: request.body ?? "" });
    return { status: reply.status, contentType: reply.headers["Content-Type"] ?? "", body: reply.body };
  }

  private machine(id: string, installedMs: number | undefined, resources = this.behaviour.resources): FakeMachine {
    let allocs = 0;
    const pool = new LeasePool({
      clock: this.clock,
      generation: 2023,
      total: resources,
      randomBytes: (length) => Buffer.alloc(length, (allocs += 1)),
    });
    return {
      id,
      startMs: this.clock.monotonicMs(),
      pool,
      handler: reflowletHandler({ generation: 2023, pool, configText: "user: user\n" }),
      installedMs,
    };
  }
}

/** What accepts an offer. */
export const ACCEPT = "POST /v1/offers/1";

/** Lets something happen while a machine is asked, before it answers. @param call method and path, e.g. ACCEPT */
export function whileAsked(machines: FakeMachines, call: string, act: (host: string) => unknown): void {
  const request = machines.request.bind(machines);
  machines.request = async (asked) => {
    if (`${asked.method} ${asked.path}` === call) await act(asked.host);
    return request(asked);
  };
}

/** Lets every reflowlet list an alloc that is freed, folder and all, before anybody can ask for it. */
export function vanishingAlloc(machines: FakeMachines): void {
  const request = machines.request.bind(machines);
  machines.request = async (asked) => {
    const reply = await request(asked);
    if (asked.method !== "GET" || asked.path !== "/v1/allocs") return reply;
    const listed = JSON.parse(reply.body) as unknown[];
    return { ...reply, body: JSON.stringify([{ ID: "0123456789abcdef", Resources: { cpu: 1 } }, ...listed]) };
  };
}

const installRefused =
  '{"Op":"","Arg":null,"Kind":"Other","Cause":{"Op":"","Arg":null,"Kind":"","Error":"bootstrap execimage POST {s3://b/o reflowlet []}: s3blob.Get b o: temporary: NoSuchKey: The specified key does not exist."},"Error":""}\n';

function json(status: number, body: string): PoolResponse {
  return { status, contentType: "application/json; charset=UTF-8", body };
}

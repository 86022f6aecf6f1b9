import { createServer } from "node:net";
import { errorText } from "../errors.js";
import type { RandomBytes } from "./ec2/ids.js";
import { systemErrorCode } from "../lib/system-error.js";

/** Where one machine listens. */
export interface MachineAddress {
  readonly host: string;
  readonly port: number;
}

/** Whether an address can be listened on: not `taken` by somebody, not `foreign` to this machine. */
export type Listenable = "free" | "taken" | "foreign";

/** The port of reflowlets and bootstraps. */
export const REFLOWLET_PORT = 9000;

/** Ports for machines that cannot have an address of their own; below every system's range of outgoing ports. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** So many addresses of our own are tried before somebody is taken to hold port 9000 of all of them. */
const OWN_ADDRESS_TRIES = 3;

/**
 * Gives machines their addresses. Linux answers on all of 127.0.0.0/8, so each machine has one of its own there, with
 * Reflow's port 9000, in a range of 65,534 that is drawn at random for each sandbox. Elsewhere, and where somebody
 * listens on port 9000 of every address, a machine has a port of its own on 127.0.0.1.
 */
export class AddressBook {
  private readonly claimed = new Set<string>();
  private readonly network: number;
  private nextHost = 1;
  private nextPort: number;
  private ownAddresses = true;

  constructor(
    randomBytes: RandomBytes,
    private readonly probe: (address: MachineAddress) => Promise<Listenable> = probeAddress,
  ) {
    const [network = 0, high = 0, low = 0] = randomBytes(3);
    this.network = 1 + (network % 254);
    this.nextPort = (high * 256 + low) % PORTS;
  }

  /**
   * An address that nobody listens on and no other machine has.
   * @throws Error when there is none at all.
   */
  async claim(): Promise<MachineAddress> {
    return (await this.claimOwnAddress()) ?? (await this.claimPort());
  }

  /** Gives an address back. */
  release(address: MachineAddress): void {
    this.claimed.delete(keyOf(address));
  }

  private async claimOwnAddress(): Promise<MachineAddress | undefined> {
    for (let tries = 0; this.ownAddresses && tries < OWN_ADDRESS_TRIES; tries += 1) {
      const address = this.reserve(() => ({ host: this.takeHost(), port: REFLOWLET_PORT }));
      const found = await this.probe(address);
      if (found === "free") return address;
      this.release(address);
      if (found === "foreign") this.ownAddresses = false;
    }
    return undefined;
  }

  private async claimPort(): Promise<MachineAddress> {
    for (let tries = 0; tries < PORTS; tries += 1) {
      const address = this.reserve(() => ({ host: "127.0.0.1", port: this.takePort() }));
      if ((await this.probe(address)) === "free") return address;
      this.release(address);
    }
    throw new Error(`no free port between ${FIRST_PORT} and ${FIRST_PORT + PORTS - 1} on 127.0.0.1`);
  }

  /** Addresses are taken in turn, so that one given back is not soon somebody else's. */
  private reserve(next: () => MachineAddress): MachineAddress {
    for (;;) {
      const address = next();
      if (this.claimed.has(keyOf(address))) continue;
      this.claimed.add(keyOf(address));
      return address;
    }
  }

  private takeHost(): string {
    const host = this.nextHost;
    this.nextHost = host >= 65_534 ? 1 : host + 1;
    return `127.${this.network}.${host >> 8}.${host & 255}`;
  }

  private takePort(): number {
    const port = FIRST_PORT + this.nextPort;
    this.nextPort = (this.nextPort + 1) % PORTS;
    return port;
  }
}

const keyOf = ({ host, port }: MachineAddress): string => `${host}:${port}`;

/** Tries to listen for a moment. @throws Error when the system refuses for a reason that another address would not mend. */
export async function probeAddress({ host, port }: MachineAddress): Promise<Listenable> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
    return "free";
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EADDRINUSE") return "taken";
    if (code === "EADDRNOTAVAIL") return "foreign";
    throw new Error(`cannot listen on ${host}:${port}: ${errorText(error)}`, { cause: error });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

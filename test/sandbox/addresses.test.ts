import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { AddressBook, probeAddress, type Listenable, type MachineAddress } from "../../src/sandbox/addresses.js";

const bytes =
  (...values: number[]) =>
  (length: number): Buffer =>
    Buffer.from(values.slice(0, length));

const book = (probe: (address: MachineAddress) => Listenable, ...random: number[]): AddressBook =>
  new AddressBook(bytes(...(random.length > 0 ? random : [41, 0, 0])), async (address) => probe(address));

describe("the addresses of machines", () => {
  it("are each another one in the sandbox's own range, with Reflow's port", async () => {
    const addresses = book(() => "free");
    expect([await addresses.claim(), await addresses.claim()]).toEqual([
      { host: "127.42.0.1", port: 9000 },
      { host: "127.42.0.2", port: 9000 },
    ]);
  });

  it("differ for machines that start at the same time", async () => {
    const addresses = book(() => "free");
    const claimed = await Promise.all(Array.from({ length: 300 }, () => addresses.claim()));
    expect(new Set(claimed.map(({ host }) => host)).size).toBe(300);
    expect(claimed.at(-1)).toEqual({ host: "127.42.1.44", port: 9000 });
  });

  it("never begin with 127.0, where other programs listen", () => {
    for (const random of [0, 127, 253, 254, 255]) {
      const seen: string[] = [];
      const addresses = book(({ host }) => (seen.push(host), "free"), random, 0, 0);
      void addresses.claim();
      expect(Number(seen[0]?.split(".")[1])).toBeGreaterThan(0);
      expect(Number(seen[0]?.split(".")[1])).toBeLessThan(255);
    }
  });

  it("skip those that somebody else listens on", async () => {
    const addresses = book(({ host }) => (host === "127.42.0.1" ? "taken" : "free"));
    expect(await addresses.claim()).toEqual({ host: "127.42.0.2", port: 9000 });
  });

  it("are ports of 127.0.0.1 where the system has no such addresses, and it is not asked again", async () => {
    const asked: string[] = [];
    const probe = ({ host }: MachineAddress): Listenable => {
      asked.push(host);
      return host === "127.0.0.1" ? "free" : "foreign";
    };
    const addresses = book(probe, 41, 1, 2);
    expect([await addresses.claim(), await addresses.claim()]).toEqual([
      { host: "127.0.0.1", port: 20_258 },
      { host: "127.0.0.1", port: 20_259 },
    ]);
    expect(asked).toEqual(["127.42.0.1", "127.0.0.1", "127.0.0.1"]);
  });

  it("are ports of 127.0.0.1 while somebody listens on port 9000 of every address", async () => {
    const addresses = book(({ port }) => (port === 9000 ? "taken" : "free"));
    expect(await addresses.claim()).toEqual({ host: "127.0.0.1", port: 20_000 });
  });

  it("can be given back, and are not soon given to another machine", async () => {
    const addresses = book(() => "free");
    const first = await addresses.claim();
    addresses.release(first);
    expect(await addresses.claim()).not.toEqual(first);
  });

  it("run out only when every port is taken", async () => {
    const addresses = book(() => "taken");
    await expect(addresses.claim()).rejects.toThrow("no free port between 20000 and 29999 on 127.0.0.1");
  });
});

describe("probing an address", () => {
  it("finds it taken while somebody listens there, and free before and after", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
    const during = await probeAddress(address);
    await new Promise((resolve) => server.close(resolve));
    expect([during, await probeAddress(address)]).toEqual(["taken", "free"]);
  });

  it("finds another machine's address foreign", async () => {
    expect(await probeAddress({ host: "192.0.2.1", port: 9000 })).toBe("foreign");
  });
});

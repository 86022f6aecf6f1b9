import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { listenMutualTls, type Listener } from "../../../../src/sandbox/machine/reflow/mutual-listener.js";
import type { PoolTransport } from "../../../../src/pool/transport.js";
import type { Authority } from "../../../../src/tls/authority.js";
import type { IssuedCertificate } from "../../../../src/tls/issue.js";
import { createMutualTlsTransport } from "../../../../src/tls/transport.js";
import { FakeClock } from "../../../support/fake-clock.js";
import { Loopback } from "../../../tls/loopback.js";
import { authority, DAY_MS, goodClient, impostor, issue, NOW_MS, rsaKeyPair } from "../../../tls/material.js";

let listeners: Listener[] = [];
let transport: PoolTransport | undefined;
afterEach(async () => {
  transport?.close();
  await Promise.all(listeners.map((listener) => listener.close()));
  listeners = [];
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const loopback = new Loopback();
  const port = await loopback.tcp(() => undefined);
  loopback.close();
  return port;
}

/** A program that answers with a text; gives where, and what it has to say. */
async function listen(
  trusted: Authority,
  text = "{}",
  nowMs = NOW_MS,
): Promise<{ readonly address: { readonly host: string; readonly port: number }; readonly log: readonly string[] }> {
  const log: string[] = [];
  const address = { host: "127.0.0.1", port: await freePort() };
  listeners.push(
    await listenMutualTls(
      {
        authority: trusted,
        keyPair: rsaKeyPair,
        clock: new FakeClock(nowMs),
        address,
        log: (message) => log.push(message),
      },
      async () => ({ status: 200, headers: {}, body: text }),
    ),
  );
  return { address, log };
}

/** The other side of a connection hears of its end at its own time. */
async function untilSaid(log: readonly string[]): Promise<void> {
  for (let turn = 0; turn < 1_000 && log.length === 0; turn += 1) await new Promise(setImmediate);
}

/** Asks a program of a machine as a driver does; gives how that ended, and what the program has to say about it. */
async function ask(
  trusted: Authority,
  clientCertificate: IssuedCertificate,
): Promise<{ readonly outcome: string; readonly log: readonly string[] }> {
  const { address, log } = await listen(trusted);
  transport = createMutualTlsTransport({ authority, clientCertificate, clock: new FakeClock(NOW_MS) });
  const outcome = await transport.request({ ...address, method: "GET", path: "/v1/status", timeoutMs: 60_000 }).then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof Error ? error.name : "?"),
  );
  await untilSaid(log);
  return { outcome, log };
}

describe("a program that listens with mutual TLS", () => {
  it("says nothing of a driver of its authority", async () => {
    expect(await ask(authority, goodClient)).toEqual({ outcome: "200", log: [] });
  });

  it.each([
    {
      title: "a driver whose certificate has expired",
      certificate: () => issue(authority, { notBeforeMs: NOW_MS - 2 * DAY_MS, notAfterMs: NOW_MS - DAY_MS }),
      says: "certificate has expired or is not yet valid",
    },
    {
      title: "a driver that trusts its authority, but has a certificate of another",
      certificate: () => issue(impostor),
      says: "certificate signed by unknown authority",
    },
    {
      title: "a driver whose certificate is one for servers",
      certificate: () => issue(authority, { extendedKeyUsage: ["serverAuth"] }),
      says: "certificate specifies an incompatible key usage",
    },
  ])("says of $title what is wrong", async ({ certificate, says }) => {
    expect(await ask(authority, await certificate())).toEqual({
      outcome: "TrustError",
      log: [
        expect.stringMatching(
          new RegExp(
            `^http: TLS handshake error from 127\\.0\\.0\\.1:\\d+: tls: failed to verify certificate: x509: ${says}$`,
          ),
        ),
      ],
    });
  });

  it("says that a driver of another authority hung up in the handshake", async () => {
    expect(await ask(impostor, goodClient)).toEqual({ outcome: "TrustError", log: ["http: TLS handshake error: EOF"] });
  });

  it("says that a client spoke something else than TLS", async () => {
    const { address, log } = await listen(authority);
    const socket = connect(address, () => socket.end("GET / HTTP/1.1\r\n\r\n"));
    await once(socket, "close");
    await untilSaid(log);
    expect(log).toEqual(["http: TLS handshake error: tls: handshake failure"]);
  });

  it("answers for itself where another presents the same certificate, and by its own clock", async () => {
    const programs = [await listen(authority, "one"), await listen(authority, "other", NOW_MS + 400 * DAY_MS)];
    const client = createMutualTlsTransport({
      authority,
      clientCertificate: goodClient,
      clock: new FakeClock(NOW_MS),
    });
    transport = client;
    const asked = programs.map(({ address }) =>
      client.request({ ...address, method: "GET", path: "/v1/status", timeoutMs: 60_000 }).then(
        ({ body }) => body,
        (error: unknown) => (error instanceof Error ? error.name : "?"),
      ),
    );
    expect(await Promise.all(asked)).toEqual(["one", "TrustError"]);
  });
});

// The Node side of the check tls-go.sh: `node node-side.mjs GO-PEER WORK-FOLDER`. Exits with 1 when anything differs.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual, promisify } from "node:util";
import { TrustError } from "../../../src/errors.js";
import { systemClock } from "../../../src/lib/clock.js";
import { readAuthorityFile, type Authority } from "../../../src/tls/authority.js";
import { createAuthority, writeAuthorityFile } from "../../../src/tls/create-authority.js";
import { issueCertificate, type IssueOptions } from "../../../src/tls/issue.js";
import { createKeyPair } from "../../../src/tls/key-pair.js";
import { createMutualTlsServer } from "../../../src/tls/server.js";
import { createMutualTlsTransport } from "../../../src/tls/transport.js";

const [peer = "", folder = ""] = process.argv.slice(2);
const DAY_MS = 24 * 60 * 60 * 1000;
const BODY = "x".repeat(200_000);
/** A refusal races with the request under TLS 1.3; once is not enough to see it lost. */
const ROUNDS = 20;
let failures = 0;

function check(what: string, actual: unknown, expected: unknown): void {
  const good = isDeepStrictEqual(actual, expected);
  if (!good) failures += 1;
  console.log(good ? `ok      ${what}` : `FAILED  ${what}\n  ${JSON.stringify(actual)}\n  ${JSON.stringify(expected)}`);
}

async function makeAuthority(path: string): Promise<Authority> {
  await writeAuthorityFile(path, await createAuthority({ nowMs: Date.now() }));
  return readAuthorityFile(path);
}

async function goClient(address: string, own: string, trusted: string): Promise<unknown> {
  try {
    return JSON.parse((await promisify(execFile)(peer, ["client", address, own, trusted])).stdout);
  } catch (error) {
    return String(error);
  }
}

async function checkOurServer(authority: Authority, ownPath: string, otherPath: string): Promise<void> {
  const nowMs = Date.now();
  const certificate = await issueCertificate(authority, { nowMs, key: "rsa2048" });
  const handled: number[] = [];
  const server = createMutualTlsServer({ authority, ...certificate, nowMs: () => Date.now() }, (request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => {
      handled.push(length);
      response.end("served");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const refusal = (problem: string): unknown => ({
    status: 403,
    refused: problem,
    body: `client certificate refused: ${problem}\n`,
  });
  const served = { status: 200, refused: "", body: "served" };
  check("a Go client of our authority is served", await goClient(address, ownPath, ownPath), served);
  check("a Go client of another is refused", await goClient(address, otherPath, ownPath), refusal("other-authority"));
  check("a Go client without one is refused", await goClient(address, "-", ownPath), refusal("no-certificate"));
  check(
    "a Go client that verifies the chain refuses our server for another authority",
    /certificate/.test(String(await goClient(address, otherPath, otherPath))),
    true,
  );
  check("only the first has reached the handler", handled, [BODY.length]);
  server.close();
  server.closeAllConnections();
}

/** What our client makes of a Go server's answers, each on a new connection. */
async function outcomes(
  authority: Authority,
  port: number,
  issuer: Authority,
  options: Partial<IssueOptions>,
): Promise<string[]> {
  const clientCertificate = await issueCertificate(issuer, { nowMs: Date.now(), key: "p256", ...options });
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const transport = createMutualTlsTransport({ authority, clientCertificate, clock: systemClock });
    const request = {
      host: "127.0.0.1",
      port,
      method: "POST",
      path: "/v1/offers",
      body: BODY,
      timeoutMs: 10_000,
    } as const;
    seen.add(await transport.request(request).then((reply) => `${reply.status} ${reply.body}`, outcomeOf));
    transport.close();
  }
  return [...seen];
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof TrustError)) return String(error);
  return error.message.replace(/^\S+ /, "").replace(/, valid.*,/, "");
}

async function checkOurClient(version: string, authority: Authority, ownPath: string, other: Authority): Promise<void> {
  const child = spawn(peer, ["server", ownPath, version], { stdio: ["pipe", "pipe", "ignore"] });
  const [address] = (await once(createInterface(child.stdout), "line")) as [string];
  const port = Number(address.split(":")[1]);
  const nowMs = Date.now();
  const served = `200 POST /v1/offers ${BODY.length}`;
  const past = "takes our certificate for expired or not yet valid (it said: certificate expired)";
  const keyPair = await createKeyPair("p256");
  const rows: readonly (readonly [
    name: string,
    issuer: Authority,
    options: Partial<IssueOptions>,
    expected: string,
  ])[] = [
    ["with a P-256 key", authority, {}, served],
    ["with an RSA key", authority, { keyPair: await createKeyPair("rsa2048") }, served],
    ["of another subject", authority, { subject: "CN=reflow-ec2" }, served],
    ["without extended key usage", authority, { extendedKeyUsage: [] }, served],
    [
      "of another authority",
      other,
      {},
      "does not know the authority of our certificate (it said: unknown certificate authority)",
    ],
    ["that is expired", authority, { notBeforeMs: nowMs - 2 * DAY_MS, notAfterMs: nowMs - DAY_MS }, past],
    ["that is not yet valid", authority, { notBeforeMs: nowMs + DAY_MS, notAfterMs: nowMs + 2 * DAY_MS }, past],
    [
      "for servers only",
      authority,
      { extendedKeyUsage: ["serverAuth"] },
      "does not take our certificate for one of a client (it said: bad certificate)",
    ],
  ];
  for (const [name, issuer, options, expected] of rows) {
    const actual = await outcomes(authority, port, issuer, { keyPair, ...options });
    check(`TLS ${version}: a Go server meets our client ${name}`, actual, [expected]);
  }
  const [trusted = ""] = await outcomes(other, port, authority, { keyPair });
  check(
    `TLS ${version}: our client refuses a Go server of another authority`,
    trusted.includes("a certificate of another authority"),
    true,
  );
  child.stdin.end();
  await once(child, "exit");
}

const ownPath = join(folder, "own.pem");
const otherPath = join(folder, "other.pem");
const own = await makeAuthority(ownPath);
const other = await makeAuthority(otherPath);
await checkOurServer(own, ownPath, otherPath);
for (const version of ["1.2", "1.3"]) await checkOurClient(version, own, ownPath, other);
process.exitCode = failures === 0 ? 0 : 1;

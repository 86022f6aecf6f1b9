import { readFileSync } from "node:fs";
import type { Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { MemberJson } from "../../src/terminal/json/list.js";
import { parseAuthority } from "../../src/tls/authority.js";
import type { IssuedCertificate } from "../../src/tls/issue.js";
import type { Ended } from "./support/cli.js";
import { Driver } from "./support/driver.js";
import { failureOf, slipsIn } from "./support/failure.js";
import {
  certificateOf,
  expiredCertificateOf,
  Impostors,
  reflowletOf,
  tcpServer,
  tlsServer,
  webServer,
} from "./support/impostors.js";
import { Lanes } from "./support/lanes.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** Machines boot, and one question to a member that says nothing takes ten seconds. */
const SLOW_MS = 90_000;

/** The authority of somebody else's cluster; like every one of Reflow's it has the same name as ours. */
const foreign = parseAuthority(
  readFileSync(new URL("../fixtures/config/authority-2020.pem", import.meta.url), "utf8"),
  "authority-2020.pem",
);

/** Members that prove to be somebody else's, or that take us for somebody else. */
const untrusted = [
  {
    title: "has a certificate of another authority",
    cluster: "other-authority",
    server: async () => reflowletOf(driver.authority, await certificateOf(foreign)),
    says: "another authority",
  },
  {
    title: "has an expired certificate",
    cluster: "expired",
    server: async () => reflowletOf(driver.authority, await expiredCertificateOf(driver.authority)),
    says: "was valid until",
  },
  {
    title: "has a certificate for clients only",
    cluster: "client-only",
    server: async () =>
      reflowletOf(driver.authority, await certificateOf(driver.authority, { extendedKeyUsage: ["clientAuth"] })),
    says: "not for servers",
  },
  {
    title: "refuses our certificate",
    cluster: "refuses-ours",
    server: async () => reflowletOf(foreign, await certificateOf(driver.authority)),
    says: "does not know the authority of our certificate",
  },
] as const;

/** Members that are ours, and broken. */
const broken: readonly {
  readonly title: string;
  readonly server: (certificate: IssuedCertificate) => Server | undefined;
  readonly says: string;
}[] = [
  { title: "is not there", server: () => undefined, says: "nothing listens there" },
  { title: "hangs up", server: () => tcpServer((socket) => socket.destroy()), says: "dropped the connection" },
  {
    title: "is another program",
    server: () => tcpServer((socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n")),
    says: "does not speak TLS",
  },
  { title: "says nothing", server: () => tcpServer(() => undefined), says: "did not finish the TLS handshake" },
  {
    title: "says nothing after the handshake",
    server: (certificate) => tlsServer(certificate, () => undefined),
    says: "did not reply",
  },
  {
    title: "hangs up after the handshake",
    server: (certificate) => tlsServer(certificate, (socket) => socket.destroy()),
    says: "without a reply",
  },
  {
    title: "answers with garbage",
    server: (certificate) =>
      tlsServer(certificate, (socket) => socket.write(Buffer.from("\u0000\u001b[2J\u00ff\r\n\r\n"))),
    says: "in HTTP",
  },
  {
    title: "answers with half a reply",
    server: (certificate) =>
      webServer(certificate, (_, response) => {
        response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000 });
        response.write('[{"id":"1","available":{"cpu":', () => response.destroy());
      }),
    says: "half way",
  },
  {
    title: "answers with half of its JSON",
    server: (certificate) => webServer(certificate, (_, response) => response.end('[{"id":"1","available":{"cpu":')),
    says: "not complete JSON",
  },
  {
    title: "answers with a web page",
    server: (certificate) =>
      webServer(certificate, (_, response) => {
        response.writeHead(200, { "Content-Type": "text/html" });
        response.end("<html><body>It works!</body></html>");
      }),
    says: "not JSON",
  },
  {
    title: "answers with JSON of another shape",
    server: (certificate) => webServer(certificate, (_, response) => response.end('{"offers": 5}')),
    says: "it is not a list but an object",
  },
  {
    title: "never stops answering",
    server: (certificate) =>
      webServer(certificate, (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(2 ** 18, " ")));
        };
        response.on("drain", more);
        more();
      }),
    says: "more than 16777216 bytes",
  },
];

interface Listed {
  readonly instances: readonly MemberJson[];
}

let sandbox: E2eSandbox;
let driver: Driver;
const impostors = new Impostors();

/** Ids of the members by title. */
const ids = new Map<string, string>();
/** The one member of the broken cluster that works. */
let working: string;

/** An allocate in the broken cluster. */
let allocated: Ended;
/** The list of the broken cluster, which takes its ten seconds while the rest is tested. */
let listed: Promise<Ended & { readonly ms: number }>;
/** Looks at the clusters of one untrusted member each. */
let distrusted: (row: (typeof untrusted)[number]) => Promise<{ readonly list: Ended; readonly allocate: Ended }>;

const within = (cluster: string): readonly string[] => ["--sandbox", "--cluster", cluster];

/** Launches what EC2 takes for a member, and puts a server in the place of its reflowlet. */
async function placeMember(cluster: string, title: string, server: Server | undefined): Promise<void> {
  const id = await driver.launch({ ...driver.tags(cluster), "reflowlet:version": driver.config.version ?? "" });
  ids.set(title, id);
  const address = await driver.addressOf(id);
  if (server !== undefined) await impostors.listen(server, address);
}

async function timed(work: Promise<Ended>): Promise<Ended & { readonly ms: number }> {
  const startedMs = performance.now();
  return { ...(await work), ms: performance.now() - startedMs };
}

beforeAll(async () => {
  sandbox = await startE2eSandbox();
  const { user } = sandbox;
  driver = await Driver.of(sandbox);
  const certificate = await certificateOf(driver.authority);
  await Promise.all([
    ...untrusted.map(async ({ title, cluster, server }) => placeMember(cluster, title, await server())),
    // Before the broken ones come: each allocate beside them that finds no offer waits for those that say nothing.
    user
      .json<{ instance: { id: string } }>([...within("broken"), "allocate", "--type", "c6a.large", "--cpu", "1"])
      .then(({ instance }) => (working = instance.id)),
  ]);
  await Promise.all(broken.map(({ title, server }) => placeMember("broken", title, server(certificate))));
  // Alone, as its time is measured.
  allocated = await user.run([...within("broken"), "allocate", "--cpu", "0.5", "-o", "json"]);
  listed = timed(user.run([...within("broken"), "list", "-o", "json"]));
  distrusted = new Lanes().startAll(untrusted, async ({ cluster }) => ({
    list: await user.run([...within(cluster), "list", "-o", "json"]),
    allocate: await user.run([...within(cluster), "allocate"]),
  }));
}, SLOW_MS);
afterAll(async () => {
  impostors.close();
  await sandbox.stop();
}, SLOW_MS);

describe("a member that", () => {
  it.each(untrusted)(
    "$title is listed, and makes list fail with code 8, saying which and why",
    async (row) => {
      const { list } = await distrusted(row);
      const { instances } = JSON.parse(list.stdout) as Listed;
      const id = ids.get(row.title);
      expect(instances.map(({ id, health, problem }) => ({ id, health, problem }))).toEqual([
        { id, health: "untrusted", problem: expect.stringContaining(row.says) },
      ]);
      expect(failureOf(list)).toEqual({
        code: 8,
        stdout: list.stdout,
        error: expect.stringMatching(new RegExp(`^${id} .*${row.says}`)),
        hint: expect.stringMatching(/./),
        slips: [],
      });
    },
    SLOW_MS,
  );

  it.each(untrusted)(
    "$title makes allocate fail with code 8, and nothing is launched beside it",
    async (row) => {
      const { allocate } = await distrusted(row);
      const id = ids.get(row.title);
      expect(failureOf(allocate)).toEqual({
        code: 8,
        stdout: "",
        error: expect.stringMatching(new RegExp(`^${id} .*${row.says}`)),
        hint: expect.stringContaining(`terminate --force ${id}`),
        slips: [],
      });
      const launched = await sandbox.launched({ "tag:cluster": row.cluster });
      expect(launched.map(({ InstanceId }) => InstanceId)).toEqual([id]);
    },
    SLOW_MS,
  );
});

describe("beside a member that works, one that", () => {
  it.each(broken)(
    "$title is listed as unreachable, and warned about",
    async ({ title, says }) => {
      const { stdout, stderr } = await listed;
      const { instances } = JSON.parse(stdout) as Listed;
      const id = ids.get(title);
      expect(instances.find((instance) => instance.id === id)).toMatchObject({
        health: "unreachable",
        problem: expect.stringContaining(says),
        total: {},
        available: {},
        allocs: [],
      });
      expect(stderr.split("\n").filter((line) => line.includes(id ?? "?"))).toEqual([expect.stringContaining(says)]);
    },
    SLOW_MS,
  );
});

describe("a cluster of twelve broken members and one that works", () => {
  it(
    "is listed as a whole, within the time of one question, and with nothing on standard error but warnings",
    async () => {
      const { code, stdout, stderr, ms } = await listed;
      const { instances } = JSON.parse(stdout) as Listed;
      expect({
        code,
        count: instances.length,
        working: instances.filter(({ health }) => health === "ready").map(({ id, allocs }) => [id, allocs.length > 0]),
        lines: stderr.trimEnd().split("\n").length,
        slips: slipsIn(stderr),
        controls: /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(stderr + stdout),
      }).toEqual({
        code: 0,
        count: broken.length + 1,
        working: [[working, true]],
        // One of the sandbox.
        lines: broken.length + 1,
        slips: [],
        controls: false,
      });
      // Ten seconds for the members that say nothing, the rest for the program itself on a busy machine.
      expect(ms).toBeLessThan(18_000);
    },
    SLOW_MS,
  );

  it(
    "serves an allocate from the member that works, without waiting for those that say nothing",
    () => {
      const { code, stdout, stderr } = allocated;
      expect({ code, slips: slipsIn(stderr), result: JSON.parse(stdout) as unknown }).toEqual({
        code: 0,
        slips: [],
        result: expect.objectContaining({ reused: true, instance: expect.objectContaining({ id: working }) }),
      });
      const { timings } = JSON.parse(stdout) as { readonly timings: Readonly<Record<string, number>> };
      expect(timings["total"]).toBeLessThan(2);
    },
    SLOW_MS,
  );
});

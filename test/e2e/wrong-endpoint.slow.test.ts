import { createServer as createWebServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { editConfig } from "./support/edit-config.js";
import { failureOf, type Failure } from "./support/failure.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";
import { failureExpected, runWrong, type Wrong } from "./support/wrong.js";

/** Commands wait for each other and for the sandbox. */
const SLOW_MS = 60_000;

const page = (status: number): Server =>
  createWebServer((request, response) => {
    request.resume();
    response.writeHead(status, { "Content-Type": "text/html" });
    response.end("<!doctype html><html><body><h1>It works!</h1></body></html>");
  });

/** What listens at the endpoints that are not EC2. */
const servers = {
  web: page(200),
  missing: page(404),
  mail: createServer((socket) => socket.end("220 mail.example ESMTP\r\n")),
  rude: createServer((socket) => socket.destroy()),
  silent: createServer(() => undefined),
};

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const at = (url: string, ...command: readonly string[]): readonly string[] => [
  ...(command.length === 0 ? ["list"] : command),
  ...["--config", sandbox.status.config, "--endpoint-url", url],
];

const NOT_EC2 = "not as EC2 does";
const UNREACHABLE = "cannot be reached";

const rows: readonly Wrong[] = [
  {
    title: "where nothing listens",
    args: () => at("http://127.0.0.1:1"),
    says: [UNREACHABLE, "127.0.0.1:1"],
    hint: "",
  },
  { title: "that is a web server", args: () => at(urlOf(servers.web)), says: [NOT_EC2], hint: "" },
  { title: "that has no such page", args: () => at(urlOf(servers.missing)), says: ["404", NOT_EC2], hint: "" },
  { title: "that speaks no HTTP", args: () => at(urlOf(servers.mail)), says: [UNREACHABLE], hint: "" },
  { title: "that hangs up", args: () => at(urlOf(servers.rude)), says: [UNREACHABLE], hint: "" },
  {
    title: "that speaks no TLS",
    args: () => at(urlOf(servers.web).replace("http:", "https:")),
    says: [UNREACHABLE],
    hint: "",
  },
  { title: "that is no address", args: () => at("ec2"), says: ["'ec2'"], hint: "" },
  {
    title: "of the environment that is no address",
    args: () => ["list", "--config", sandbox.status.config],
    env: () => ({ AWS_ENDPOINT_URL: "ec2" }),
    says: ['"ec2"'],
    hint: "AWS_ENDPOINT_URL",
  },
  {
    title: "that is a web server, when there is something to launch",
    args: () => at(urlOf(servers.web), "allocate"),
    says: [NOT_EC2],
    hint: "",
  },
  {
    title: "that is a web server, when there is something to end",
    args: () => at(urlOf(servers.web), "terminate", "--all", "--yes"),
    says: [NOT_EC2],
    hint: "",
  },
].map((row) => ({ ...row, hint: row.hint || "--endpoint-url" }));

const strangers: readonly Wrong[] = [
  {
    title: "no credentials",
    args: () => [
      ...["list", "--endpoint-url", sandbox.status.endpoint, "--region", "us-west-2", "--config"],
      editConfig(sandbox, "keyless.yaml", [/^instances:[^]*?(?=^reflow:)/m, ""], [/^session: .*\n/m, ""]),
    ],
    // The metadata service of the machine that runs the test is not part of it.
    env: () => ({ AWS_EC2_METADATA_DISABLED: "true" }),
    code: 6,
    says: ["credentials"],
    hint: "AWS_ACCESS_KEY_ID",
  },
  {
    title: "a profile that the shared files have not",
    args: () => at(sandbox.status.endpoint, "list", "--profile", "nobody"),
    code: 6,
    says: ["nobody"],
    hint: "AWS_PROFILE",
  },
];

let sandbox: E2eSandbox;
let failing: (row: Wrong) => Promise<Failure>;

beforeAll(async () => {
  await Promise.all(Object.values(servers).map(listen));
  sandbox = await startE2eSandbox();
  failing = runWrong(sandbox.user, [...rows, ...strangers]);
}, SLOW_MS);
afterAll(async () => {
  await sandbox.stop();
  for (const server of Object.values(servers)) server.close();
}, SLOW_MS);

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

describe("an endpoint", () => {
  it.each(rows)(
    "$title is told from EC2",
    async (row) => {
      expect(await failing(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );

  it.each([
    { command: "list", args: [] },
    { command: "allocate", args: [] },
    { command: "terminate", args: ["--all", "--yes"] },
  ])(
    "that accepts and never answers holds up $command no longer than --timeout says",
    async ({ command, args }) => {
      const startedMs = performance.now();
      const ended = await sandbox.user.run(at(urlOf(servers.silent), command, ...args, "--timeout", "1s"));
      expect(failureOf(ended)).toEqual({
        code: 124,
        stdout: "",
        error: expect.stringMatching(new RegExp(`^${command} .* 1 ?s`)),
        hint: expect.stringContaining("--timeout"),
        slips: [],
      });
      // Without the limit it would be half a minute for each of three tries.
      expect(performance.now() - startedMs).toBeLessThan(15_000);
    },
    SLOW_MS,
  );
});

describe("whoever has", () => {
  it.each(strangers)(
    "$title is told how to get some",
    async (row) => {
      expect(await failing(row)).toEqual(failureExpected(row));
    },
    SLOW_MS,
  );
});

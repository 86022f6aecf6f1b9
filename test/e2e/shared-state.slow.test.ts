import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { load } from "js-yaml";
import { marshalCloudConfig } from "../../src/cloudconfig/cloud-config.js";
import { parseCloudConfig } from "../../src/cloudconfig/parse-cloud-config.js";
import { decodeUserData, encodeUserData } from "../../src/cloudconfig/user-data.js";
import { TrustError } from "../../src/errors.js";
import { TransportError } from "../../src/pool/transport.js";
import type { MemberJson } from "../../src/terminal/json/list.js";
import { parseAuthority } from "../../src/tls/authority.js";
import { CliUser } from "./support/cli.js";
import { Driver } from "./support/driver.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** The command line waits for machines that boot. */
const SLOW_MS = 60_000;

interface Allocated {
  readonly alloc: { readonly uri: string };
  readonly instance: { readonly id: string };
  readonly reused: boolean;
}

interface Listed {
  readonly instances: readonly MemberJson[];
}

/** What became of one copy of our user-data. */
interface Tried {
  readonly id: string;
  /** `installed`, or why that did not succeed. */
  readonly outcome: unknown;
}

const foreign = parseAuthority(
  readFileSync(new URL("../fixtures/config/authority-2020.pem", import.meta.url), "utf8"),
  "authority-2020.pem",
);

let sandbox: E2eSandbox;
let driver: Driver;
/** Launched by reflow-ec2. */
let allocated: Promise<Allocated>;
/** Launched by a driver, and a member: its id. */
let foundByTags: Promise<string>;
/** Launched by a driver with four copies of our user-data, three of them spoilt. */
let copies: Promise<Readonly<Record<"good" | "unitless" | "foreign" | "twice", Tried>>>;

const within = (cluster: string): readonly string[] => ["--sandbox", "--cluster", cluster];

// Machines boot side by side, and each test awaits its own.
beforeAll(async () => {
  sandbox = await startE2eSandbox();
  driver = await Driver.of(sandbox);
  allocated = sandbox.user.json<Allocated>([...within("shared"), "allocate", "--cpu", "1"]);
  foundByTags = launchAsDriver();
  copies = tryCopies();
  for (const begun of [allocated, foundByTags, copies]) begun.catch(() => undefined);
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

async function launchAsDriver(): Promise<string> {
  const id = await driver.launchWith(await driver.userData(), "driver");
  await driver.install(id, SLOW_MS);
  await driver.untilTagged(id);
  return id;
}

async function tryCopies(): Promise<Awaited<typeof copies>> {
  const good = await driver.userData();
  const [foreignCopy, shortLived] = await Promise.all([
    driver.userData({ authority: foreign }),
    driver.userData({ usableWithinMs: 2_000 }),
  ]);
  // What is right answers within seconds; the rest never does.
  const [goodOne, ...spoilt] = await Promise.all([
    tryCopy(good, SLOW_MS),
    tryCopy(without(shortLived, "reflowlet.service"), 5_000),
    tryCopy(foreignCopy, 5_000),
    tryCopy(Buffer.from(good).toString("base64"), 5_000),
  ]);
  await driver.untilTagged(goodOne.id);
  return { good: goodOne, unitless: spoilt[0], foreign: spoilt[1], twice: spoilt[2] };
}

async function tryCopy(userData: string, limitMs: number): Promise<Tried> {
  const id = await driver.launchWith(userData, "copies");
  const outcome = await driver.install(id, limitMs).then(
    () => "installed",
    (error: unknown) => error,
  );
  return { id, outcome };
}

/** The user-data without one of its units, which must be there. */
function without(userData: string, unit: string): string {
  const config = parseCloudConfig(load(decodeUserData(userData)), "user-data");
  const units = config.coreos.units.filter(({ name }) => name !== unit);
  if (units.length === config.coreos.units.length) throw new Error(`there is no ${unit}`);
  return encodeUserData(marshalCloudConfig({ ...config, coreos: { ...config.coreos, units } }));
}

describe("state", () => {
  it(
    "is in the tags alone: somebody with the same configuration and nothing else sees the same member and alloc",
    async () => {
      const { user, status } = sandbox;
      const { alloc, instance } = await allocated;
      const stranger = await CliUser.create({ AWS_ACCESS_KEY_ID: "AKIASTRANGER", AWS_SECRET_ACCESS_KEY: "stranger" });
      try {
        const same = ["--endpoint-url", status.endpoint, "--config", status.config, "--cluster", "shared"];
        const [mine, theirs] = await Promise.all([
          user.json<Listed>([...within("shared"), "list"]),
          stranger.json<Listed>([...same, "list"]),
        ]);
        expect(theirs).toEqual(mine);
        expect(theirs.instances).toMatchObject([{ id: instance.id, health: "ready", allocs: [{ uri: alloc.uri }] }]);
      } finally {
        await stranger.leave();
      }
    },
    SLOW_MS,
  );
});

describe("an instance that a Reflow driver launched with our user-data", () => {
  it(
    "is a member like any other: it is listed, and allocate reuses it",
    async () => {
      const { user } = sandbox;
      const id = await foundByTags;
      const { instances } = await user.json<Listed>([...within("driver"), "list"]);
      expect(instances).toEqual([
        {
          id,
          type: "c6a.large",
          state: "running",
          health: "ready",
          problem: "",
          reclaim: null,
          market: "on-demand",
          zone: expect.stringMatching(/^us-west-2[a-d]$/),
          launchTime: expect.stringMatching(/^20\d\d-.*Z$/),
          publicDnsName: expect.stringMatching(/^127\./),
          version: "sandbox",
          hourlyUsd: expect.any(Number),
          total: expect.objectContaining({ cpu: 2 }),
          available: instances[0]?.total,
          allocs: [],
        },
      ]);
      expect((await driver.describe(id))?.Tags?.map(({ Key }) => Key).sort()).toEqual(
        ["Name", "cluster", "managedby", "reflowlet:version", "user"].sort(),
      );

      const reused = await user.json<Allocated>([...within("driver"), "allocate", "--cpu", "1", "--mem", "1GiB"]);
      expect(reused).toMatchObject({ reused: true, instance: { id } });
      expect(await sandbox.launched({ "tag:cluster": "driver" })).toHaveLength(1);
    },
    SLOW_MS,
  );
});

describe("of four copies of our user-data", () => {
  it(
    "only the good one becomes a member",
    async () => {
      const tried = await copies;
      expect(Object.fromEntries(Object.entries(tried).map(([name, { outcome }]) => [name, outcome]))).toEqual({
        good: "installed",
        unitless: expect.any(TransportError),
        foreign: expect.any(TrustError),
        twice: expect.any(TransportError),
      });
      const { instances } = await sandbox.user.json<Listed>([...within("copies"), "list"]);
      const members = instances.filter(({ version }) => version !== "");
      expect(members.map(({ id, health }) => ({ id, health }))).toEqual([{ id: tried.good.id, health: "ready" }]);
    },
    SLOW_MS,
  );

  it(
    "the spoilt ones say on their consoles at which step they failed",
    async () => {
      const { good, unitless, foreign, twice } = await copies;
      const [ofGood, ...ofSpoilt] = await Promise.all(
        [good, unitless, foreign, twice].map(({ id }) => driver.console(id)),
      );
      expect({ ofGood, ofSpoilt }).toEqual({
        ofGood: expect.stringContaining("reflowlet (c6a.large) started (version sandbox)"),
        ofSpoilt: [
          expect.stringMatching(/Mounted mnt-data\.mount\.[^]*reflow-deadline: no reflowlet runs, powering off/),
          expect.stringMatching(/bootstrap server running[^]*reflowlet\.service: http: TLS handshake error/),
          expect.stringMatching(/user-data is not applied: .* not with #cloud-config/),
        ],
      });
    },
    SLOW_MS,
  );
});

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

let sandbox: E2eSandbox;
let driver: Driver;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
  driver = await Driver.of(sandbox);
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

const within = (cluster: string): readonly string[] => ["--sandbox", "--cluster", cluster];

describe("state", () => {
  it(
    "is in the tags alone: somebody with the same configuration and nothing else sees the same member and alloc",
    async () => {
      const { user, status } = sandbox;
      const { alloc, instance } = await user.json<Allocated>([...within("shared"), "allocate", "--cpu", "1"]);
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
      const id = await driver.launchWith(await driver.userData(), "driver");
      await driver.install(id, SLOW_MS);
      await driver.untilTagged(id);

      const { instances } = await user.json<Listed>([...within("driver"), "list"]);
      expect(instances).toEqual([
        {
          id,
          type: "c6a.large",
          state: "running",
          health: "ready",
          problem: "",
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

      const allocated = await user.json<Allocated>([...within("driver"), "allocate", "--cpu", "1", "--mem", "1GiB"]);
      expect(allocated).toMatchObject({ reused: true, instance: { id } });
      expect(await sandbox.launched({ "tag:cluster": "driver" })).toHaveLength(1);
    },
    SLOW_MS,
  );
});

describe("of four copies of our user-data", () => {
  /** The user-data without one of its units. */
  const without = (userData: string, unit: string): string => {
    const config = parseCloudConfig(load(decodeUserData(userData)), "user-data");
    const units = config.coreos.units.filter(({ name }) => name !== unit);
    expect(units).toHaveLength(config.coreos.units.length - 1);
    return encodeUserData(marshalCloudConfig({ ...config, coreos: { ...config.coreos, units } }));
  };

  const foreign = parseAuthority(
    readFileSync(new URL("../fixtures/config/authority-2020.pem", import.meta.url), "utf8"),
    "authority-2020.pem",
  );

  it(
    "only the good one becomes a member, and the others' consoles say where they failed",
    async () => {
      const good = await driver.userData();
      const copies = {
        good,
        unitless: without(await driver.userData({ usableWithinMs: 2_000 }), "reflowlet.service"),
        foreign: await driver.userData({ authority: foreign }),
        twice: Buffer.from(good).toString("base64"),
      };
      const looked = await Promise.all(
        Object.entries(copies).map(async ([name, userData]) => {
          const id = await driver.launchWith(userData, "copies");
          // What is right answers within a second; the rest never does.
          const limitMs = name === "good" ? SLOW_MS : 4_000;
          const installed = await driver.install(id, limitMs).then(
            () => "installed",
            (error: unknown) => error,
          );
          return [name, { id, installed }] as const;
        }),
      );
      const outcome = Object.fromEntries(looked);
      expect(Object.fromEntries(looked.map(([name, { installed }]) => [name, installed]))).toEqual({
        good: "installed",
        unitless: expect.any(TransportError),
        foreign: expect.any(TrustError),
        twice: expect.any(TransportError),
      });
      const id = outcome["good"]?.id ?? "";
      await driver.untilTagged(id);

      const { instances } = await sandbox.user.json<Listed>([...within("copies"), "list"]);
      expect(instances.filter(({ health }) => health === "ready").map((member) => member.id)).toEqual([id]);

      const consoles = await Promise.all(
        looked.map(async ([name, { id }]) => [name, await driver.console(id)] as const),
      );
      expect(Object.fromEntries(consoles)).toEqual({
        good: expect.stringContaining("reflowlet (c6a.large) started (version sandbox)"),
        unitless: expect.stringMatching(
          /Mounted mnt-data\.mount\.[^]*reflow-deadline: no reflowlet runs, powering off/,
        ),
        foreign: expect.stringMatching(/bootstrap server running[^]*reflowlet\.service: http: TLS handshake error/),
        twice: expect.stringMatching(/user-data is not applied: .* not with #cloud-config/),
      });
    },
    SLOW_MS,
  );
});

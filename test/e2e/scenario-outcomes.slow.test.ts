import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { editConfig } from "./support/edit-config.js";
import { Lanes } from "./support/lanes.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";
import {
  rowExpected,
  runRow,
  runUnderScenario,
  setScenario,
  together,
  type ScenarioRow,
} from "./support/scenario-row.js";

/** A machine that fails takes seconds to do so, and the command line as long again to see it. */
const SLOW_MS = 60_000;

let sandbox: E2eSandbox;
let resultOf: (row: ScenarioRow) => Promise<object>;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
  await setScenario(sandbox, together(OF_ONE_TYPE));
  resultOf = new Lanes().startAll(OF_ONE_TYPE, (row) => runRow(sandbox, row));
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

const NO_CAPACITY = "InsufficientInstanceCapacity";

/** Each has a type, or types, of its own: they run side by side. */
const OF_ONE_TYPE: readonly ScenarioRow[] = [
  {
    title: "no capacity in one zone: the next zone",
    scenario: { refusals: [{ type: "c6a.large", zone: "us-west-2a", code: NO_CAPACITY }] },
    args: ["--type", "c6a.large", "--cpu", "1"],
    code: 0,
    allocs: ["c6a.large us-west-2b"],
    says: [],
    launched: 1,
    left: 1,
  },
  {
    title: "no capacity in any zone: no capacity, after all of them",
    scenario: { refusals: [{ type: "m6a.large", code: NO_CAPACITY }] },
    args: ["--type", "m6a.large", "--cpu", "1"],
    code: 4,
    says: ["error: all 3 offerings for", "refused: m6a.large in us-west-2", NO_CAPACITY, "hint: try again later"],
    launched: 0,
    left: 0,
  },
  {
    title: "accepted, and then failed for want of capacity: the next zone",
    scenario: { failures: [{ type: "c5.large", zone: "us-west-2a", reason: `Server.${NO_CAPACITY}` }] },
    args: ["--type", "c5.large", "--cpu", "1"],
    code: 0,
    allocs: ["c5.large us-west-2b"],
    says: [],
    launched: 2,
    left: 1,
  },
  {
    title: "accepted, and then failed for a quota: the limit",
    scenario: { failures: [{ type: "m5.large", reason: "Client.VolumeLimitExceeded" }] },
    args: ["--type", "m5.large", "--cpu", "1"],
    code: 5,
    says: ["error: i-", "while waiting for the instance to run: Client.VolumeLimitExceeded", "hint: ask AWS"],
    launched: 1,
    left: 0,
  },
  {
    title: "comes up smaller than planned: another type",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "less-memory", type: "c5a.large" }] },
    args: ["--cpu", "1", "--mem", "3GiB"],
    config: () =>
      editConfig(sandbox, "smaller.yaml", [/^ {2}disktype: gp3$/m, "$&\n  instancetypes: [c5a.large, c6i.large]"]),
    code: 0,
    allocs: ["c6i.large us-west-2a"],
    says: ["launching c5a.large", "launching c6i.large"],
    launched: 2,
    left: 1,
  },
  {
    title: "the bootstrap cannot be downloaded: the machine ends, and the console says why",
    scenario: { bootFaults: [{ phase: "download", kind: "fails", type: "r5.large" }] },
    args: ["--type", "r5.large", "--cpu", "1"],
    code: 7,
    says: [
      "before it became usable, while waiting for the bootstrap: Client.InstanceInitiatedShutdown",
      "the end of its console:",
      "curl: (22) The requested URL returned error: 503",
    ],
    launched: 1,
    left: 0,
  },
  {
    title: "the reflowlet cannot be installed: the bootstrap's own words",
    scenario: {
      bootFaults: [{ phase: "install", kind: "fails", text: "no space left on device", type: "r6i.large" }],
    },
    args: ["--type", "r6i.large", "--cpu", "1"],
    code: 7,
    says: [
      "could not install the reflowlet",
      "no space left on device",
      "the end of its console:",
      "hint: check `reflow-ec2: image`",
    ],
    launched: 1,
    left: 0,
  },
  {
    title: "a reflowlet of another version: the configuration is wrong",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "wrong-version", version: "reflow9", type: "m5a.large" }] },
    args: ["--type", "m5a.large", "--cpu", "1"],
    code: 2,
    says: [
      "is of version reflow9, the configuration names sandbox",
      "hint: set `reflow: reflowversion,version=reflow9`",
    ],
    launched: 1,
    left: 0,
  },
  {
    title: "a bootstrap of another authority: no trust",
    scenario: { bootFaults: [{ phase: "bootstrap", kind: "wrong-authority", type: "m6i.large" }] },
    args: ["--type", "m6i.large", "--cpu", "1"],
    code: 8,
    says: ["presents a certificate of another authority", "nothing was sent to it"],
    launched: 1,
    left: 0,
  },
];

/** Of whatever launch: one at a time. */
const OF_ALL: readonly ScenarioRow[] = [
  {
    title: "a quota of vCPUs: its name and code",
    scenario: { quotas: { onDemandVcpus: 1 } },
    args: ["--cpu", "1"],
    code: 5,
    says: ["VcpuLimitExceeded", "current vCPU limit of 1", "hint: ask AWS for more of the quota", "L-1216C47A"],
    launched: 0,
    left: 0,
  },
  ...["RunInstances", "CreateTags", "DescribeInstances"].map((action) => ({
    title: `${action} denied: the permission`,
    scenario: { denied: [{ action }] },
    args: ["--cpu", "1"],
    code: 6,
    says: ["UnauthorizedOperation", `hint: the credentials in use must be valid and allow ec2:${action}`],
    launched: 0,
    left: 0,
  })),
];

describe("a refusal or a fault of one type leads to", () => {
  it.each(OF_ONE_TYPE)(
    "$title",
    async (row) => {
      expect(await resultOf(row)).toEqual(rowExpected(row));
    },
    SLOW_MS,
  );
});

describe("a refusal of every launch leads to", () => {
  beforeAll(() => Promise.all(OF_ONE_TYPE.map((row) => resultOf(row).catch(() => undefined))), SLOW_MS);

  it.each(OF_ALL)(
    "$title",
    async (row) => {
      expect(await runUnderScenario(sandbox, row)).toEqual(rowExpected(row));
    },
    SLOW_MS,
  );
});

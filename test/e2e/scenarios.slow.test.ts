import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { fastClock } from "./support/preload.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";
import { rowExpected, runUnderScenario, type ScenarioRow } from "./support/scenario-row.js";

const SLOW_MS = 120_000;

/** Minutes of waiting in seconds: limits pass quickly, too. More, and a busy machine cannot answer within them. */
const QUICKLY = fastClock(20, Infinity);
/** Waits pass quickly, limits do not. */
const IMPATIENTLY = fastClock(20);

const ONE = ["--type", "c6a.large", "--cpu", "1"];
const SERVED = { code: 0, allocs: ["c6a.large us-west-2a"], launched: 1, left: 1 };
const CONSOLE = "the end of its console:";

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

const ROWS: readonly ScenarioRow[] = [
  {
    ...SERVED,
    title: "half of all calls throttled: served all the same",
    scenario: { seed: 3, throttled: [{ action: "*", share: 0.5 }] },
    args: ONE,
    env: IMPATIENTLY,
    says: [],
  },
  {
    title: "every launch throttled: to be tried again later",
    scenario: { throttled: [{ action: "RunInstances", share: 1 }] },
    args: ONE,
    env: IMPATIENTLY,
    code: 4,
    says: ["RunInstances: RequestLimitExceeded", "hint: the account's request rate is used up"],
    launched: 0,
    left: 0,
  },
  {
    ...SERVED,
    title: "an instance that EC2 does not know for ten seconds: served",
    scenario: { notFound: { instances: "10s" } },
    args: ONE,
    says: [],
  },
  {
    title: "room for two of three in each zone: the third in the next",
    scenario: { capacity: [{ type: "m5.large", instances: 2 }] },
    args: ["--type", "m5.large", "--cpu", "2", "--count", "3"],
    code: 0,
    allocs: ["m5.large us-west-2a", "m5.large us-west-2a", "m5.large us-west-2b"],
    says: [],
    launched: 3,
    left: 3,
  },
  {
    ...SERVED,
    title: "the answer to a launch lost: asked again, and launched once",
    // Given up after six seconds, so that the second call comes later than the rule holds, however soon the first one did.
    scenario: { latency: [{ action: "RunInstances", time: "20s", for: "5500ms" }] },
    args: ONE,
    env: fastClock(10, Infinity),
    says: ["the answer to a launch was lost, asking again"],
  },
  {
    title: "the answer to a launch lost for good: what it launched is found and ended",
    scenario: { latency: [{ action: "RunInstances", time: "10s" }] },
    args: ONE,
    env: QUICKLY,
    code: 2,
    says: ["asking again", "the answer to its launch was lost", "error: RunInstances gave no answer for 60 s"],
    launched: 1,
    left: 0,
  },
  {
    title: "nobody may end instances: told, and it ends itself by its deadline",
    scenario: {
      denied: [{ action: "TerminateInstances" }],
      bootFaults: [{ phase: "install", kind: "fails", text: "exec format error" }],
    },
    args: ONE,
    code: 7,
    says: ["is not authorized to perform: ec2:TerminateInstances", "could not install the reflowlet"],
    launched: 1,
    left: 1,
  },
  {
    title: "the kernel panics: the bootstrap never listens",
    scenario: { bootFaults: [{ phase: "os", kind: "hangs" }] },
    args: ONE,
    env: QUICKLY,
    code: 7,
    says: ["waiting for the bootstrap (", "took longer than 6 min", CONSOLE, "Kernel panic", "hint: check that"],
    launched: 1,
    left: 0,
  },
  {
    title: "the bootstrap hangs: it never answers",
    scenario: { bootFaults: [{ phase: "bootstrap", kind: "hangs" }] },
    args: ONE,
    env: QUICKLY,
    code: 7,
    says: [
      "waiting for the bootstrap (",
      "did not reply to",
      "took longer than 6 min",
      CONSOLE,
      "bootstrap server running",
    ],
    launched: 1,
    left: 0,
  },
  {
    title: "the bootstrap crashes: the machine ends",
    scenario: { bootFaults: [{ phase: "bootstrap", kind: "crashes" }] },
    args: ONE,
    code: 7,
    says: ["before it became usable, while waiting for the bootstrap", CONSOLE, "panic: runtime error"],
    launched: 1,
    left: 0,
  },
  {
    title: "the reflowlet hangs: it never answers",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "hangs" }] },
    args: ONE,
    env: QUICKLY,
    code: 7,
    says: ["waiting for the reflowlet (", "did not reply to GET /v1/config", "took longer than 3 min", CONSOLE],
    launched: 1,
    left: 0,
  },
  {
    title: "the reflowlet crashes: the machine ends",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "crashes" }] },
    args: ONE,
    code: 7,
    says: ["before it became usable, while waiting for the reflowlet", CONSOLE, "panic: runtime error"],
    launched: 1,
    left: 0,
  },
  {
    title: "a reflowlet of another authority: no trust",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "wrong-authority" }] },
    args: ONE,
    code: 8,
    says: ["presents a certificate of another authority", "nothing was sent to it"],
    launched: 1,
    left: 0,
  },
  {
    title: "a reflowlet that never tags its instance: it would be no member",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "never-tags" }] },
    args: ONE,
    env: QUICKLY,
    code: 7,
    says: ["waiting for the reflowlet to tag its instance (", "took longer than 1 min", CONSOLE, "ec2:CreateTags"],
    launched: 1,
    left: 0,
  },
  {
    ...SERVED,
    title: "a reflowlet that is down for three seconds: waited for",
    scenario: { bootFaults: [{ phase: "reflowlet", kind: "silent", after: "0s", downFor: "3s" }] },
    args: ONE,
    says: [],
  },
];

it.each(ROWS)(
  "$title",
  async (row) => {
    expect(await runUnderScenario(sandbox, row)).toEqual(rowExpected(row));
  },
  SLOW_MS,
);

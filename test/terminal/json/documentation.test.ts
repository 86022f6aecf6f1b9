import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { allocateJson, allocationsJson } from "../../../src/terminal/json/allocate.js";
import { allocatePlanJson } from "../../../src/terminal/json/allocate-plan.js";
import { changedJson, checkedJson, configJson } from "../../../src/terminal/json/config.js";
import { LeaseLostError } from "../../../src/errors.js";
import { doctorJson } from "../../../src/terminal/json/doctor.js";
import { freeJson, keepaliveJson } from "../../../src/terminal/json/lease.js";
import { instancesJson } from "../../../src/terminal/json/instances.js";
import { listJson } from "../../../src/terminal/json/list.js";
import { probeJson } from "../../../src/terminal/json/probe.js";
import { probePlanJson } from "../../../src/terminal/json/probe-plan.js";
import { renderJson } from "../../../src/terminal/json/render.js";
import { runStatusJson, type RunStatus } from "../../../src/terminal/json/run-status.js";
import { scenarioJson } from "../../../src/terminal/json/scenario.js";
import { sandboxJson } from "../../../src/terminal/json/sandbox.js";
import { setupPlanJson, setupResultJson } from "../../../src/terminal/json/setup.js";
import { terminateJson } from "../../../src/terminal/json/terminate.js";
import type { InstanceRow } from "../../../src/terminal/instances-view.js";
import { sampleCatalog, sampleType } from "../../catalog/sample-type.js";
import { FAKE_SANDBOX } from "../../support/fake-world.js";
import { FINDINGS } from "../../support/sample-findings.js";
import { SMALL_PROBE } from "../../support/sample-probe.js";
import {
  ALLOCATION,
  FLEET_PLAN,
  LAUNCH_PLAN,
  NOW_MS,
  READY_MEMBER,
  RENDERED,
  SCENARIO_IN_FORCE,
  SETUP_PLAN,
  SETUP_RESULT,
} from "../../support/sample-results.js";

const URI = "203.0.113.7:9000/9f86d081884c7d65";
const GONE = {
  uri: "203.0.113.7:9000/0123456789abcdef",
  kind: "failed",
  error: new LeaseLostError("zombie alloc"),
} as const;
const why = "zombie alloc";
const LOST_RUN: RunStatus = {
  exitCode: 125,
  failure: { exitCode: 10, code: "lease-lost", reason: `the lease of ${URI} was lost: ${why}` },
  command: { kind: "killed", signal: "SIGTERM" },
  leases: [
    {
      kind: "lost",
      uri: URI,
      why,
      renewals: 1,
      failures: 1,
      history: [
        { atMs: NOW_MS, kind: "renewed", grantedMs: 120_000 },
        { atMs: NOW_MS + 90_000, kind: "trouble", problem: "connection refused" },
        { atMs: NOW_MS + 600_000, kind: "stood-still", ms: 508_000 },
        { atMs: NOW_MS + 600_000, kind: "lost", why },
      ],
    },
  ],
};

const MEASURED_ROW: InstanceRow = {
  facts: sampleType({ type: "m6a.large", measuredOn: "2026-11-25", interruption: 2 }),
  diskBytes: 312_458_870_784,
  price: { instanceUsd: 0.0864, volumesUsd: 0.0548, creditsUsd: 0, totalUsd: 0.1412, basis: "on-demand" },
  spotEstimateUsd: 0.0902,
  problem: "",
  fit: { fits: false, reason: "mem 7.3GiB of 8.0GiB" },
};
const CATALOGUE = {
  region: "us-west-2",
  config: { source: "/home/ada/.reflow/config.yaml", found: true, warnings: [], logLevel: "info" },
  market: "spot",
  asOf: { ...sampleCatalog().asOf, measured: "2026-11-25" },
} as const;
const line = (number: number) => ({ kind: "file", file: "config.yaml", line: number }) as const;
const CONFIG = {
  source: "config.yaml",
  facts: [
    {
      key: "generation",
      value: 2023,
      origin: { kind: "keys", file: "config.yaml", keys: [{ key: "ec2cluster.subnets", line: 8 }] },
      masked: false,
    },
    { key: "region", value: "us-west-2", origin: { kind: "environment", name: "AWS_REGION" }, masked: false },
  ],
  values: [
    { key: "ec2cluster.disktype", value: "sc1", origin: line(8), masked: false },
    { key: "ec2cluster.ami", value: null, origin: { kind: "default" }, masked: false },
    { key: "instances.tls", value: "MASKED", origin: line(30), masked: true },
  ],
} as const;
const CHECKED = [
  {
    file: "good.yaml",
    problems: [],
    warnings: [
      "good.yaml: instance types that the catalogue does not know are left out: p3.2xlarge, g3.16xlarge, p3.16xlarge, p2.8xlarge",
    ],
  },
  {
    file: "wrong.yaml",
    problems: [
      {
        source: "wrong.yaml",
        line: 3,
        key: "ec2cluster.disktyp",
        message: 'no such key under `ec2cluster:`; did you mean "disktype"?',
      },
    ],
    warnings: [],
  },
];
const CHANGED = {
  key: "reflow-ec2.maxinstances",
  text: "",
  changed: true,
  line: 20,
  before: 100,
  after: 20,
  hasSecrets: false,
  problems: [],
};

const PROBE_PLAN = {
  types: [
    {
      type: "c6a.large",
      samples: 2,
      usualUsd: 0.0141,
      mostUsd: 0.0744,
      places: [
        { market: "spot", zone: "us-west-2a", hourlyUsd: 0.0921, priceBasis: "spot" },
        { market: "on-demand", zone: "us-west-2a", hourlyUsd: 0.1313, priceBasis: "on-demand" },
      ],
    },
  ],
  skipped: [
    {
      type: "p3.2xlarge",
      samples: 2,
      kind: "nowhere",
      reason: "it is not sold in any zone that the configuration allows",
    },
  ],
  usualUsd: 0.0141,
  mostUsd: 0.0744,
} as const;

const page = readFileSync(new URL("../../../docs/json.md", import.meta.url), "utf8");

/** The examples below a heading of the page. */
function examples(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => text);
}

describe("docs/json.md", () => {
  it.each<[string, object[]]>([
    ["allocate", [allocateJson(ALLOCATION)]],
    ["allocate --count", [allocationsJson([ALLOCATION])]],
    ["allocate --dry-run", [allocatePlanJson(FLEET_PLAN, true)]],
    ["--status-file", [runStatusJson(LOST_RUN)]],
    ["free", [freeJson([{ uri: URI, kind: "done", value: undefined }, GONE])]],
    [
      "keepalive",
      [keepaliveJson([{ uri: URI, kind: "done", value: { grantedMs: 120_000, expiresMs: NOW_MS + 120_000 } }, GONE])],
    ],
    ["list", [listJson([READY_MEMBER])]],
    ["probe", [probeJson(SMALL_PROBE)]],
    ["probe --dry-run", [probePlanJson(PROBE_PLAN)]],
    ["terminate", [terminateJson([{ id: READY_MEMBER.id, from: "running", to: "terminated" }])]],
    ["instances", [instancesJson(CATALOGUE, [MEASURED_ROW])]],
    ["render", [renderJson(RENDERED)]],
    ["doctor", [doctorJson(FINDINGS.slice(0, 4))]],
    ["setup", [setupResultJson(SETUP_RESULT)]],
    ["setup --dry-run", [setupPlanJson(SETUP_PLAN)]],
    ["config", [configJson(CONFIG)]],
    ["config validate", [checkedJson(CHECKED)]],
    ["config set", [changedJson("config.yaml", CHANGED)]],
    ["sandbox scenario", [scenarioJson(SCENARIO_IN_FORCE)]],
    ["sandbox start, stop, status", [sandboxJson(FAKE_SANDBOX)]],
  ])("shows under '%s' what is printed, letter for letter", (heading, results) => {
    expect(examples(heading)).toEqual(results.map((result) => `${JSON.stringify(result, undefined, 2)}\n`));
  });
});

describe("JSON", () => {
  it("tells of a notice of EC2's, with its time where EC2 says it", () => {
    const notices = [Date.UTC(2026, 0, 1), undefined].map((noticedMs) => {
      const reclaim = { status: "marked-for-termination", noticedMs };
      return listJson([{ ...READY_MEMBER, reclaim }]).instances[0]?.reclaim;
    });
    expect(notices).toEqual([
      { status: "marked-for-termination", noticed: "2026-01-01T00:00:00.000Z" },
      { status: "marked-for-termination", noticed: null },
    ]);
  });

  it("has null for a price that is not known, and for a zone that EC2 chooses", () => {
    const unpriced = { ...ALLOCATION, instance: { ...ALLOCATION.instance, hourlyUsd: undefined } };
    expect(allocateJson(unpriced).instance.hourlyUsd).toBeNull();
    expect(listJson([{ ...READY_MEMBER, hourlyUsd: undefined }]).instances[0]?.hourlyUsd).toBeNull();
    const launches = LAUNCH_PLAN.launches.map((launch) => ({ ...launch, zone: undefined }));
    expect(allocatePlanJson({ ...LAUNCH_PLAN, launches }, false)).toMatchObject({ launches: [{ zone: null }] });
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { allocateJson, allocatePlanJson } from "../../../src/terminal/json/allocate.js";
import { listJson } from "../../../src/terminal/json/list.js";
import { renderJson } from "../../../src/terminal/json/render.js";
import { sandboxJson } from "../../../src/terminal/json/sandbox.js";
import { terminateJson } from "../../../src/terminal/json/terminate.js";
import { FAKE_SANDBOX } from "../../support/fake-world.js";
import { ALLOCATION, LAUNCH_PLAN, READY_MEMBER, RENDERED, REUSE_PLAN } from "../../support/sample-results.js";

const page = readFileSync(new URL("../../../docs/json.md", import.meta.url), "utf8");

/** The examples below a heading of the page. */
function examples(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => text);
}

describe("docs/json.md", () => {
  it.each<[string, object[]]>([
    ["allocate", [allocateJson(ALLOCATION)]],
    ["allocate --dry-run", [allocatePlanJson(LAUNCH_PLAN), allocatePlanJson(REUSE_PLAN)]],
    ["list", [listJson([READY_MEMBER])]],
    ["terminate", [terminateJson([{ id: READY_MEMBER.id, from: "running", to: "terminated" }])]],
    ["render", [renderJson(RENDERED)]],
    ["sandbox start, stop, status", [sandboxJson(FAKE_SANDBOX)]],
  ])("shows under '%s' what is printed, letter for letter", (heading, results) => {
    expect(examples(heading)).toEqual(results.map((result) => `${JSON.stringify(result, undefined, 2)}\n`));
  });
});

describe("JSON", () => {
  it("has null for a price that is not known, and for a zone that EC2 chooses", () => {
    const unpriced = { ...ALLOCATION, instance: { ...ALLOCATION.instance, hourlyUsd: undefined } };
    expect(allocateJson(unpriced).instance.hourlyUsd).toBeNull();
    expect(listJson([{ ...READY_MEMBER, hourlyUsd: undefined }]).instances[0]?.hourlyUsd).toBeNull();
    if (LAUNCH_PLAN.kind !== "launch") throw new Error("the sample plan is to launch");
    const anywhere = allocatePlanJson({ ...LAUNCH_PLAN, launch: { ...LAUNCH_PLAN.launch, zone: undefined } });
    expect(anywhere).toMatchObject({ launch: { zone: null } });
  });
});

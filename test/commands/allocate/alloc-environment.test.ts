import { describe, expect, it } from "@jest/globals";
import { allocEnvironment } from "../../../src/commands/allocate/alloc-environment.js";
import { ALLOCATION } from "../../support/sample-results.js";

const at = (uri: string, resources = ALLOCATION.alloc.resources): typeof ALLOCATION => ({
  ...ALLOCATION,
  alloc: { ...ALLOCATION.alloc, uri, resources },
});

describe("the environment of a command with allocs", () => {
  it("names all of several, and tells the first in full", () => {
    const env = allocEnvironment([at("a.example:9000/1"), at("b.example:9001/2")]);
    expect(env).toMatchObject({
      REFLOW_ALLOC_URI: "a.example:9000/1",
      REFLOW_ALLOC_HOST: "a.example",
      REFLOW_ALLOC_COUNT: "2",
      REFLOW_ALLOC_URIS: "a.example:9000/1 b.example:9001/2",
    });
  });

  it("has numbers that a shell can reckon with, and addresses without brackets", () => {
    const env = allocEnvironment([at("[::1]:9000/1", { cpu: 0.5, mem: 15_977_278_341.12, disk: 2e12 })]);
    expect(env).toMatchObject({
      REFLOW_ALLOC_HOST: "::1",
      REFLOW_ALLOC_CPU: "0.5",
      REFLOW_ALLOC_MEM: "15977278341",
      REFLOW_ALLOC_DISK: "2000000000000",
    });
  });
});

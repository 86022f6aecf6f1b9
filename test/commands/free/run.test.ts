import { describe, expect, it } from "@jest/globals";
import { FakeCluster } from "../../support/fake-cluster.js";
import { runProgram } from "../../support/fake-world.js";
import { LIVE_ALLOC, READY_MEMBER } from "../../support/sample-results.js";

const { uri } = LIVE_ALLOC;
const GONE = "elsewhere:9000/0123456789abcdef";
const free = (...argv: readonly string[]) =>
  runProgram(["free", ...argv], { cluster: new FakeCluster({ members: [READY_MEMBER] }) });

describe("free", () => {
  it("frees an alloc and says so", async () => {
    expect(await free(uri)).toEqual({
      code: 0,
      stdout: `URI${" ".repeat(uri.length - 1)}RESULT\n${uri}  freed\n`,
      stderr: "",
    });
  });

  it("asks for each alloc once", async () => {
    const cluster = new FakeCluster({ members: [READY_MEMBER] });
    await runProgram(["free", uri, uri], { cluster });
    expect(cluster.requests).toEqual([{ method: "free", uris: [uri] }]);
  });

  it("ends with 10 for one that is gone, with what its reflowlet says", async () => {
    expect(await free("-o", "name", GONE)).toEqual({ code: 10, stdout: "", stderr: `error: ${GONE}: zombie alloc\n` });
    expect(await free("-o", "name", GONE, `${GONE}0`)).toMatchObject({
      code: 10,
      stderr: `warning: ${GONE}0: zombie alloc\nerror: ${GONE}: zombie alloc\n`,
    });
  });

  it("tells each one's outcome, and ends with 9 when some are not freed", async () => {
    const { code, stdout, stderr } = await free("-o", "json", GONE, uri);
    expect({ code, stdout: JSON.parse(stdout) as unknown, stderr }).toEqual({
      code: 9,
      stdout: {
        schemaVersion: 1,
        allocs: [
          { uri: GONE, freed: false, problem: `${GONE}: zombie alloc` },
          { uri, freed: true, problem: "" },
        ],
      },
      stderr: `warning: ${GONE}: zombie alloc\n` + "error: not freed: 1 of 2 allocs\nhint: The warnings say why.\n",
    });
    expect((await free("-o", "name", GONE, uri)).stdout).toBe(`${uri}\n`);
  });

  it("wants to know which", async () => {
    expect(await free()).toMatchObject({ code: 2, stderr: expect.stringContaining("no alloc is named") });
  });
});

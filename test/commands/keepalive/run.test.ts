import { describe, expect, it } from "@jest/globals";
import { FakeCluster } from "../../support/fake-cluster.js";
import { runProgram } from "../../support/fake-world.js";
import { LIVE_ALLOC, READY_MEMBER } from "../../support/sample-results.js";

const { uri } = LIVE_ALLOC;
const GONE = "elsewhere:9000/0123456789abcdef";
const keepalive = (...argv: readonly string[]) =>
  runProgram(["keepalive", ...argv], { cluster: new FakeCluster({ members: [READY_MEMBER] }) });

describe("keepalive", () => {
  it("renews a lease for two minutes and says so", async () => {
    expect(await keepalive(uri)).toEqual({
      code: 0,
      stdout: `URI${" ".repeat(uri.length - 1)}RESULT\n${uri}  runs for 2m\n`,
      stderr: "",
    });
  });

  it("asks for what --interval says", async () => {
    const cluster = new FakeCluster({ members: [READY_MEMBER] });
    await runProgram(["keepalive", "--interval", "5m", uri], { cluster });
    expect(cluster.requests).toEqual([{ method: "keepalive", uris: [uri], intervalMs: 300_000 }]);
  });

  it("tells what was granted, until when, and what could not be renewed", async () => {
    const { code, stdout } = await keepalive("-o", "json", uri, GONE);
    expect({ code, stdout: JSON.parse(stdout) as unknown }).toEqual({
      code: 9,
      stdout: {
        schemaVersion: 1,
        allocs: [
          { uri, renewed: true, seconds: 120, expires: "2026-01-01T00:02:00.000Z", problem: "" },
          { uri: GONE, renewed: false, seconds: null, expires: null, problem: `${GONE}: zombie alloc` },
        ],
      },
    });
  });

  it("ends with 10 when the lease is lost", async () => {
    expect(await keepalive("-o", "name", GONE)).toMatchObject({ code: 10, stdout: "" });
  });

  it.each([["0"], ["-2m"], ["soon"]])("refuses --interval %s", async (interval) => {
    expect(await keepalive(`--interval=${interval}`, uri)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--interval"),
    });
  });
});

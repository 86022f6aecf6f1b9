import { describe, expect, it } from "@jest/globals";
import { checkBootstrapUrl } from "../../../src/cluster/launch/bootstrap-url.js";
import type { BootstrapVerdict } from "../../../src/cluster/ports.js";
import { clusterWorld, SETTINGS } from "../../support/cluster-world.js";

const signal = new AbortController().signal;

const check = async (verdict: BootstrapVerdict | undefined): Promise<unknown> => {
  const bootstrapUrl = "https://ann:secret@example.com/bootstrap?signature=secret";
  const { context, events } = await clusterWorld({ launch: { ...SETTINGS.launch, bootstrapUrl } });
  const checkBootstrap = verdict && (async () => verdict);
  const error: unknown = await checkBootstrapUrl({ ...context, checkBootstrap }, signal).catch(
    (thrown: unknown) => thrown,
  );
  return error ?? events.map((event) => (event.kind === "warning" ? event.message : event.kind));
};

describe("the bootstrap's URL", () => {
  it("is good when a program is there, and not asked for where it cannot be", async () => {
    expect([await check({ kind: "there" }), await check(undefined)]).toEqual([[], []]);
  });

  it("is refused before any launch when something else answers, without telling its password or signature", async () => {
    expect(await check({ kind: "wrong", problem: "it answers with status 404 (there is nothing)" })).toMatchObject({
      exitCode: 2,
      message:
        "the bootstrap https://…@example.com/bootstrap?… cannot be used: it answers with status 404 (there is nothing)",
      hint: expect.stringMatching(/bootstrapimage,uri=/),
    });
  });

  it("is only warned of when nothing answers: instances may reach what this machine does not", async () => {
    expect(await check({ kind: "unreachable", problem: "no answer within 5 s" })).toEqual([
      "the bootstrap https://…@example.com/bootstrap?… was not checked: no answer within 5 s",
    ]);
  });
});

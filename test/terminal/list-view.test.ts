import { describe, expect, it } from "@jest/globals";
import { NO_COLORS } from "../../src/terminal/colors.js";
import { listTable } from "../../src/terminal/list-view.js";
import { BOOTING_MEMBER, LIVE_ALLOC, NOW_MS, READY_MEMBER } from "../support/sample-results.js";

const table = (columns: number | undefined, members = [READY_MEMBER, BOOTING_MEMBER]): Promise<string> =>
  listTable(members, { nowMs: NOW_MS, columns, wide: false, colors: NO_COLORS });

describe("the table of members", () => {
  it.each([80, 90, 100, 120, 140])("fits %d columns", async (width) => {
    const lines = (await table(width)).split("\n");
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines.every((line) => line === line.trimEnd())).toBe(true);
  });

  it("never leaves out which instance, its state and its price", async () => {
    expect((await table(40)).split("\n")[0]).toBe("ID                   TYPE         STATE      AGE  CPU     $/H");
  });

  it("counts only leases that still run", async () => {
    const expired = { ...LIVE_ALLOC, id: "1", expired: true };
    const text = await table(undefined, [{ ...READY_MEMBER, allocs: [LIVE_ALLOC, expired] }]);
    expect(text.split("\n")[1]).toMatch(/ {2}1 {2}0\.1331$/);
  });

  it("shows a notice of EC2's unasked, and has no column for it where there is none", async () => {
    const reclaim = { status: "marked-for-termination", noticedMs: NOW_MS };
    const lines = (await table(undefined, [{ ...READY_MEMBER, reclaim }, BOOTING_MEMBER])).trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/).at(-1))).toEqual(["RECLAIM", "marked-for-termination", "-"]);
    expect(await table(undefined)).not.toContain("RECLAIM");
  });

  it("shows a clock that is behind EC2's as no age", async () => {
    const text = await table(80, [{ ...READY_MEMBER, launchTimeMs: NOW_MS + 3_000 }]);
    expect(text).toContain("  0s  ");
  });
});

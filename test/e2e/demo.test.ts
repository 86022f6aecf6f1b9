import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";

const run = promisify(execFile);

/** What differs from run to run: ids, addresses, times and zones. */
function lasting(text: string): string {
  return text
    .replace(/127\.\d+\.\d+\.\d+:\d+\/[0-9a-f]{16}/g, "ADDRESS/ALLOC")
    .replace(/i-[0-9a-f]{17}/g, "INSTANCE")
    .replace(/20\d\d-\d\d-\d\dT[0-9:.]+Z/g, "TIME")
    .replace(/us-west-2[a-d]/g, "ZONE")
    .replace(/took +[^\n]*/g, "took SECONDS")
    .trim();
}

describe("the demo", () => {
  it("shows what the README says that it shows", async () => {
    const { stdout } = await run(process.execPath, [fileURLToPath(new URL("../../scripts/demo.mjs", import.meta.url))]);
    const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
    const shown = /```console\n(# No instance is there[^]*?)```/.exec(readme)?.[1] ?? "";
    const demo = stdout.slice(0, stdout.indexOf("done in"));
    expect(lasting(shown)).toBe(lasting(demo));
  }, 60_000);
});

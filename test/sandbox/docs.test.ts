import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { actions } from "../../src/sandbox/ec2/actions.js";

describe("docs/sandbox.md", () => {
  it("lists the actions that the sandbox answers", async () => {
    const text = await readFile(new URL("../../docs/sandbox.md", import.meta.url), "utf8");
    const quoted = text.split("\n").filter((line) => line.startsWith("> "));
    const listed = quoted.join(" ").replaceAll("> ", "").split(/,\s*/);
    expect(listed).toEqual([...actions.keys()].sort());
  });
});

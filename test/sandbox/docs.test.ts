import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { actions } from "../../src/sandbox/ec2/actions.js";
import { KNOWN_ACTIONS } from "../../src/sandbox/scenario/known-actions.js";
import { ROUTES } from "../../src/sandbox/s3/s3-service.js";

/** The lists of actions in the text, each a quotation. */
function listsIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/(?:^> .*\n)+/gm)].map(([quotation]) =>
    quotation.replaceAll("\n", " ").replaceAll("> ", "").trim().split(/,\s*/),
  );
}

describe("docs/sandbox.md", () => {
  it("lists the actions that the sandbox answers", async () => {
    const text = await readFile(new URL("../../docs/sandbox.md", import.meta.url), "utf8");
    expect(listsIn(text)).toEqual([
      [...actions.keys()].sort(),
      [...KNOWN_ACTIONS["iam"]!].sort(),
      Object.keys(ROUTES).sort(),
    ]);
  });
});

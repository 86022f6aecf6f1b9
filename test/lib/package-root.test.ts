import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { packageRoot } from "../../src/lib/package-root.js";

describe("packageRoot", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "package root "));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const place = (file: string, text: string): string => {
    const full = path.join(folder, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    return pathToFileURL(full).href;
  };

  it.each(["src/catalog/load-catalog.ts", "dist/cli.js", "dist/chunks/catalog-1A2B.js"])(
    "finds the package above %s",
    (file) => {
      place("package.json", '{"name": "reflow-ec2"}');
      expect(packageRoot(place(file, ""))).toBe(folder);
    },
  );

  it.each([
    ["another package's", '{"name": "another"}'],
    ["a nameless", "{}"],
    ["a broken", '{"name": "reflow-ec2"'],
    ["an odd", "null"],
  ])("walks past %s package.json on the way up", (_what, text) => {
    place("package.json", '{"name": "reflow-ec2"}');
    place("dist/package.json", text);
    expect(packageRoot(place("dist/cli.js", ""))).toBe(folder);
  });

  it("finds an installed copy, not the project that installed it", () => {
    place("package.json", '{"name": "their-project"}');
    place("node_modules/reflow-ec2/package.json", '{"name": "reflow-ec2"}');
    expect(packageRoot(place("node_modules/reflow-ec2/dist/cli.js", ""))).toBe(
      path.join(folder, "node_modules/reflow-ec2"),
    );
  });

  it("says where it looked when there is none", () => {
    // Not in the temporary folder, above which anybody may have left a package.json.
    expect(() => packageRoot("file:///nowhere-at-all/dist/cli.js")).toThrow(
      "no package.json of reflow-ec2 above /nowhere-at-all/dist/cli.js",
    );
  });
});

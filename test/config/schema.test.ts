import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { parse } from "yaml";
import { configJsonSchema, fileSchema } from "../../src/config/schema.js";
import { isTextField, keysAt, schemaAt } from "../../src/config/schema-path.js";
import { launchProblems } from "../../src/config/launch-problems.js";
import { load } from "./samples.js";

const EXAMPLE = readFileSync(new URL("../../config.example.yaml", import.meta.url), "utf8");

/** The example with every entry switched on that has `#` and no space before it. */
const WHOLE_EXAMPLE = EXAMPLE.replace(/^( *)#(?=[ ]*[a-z])(?! )/gm, "$1").replace(/^#( {2,}\S)/gm, "$1");

/** Dotted paths of all keys of mappings in the schema. */
function schemaKeys(path: readonly string[] = []): readonly string[] {
  return keysAt(path).flatMap((key) => [[...path, key].join("."), ...schemaKeys([...path, key])]);
}

/** Dotted paths of all keys of mappings in data. */
function dataKeys(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    [...path, key].join("."),
    ...dataKeys(child, [...path, key]),
  ]);
}

describe("config.example.yaml", () => {
  it("loads without a warning and could launch", () => {
    const config = load(EXAMPLE, { flags: { region: "us-west-2" } });
    expect([config.generation, config.warnings, launchProblems(config)]).toEqual([2023, [], []]);
  });

  it("shows every key of the schema, switched on or off", () => {
    const shown = new Set(dataKeys(parse(WHOLE_EXAMPLE, { version: "1.1" })));
    // The other spelling of three keys of cloud-config, and a session that looks like its neighbour.
    const told = /write-files|reboot_strategy|ssh_authorized_keys|^instances\.(ec2metadata|predictorconfig)/;
    const missing = schemaKeys().filter((key) => !shown.has(key) && !told.test(key));
    expect(missing).toEqual([]);
  });

  it("loads with every key switched on, but those that exclude each other", () => {
    const { generation, own } = load(WHOLE_EXAMPLE.replace(/^ {2}image: .*$/m, ""));
    expect([generation, own.binary]).toEqual([2023, "/usr/local/bin/reflow"]);
  });
});

describe("the JSON Schema", () => {
  const schema = configJsonSchema() as {
    $schema: string;
    properties: Record<
      string,
      { type: string; description?: string; pattern?: string; additionalProperties?: unknown }
    >;
  };

  it("names each key of the file, and what it is", () => {
    const undescribed = Object.entries(schema.properties).filter(([, property]) => property.description === undefined);
    expect([schema.$schema, Object.keys(schema.properties), undescribed]).toEqual([
      "https://json-schema.org/draft/2020-12/schema",
      keysAt([]),
      [],
    ]);
  });

  it("allows other keys where Reflow does, and nowhere else", () => {
    const closed = Object.entries(schema.properties).filter(([, property]) => property.additionalProperties === false);
    expect(closed.map(([key]) => key)).toEqual(["ec2cluster", "reflow-ec2"]);
  });

  it("describes every key of our sections", () => {
    const sections = z.object({ properties: z.record(z.string(), z.object({ description: z.string() })) });
    const keys = ["ec2cluster", "reflow-ec2"].map((key) =>
      Object.keys(sections.parse(schema.properties[key]).properties),
    );
    expect(keys).toEqual([keysAt(["ec2cluster"]), keysAt(["reflow-ec2"])]);
  });

  it("tells the providers of a key", () => {
    const pattern = new RegExp(schema.properties["cache"]?.pattern ?? "");
    const matches = ["off", "readwrite", "of", "off,x=1", ""].map((text) => pattern.test(text));
    expect(matches).toEqual([true, true, false, true, true]);
  });
});

describe("the schema by path", () => {
  it("knows text fields below the top, where Go takes whatever stands there for text", () => {
    const paths = [
      ["cache"],
      ["ec2cluster", "ami"],
      ["ec2cluster", "diskspace"],
      ["ec2cluster", "sshkeys", 0],
      ["ec2cluster", "cloudconfig", "write_files", 3, "permissions"],
      ["ec2cluster", "cloudconfig", "coreos", "units", 0, "enable"],
      ["ec2cluster", "toString"],
      ["zebra", "x"],
      [],
    ];
    const found = paths.map(isTextField);
    expect(found).toEqual([false, true, false, true, true, false, false, false, false]);
  });

  it("begins at the whole file", () => {
    const found = [schemaAt([]), schemaAt(["versions", "tls"]), schemaAt(["no", "such", "path"])];
    expect([found[0] === fileSchema, found[1] instanceof z.ZodNumber, found[2]]).toEqual([true, true, undefined]);
  });
});

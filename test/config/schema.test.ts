import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { parse } from "yaml";
import { PROVIDERS_BY_KEY } from "../../src/config/provider-table.js";
import { configJsonSchema, fileSchema } from "../../src/config/schema.js";
import { isTextField, keysAt, schemaAt } from "../../src/config/schema-path.js";
import { launchProblems } from "../../src/config/launch-problems.js";
import { expectGolden } from "../support/golden.js";
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
  it("names its schema for editors in its first line", () => {
    expect(EXAMPLE.split("\n")[0]).toBe("# yaml-language-server: $schema=docs/config.schema.json");
  });

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

describe("docs/config.schema.json", () => {
  it("is what the validation itself gives", () => {
    expectGolden("../../docs/config.schema.json", `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
  });
});

describe("docs/config.md", () => {
  const PAGE = new URL("../../docs/config.md", import.meta.url);

  /** The part of the page that is made of the schema. */
  const KEYS = /(?<=<!-- keys: made of the schema -->\n\n)[^]*?(?=\n<!-- end of keys -->)/;

  it("lists each key with what the schema says of it", () => {
    const sections = ["ec2cluster", "reflow-ec2"].map((section) => {
      const lines = describedKeys([section]).map(([key, description]) => `- \`${key}\`: ${description}\n`);
      return `### ${section}\n\n${lines.join("")}`;
    });
    const providers = Object.entries(PROVIDERS_BY_KEY).map(([key, names]) => `- \`${key}\`: ${names.join(", ")}\n`);
    const expected = [...sections, `### Providers\n\n${providers.join("")}`].join("\n");
    const page = readFileSync(PAGE, "utf8");
    if (process.env["UPDATE_GOLDEN"] === "1")
      writeFileSync(
        PAGE,
        page.replace(KEYS, () => expected),
      );
    expect(KEYS.exec(readFileSync(PAGE, "utf8"))?.[0]).toBe(expected);
  });
});

/** Dotted keys below a path that have a description. */
function describedKeys(path: readonly string[]): readonly (readonly [string, string])[] {
  return keysAt(path).flatMap((key) => {
    const below = [...path, key];
    const description = schemaAt(below)?.description;
    const own = description === undefined ? [] : [[below.join("."), description] as const];
    return key === "cloudconfig" ? own : [...own, ...describedKeys(below)];
  });
}

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

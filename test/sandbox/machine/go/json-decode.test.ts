import { describe, expect, it } from "@jest/globals";
import { decodeGoJson, type GoType } from "../../../../src/sandbox/machine/go/json-decode.js";

const TEXT: GoType = { kind: "string", name: "string" };
const TARGET = {
  kind: "struct",
  name: "pool.AllocMeta",
  fields: [
    { name: "Want", type: { kind: "map", name: "reflow.Resources", item: { kind: "float", name: "float64" } } },
    { name: "Owner", type: TEXT },
    { name: "Interval", type: { kind: "int", name: "time.Duration" } },
    { name: "Args", type: { kind: "slice", name: "[]string", item: TEXT } },
    { name: "Inner", type: { kind: "struct", name: "pool.Inner", fields: [{ name: "Name", type: TEXT }] } },
  ],
} as const satisfies GoType;

describe("a body is read as Go reads it", () => {
  it.each([
    { text: "{}", value: {} },
    { text: "null", value: {} },
    { text: ' \r\n\t{"Owner":"ann"} and more', value: { Owner: "ann" } },
    { text: '{"owner":"ann","OWNER":"bob"}', value: { Owner: "bob" } },
    { text: '{"Future":[{"a":[1,2.5e-3,true,false,null]}],"Owner":"ann"}', value: { Owner: "ann" } },
    { text: '{"Owner":"ann","Owner":null}', value: { Owner: "ann" } },
    {
      text: '{"Want":{"cpu":1.5,"mem":-0,"disk":1e3,"x":null}}',
      value: { Want: { cpu: 1.5, mem: -0, disk: 1000, x: 0 } },
    },
    {
      text: '{"Want":{"__proto__":1,"constructor":2}}',
      value: {
        Want: Object.fromEntries([
          ["__proto__", 1],
          ["constructor", 2],
        ]),
      },
    },
    { text: '{"Interval":9223372036854775807}', value: { Interval: 9_223_372_036_854_775_807n } },
    { text: '{"Interval":-9223372036854775808}', value: { Interval: -9_223_372_036_854_775_808n } },
    { text: '{"Args":["a","b"],"Inner":{"name":"n"}}', value: { Args: ["a", "b"], Inner: { Name: "n" } } },
    { text: '{"Owner":"\\u00e9\\n\\"\\\\\\/\\ud83d\\ude00"}', value: { Owner: 'é\n"\\/😀' } },
  ])("$text", ({ text, value }) => {
    expect(decodeGoJson(text, TARGET)).toEqual({ value, error: undefined });
  });
});

describe("what is wrong with a body is said in Go's words", () => {
  it.each([
    ["", "EOF"],
    [" \n", "EOF"],
    ["{", "unexpected EOF"],
    ['{"Owner"', "unexpected EOF"],
    ['{"Owner":"ann', "unexpected EOF"],
    ["tru", "unexpected EOF"],
    ["-", "unexpected EOF"],
    ["x", "invalid character 'x' looking for beginning of value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["trux", "invalid character 'x' in literal true (expecting 'e')"],
    ["-a", "invalid character 'a' in numeric literal"],
    ["1.a", "invalid character 'a' after decimal point in numeric literal"],
    ["1e+a", "invalid character 'a' in exponent of numeric literal"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["[".repeat(100_000), "exceeded max depth"],
  ])("%.60j", (text, error) => {
    expect(decodeGoJson(text, TARGET)).toEqual({ value: {}, error });
  });
});

describe("a value of the wrong type is passed over and named", () => {
  it.each([
    { text: "[1]", value: {}, error: "array into Go value of type pool.AllocMeta" },
    { text: "3", value: {}, error: "number into Go value of type pool.AllocMeta" },
    { text: '{"Owner":1}', value: {}, error: "number into Go struct field AllocMeta.Owner of type string" },
    { text: '{"Owner":true}', value: {}, error: "bool into Go struct field AllocMeta.Owner of type string" },
    { text: '{"Owner":{}}', value: {}, error: "object into Go struct field AllocMeta.Owner of type string" },
    {
      text: '{"Want":[1],"Owner":"ann"}',
      value: { Owner: "ann" },
      error: "array into Go struct field AllocMeta.Want of type reflow.Resources",
    },
    {
      text: '{"Want":{"cpu":"1","mem":2}}',
      value: { Want: { cpu: 0, mem: 2 } },
      error: "string into Go struct field AllocMeta.Want of type float64",
    },
    {
      text: '{"Want":{"cpu":1e999}}',
      value: { Want: { cpu: 0 } },
      error: "number 1e999 into Go struct field AllocMeta.Want of type float64",
    },
    {
      text: '{"Interval":1.5}',
      value: {},
      error: "number 1.5 into Go struct field AllocMeta.Interval of type time.Duration",
    },
    {
      text: '{"Interval":9223372036854775808}',
      value: {},
      error: "number 9223372036854775808 into Go struct field AllocMeta.Interval of type time.Duration",
    },
    {
      text: '{"Inner":{"Name":[]}}',
      value: { Inner: {} },
      error: "array into Go struct field Inner.Inner.Name of type string",
    },
    {
      text: '{"Owner":1,"Interval":"2m"}',
      value: {},
      error: "number into Go struct field AllocMeta.Owner of type string",
    },
  ])("$text", ({ text, value, error }) => {
    expect(decodeGoJson(text, TARGET)).toEqual({ value, error: `json: cannot unmarshal ${error}` });
  });
});

import { describe, expect, it } from "@jest/globals";
import { encodeGoJson, sortedMap } from "../../../../src/sandbox/machine/go/json-encode.js";

describe("JSON as Go writes it", () => {
  it.each([
    { value: null, text: "null" },
    { value: { b: 1, a: [true, 0.5, 1e21] }, text: '{"b":1,"a":[true,0.5,1e+21]}' },
    { value: 2n ** 62n, text: "4611686018427387904" },
    { value: "<a> & 'b' \"c\"", text: `"\\u003ca\\u003e \\u0026 'b' \\"c\\""` },
    { value: "a\u2028b\ud800", text: '"a\\u2028b\ufffd"' },
    { value: { "<": 1 }, text: '{"\\u003c":1}' },
  ])("$text", ({ value, text }) => {
    expect(encodeGoJson(value)).toBe(`${text}\n`);
  });

  it("sorts maps by bytes, whatever the keys look like", () => {
    const map = sortedMap({ b: 1, "10": 2, "9": 3, B: 4, é: 5 });
    expect(encodeGoJson(map)).toBe('{"10":2,"9":3,"B":4,"b":1,"é":5}\n');
  });

  it("writes a map that is not there as null", () => {
    expect(encodeGoJson(sortedMap(undefined))).toBe("null\n");
  });
});

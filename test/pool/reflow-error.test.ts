import { describe, expect, it } from "@jest/globals";
import { decisiveKind, reflowErrorDecoder, reflowErrorText, rootCauseText } from "../../src/pool/reflow-error.js";

const decode = (json: unknown): ReturnType<typeof reflowErrorDecoder> => reflowErrorDecoder(json, "");
const plain = (text: string): object => ({ Op: "", Arg: null, Kind: "", Error: text });

describe("reflowErrorDecoder", () => {
  it.each([
    [
      "a cause that is not Reflow's",
      { Op: "offer", Arg: ["1"], Kind: "NotExist", Cause: plain("offer expired"), Error: "" },
      { op: "offer", args: ["1"], kind: "NotExist", cause: "offer expired" },
    ],
    ["no cause", { Op: "alloc", Arg: null, Kind: "NotExist", Error: "" }, { op: "alloc", args: [], kind: "NotExist" }],
    ["an unknown kind", { Op: "x", Kind: "Sulking" }, { op: "x", args: [], kind: "Other" }],
    [
      "a kind that JavaScript has a meaning for",
      { Op: "x", Kind: "constructor" },
      { op: "x", args: [], kind: "Other" },
    ],
    [
      "no operation: the first argument takes its place",
      { Op: "", Arg: ["a", "b"] },
      { op: "a", args: ["b"], kind: "Other" },
    ],
    ["fields in another case", { op: "x", KIND: "Net", arg: [null] }, { op: "x", args: [""], kind: "Net" }],
    [
      "a kind that only the cause has: it moves up",
      { Op: "a", Kind: "Other", Cause: { Op: "b", Kind: "Timeout" } },
      { op: "a", args: [], kind: "Timeout", cause: { op: "b", args: [], kind: "Other" } },
    ],
    [
      "a kind that both have: it is said once",
      { Op: "a", Kind: "Net", Cause: { Op: "b", Kind: "Net", Cause: plain("reset") } },
      { op: "a", args: [], kind: "Net", cause: { op: "b", args: [], kind: "Other", cause: "reset" } },
    ],
    [
      "a cause that has nothing left to say: its own cause takes its place",
      { Op: "a", Kind: "", Cause: { Op: "", Kind: "Fatal", Cause: plain("disk") } },
      { op: "a", args: [], kind: "Fatal", cause: "disk" },
    ],
    [
      "a cause that said its kind only",
      { Op: "a", Kind: "", Cause: { Kind: "Fatal" } },
      { op: "a", args: [], kind: "Fatal" },
    ],
    [
      "kinds that differ: both stay",
      { Op: "a", Kind: "Unavailable", Cause: { Op: "b", Kind: "NotExist" } },
      { op: "a", args: [], kind: "Unavailable", cause: { op: "b", args: [], kind: "NotExist" } },
    ],
  ])("puts together %s", (_, json, error) => {
    expect(decode(json)).toEqual(error);
  });

  const nested = (depth: number): object => (depth === 0 ? plain("bottom") : { Op: "x", Cause: nested(depth - 1) });

  it.each<[string, unknown]>([
    ["null", null],
    ["an empty object", {}],
    ["another object", { message: "no" }],
    ["a list", []],
    ["a plain error on its own", plain("boom")],
    ["an operation that is a number", { Op: 1 }],
    ["arguments that are text", { Op: "x", Arg: "y" }],
    ["a cause that is text", { Op: "x", Cause: "y" }],
    ["a cause that is another object", { Op: "x", Cause: { y: 1 } }],
    ["causes without end", nested(5_000)],
  ])("refuses %s", (_, json) => {
    expect(() => decode(json)).toThrow(/^it is|^Op is|^Arg is|^Cause is/);
  });
});

describe("reflowErrorText", () => {
  it.each([
    [
      { op: "free", args: ["1ccf"], kind: "NotSupported", cause: "zombie alloc" },
      "free 1ccf: operation not supported: zombie alloc",
    ],
    [{ op: "unmarshal", args: [], kind: "Other", cause: "EOF" }, "unmarshal: EOF"],
    [{ op: "", args: [], kind: "Other", cause: "EOF" }, "EOF"],
    [{ op: "", args: [], kind: "Net", cause: "EOF" }, "network error: EOF"],
    [{ op: "", args: [], kind: "Other" }, ""],
    [
      { op: "a", args: ["b", "c"], kind: "OOM", cause: { op: "d", args: [], kind: "DockerExec", cause: "e" } },
      "a b c: OOM error:\n\td: docker exec: e",
    ],
  ] as const)("prints %j as Reflow does", (error, text) => {
    expect(reflowErrorText(error)).toBe(text);
  });
});

describe("decisiveKind and rootCauseText", () => {
  it("find the first kind and the last text on the way down", () => {
    const error = {
      op: "a",
      args: [],
      kind: "Other",
      cause: { op: "b", args: [], kind: "Timeout", cause: { op: "c", args: [], kind: "Fatal", cause: "text" } },
    } as const;
    expect([decisiveKind(error), rootCauseText(error)]).toEqual(["Timeout", "text"]);
  });

  it("say nothing where there is nothing", () => {
    const error = { op: "a", args: [], kind: "Other" } as const;
    expect([decisiveKind(error), rootCauseText(error)]).toEqual(["Other", ""]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { parseGoFlags } from "../../../../src/sandbox/machine/go/flags.js";

const FLAGS = { config: "value", insecure: "bool" } as const;

describe("a command line as Go's flag package reads it", () => {
  it.each([
    { args: [], values: {}, rest: [] },
    { args: ["-config", "a"], values: { config: "a" }, rest: [] },
    { args: ["--config=a=b"], values: { config: "a=b" }, rest: [] },
    { args: ["-config="], values: { config: "" }, rest: [] },
    { args: ["-config", "-insecure"], values: { config: "-insecure" }, rest: [] },
    { args: ["-config", "a", "-config", "b"], values: { config: "b" }, rest: [] },
    { args: ["-insecure", "serve"], values: { insecure: "true" }, rest: ["serve"] },
    { args: ["-insecure=F"], values: { insecure: "false" }, rest: [] },
    { args: ["serve", "-config", "a"], values: {}, rest: ["serve", "-config", "a"] },
    { args: ["-insecure", "--", "-config"], values: { insecure: "true" }, rest: ["-config"] },
    { args: ["-", "x"], values: {}, rest: ["-", "x"] },
  ])("$args", ({ args, values, rest }) => {
    expect(parseGoFlags(args, FLAGS)).toEqual({ kind: "ok", values: new Map(Object.entries(values)), rest });
  });

  it.each([
    [["-nope"], "flag provided but not defined: -nope"],
    [["-toString"], "flag provided but not defined: -toString"],
    [["-config"], "flag needs an argument: -config"],
    [["-insecure=maybe"], 'invalid boolean value "maybe" for -insecure: parse error'],
    [["---config"], "bad flag syntax: ---config"],
    [["-=a"], "bad flag syntax: -=a"],
  ])("%j is refused", (args, message) => {
    expect(parseGoFlags(args, FLAGS)).toEqual({ kind: "error", message });
  });

  it.each(["-h", "--help"])("%s asks for help", (arg) => {
    expect(parseGoFlags([arg], FLAGS)).toEqual({ kind: "help" });
  });
});

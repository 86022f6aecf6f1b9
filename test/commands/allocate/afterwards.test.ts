import { describe, expect, it } from "@jest/globals";
import {
  parseAfterwards,
  type Afterwards,
  type RawAfterwards,
  type Words,
} from "../../../src/commands/allocate/afterwards.js";
import { UsageError } from "../../../src/errors.js";

const NONE: Words = { before: [], after: undefined };
const after = (...words: readonly string[]): Words => ({ before: [], after: words });

describe("what becomes of an alloc", () => {
  it.each<[string, RawAfterwards, Words, Afterwards]>([
    ["nothing more", {}, NONE, { kind: "print" }],
    ["it is held", { hold: true }, NONE, { kind: "hold", statusFile: undefined }],
    ["it is held, and told how that ended", { hold: true, statusFile: "s" }, NONE, { kind: "hold", statusFile: "s" }],
    [
      "a command runs with it",
      {},
      after("x", "--hold", "--", ""),
      { kind: "run", command: ["x", "--hold", "--", ""], graceMs: 10_000, statusFile: undefined },
    ],
    [
      "a command runs with it as it is told to",
      { grace: "0", statusFile: "s" },
      after("x"),
      { kind: "run", command: ["x"], graceMs: 0, statusFile: "s" },
    ],
  ])("may be: %s", (_title, raw, words, afterwards) => {
    expect(parseAfterwards(raw, words)).toEqual(afterwards);
  });

  it.each<[RawAfterwards, Words, string]>([
    [{}, { before: ["./run.sh"], after: undefined }, "'./run.sh' is not an option of allocate"],
    [{}, { before: ["8"], after: ["x"] }, "'8' is not an option of allocate"],
    [{}, after(), "there is no command after --"],
    [{}, after(""), "the command after -- is empty"],
    [{ dryRun: true }, after("x"), "--dry-run and a command exclude each other"],
    [{ dryRun: true, hold: true }, NONE, "--dry-run and --hold exclude each other"],
    [{ hold: true }, after("x"), "--hold and a command, whose alloc is held while it runs, exclude each other"],
    [{ grace: "10s" }, NONE, "--grace is for a command after --"],
    [{ hold: true, grace: "10s" }, NONE, "--grace is for a command after --"],
    [{ statusFile: "s" }, NONE, "--status-file is for --hold or a command after --"],
    [{ hold: true, statusFile: "" }, NONE, "--status-file is empty"],
    [{ grace: "soon" }, after("x"), "--grace 'soon' is not a duration"],
  ])("is no %j with %j", (raw, words, message) => {
    expect(() => parseAfterwards(raw, words)).toThrow(new UsageError(message));
  });
});

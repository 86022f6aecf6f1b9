import { describe, expect, it } from "@jest/globals";
import { systemErrorCode } from "../../src/lib/system-error.js";

describe("the code of a system error", () => {
  it.each<[thrown: unknown, code: string | undefined]>([
    [Object.assign(new Error("in use"), { code: "EADDRINUSE" }), "EADDRINUSE"],
    [{ code: "EPERM" }, "EPERM"],
    [new Error("plain"), undefined],
    [{ code: 7 }, undefined],
    ["EPERM", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("of %p is %p", (thrown, code) => {
    expect(systemErrorCode(thrown)).toBe(code);
  });
});

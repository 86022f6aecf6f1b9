import { getMaxListeners } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { sharedController, sharedSignal } from "../../src/lib/abort.js";

describe("a shared signal", () => {
  it("takes any number of listeners without a warning of a leak", () => {
    expect([sharedController().signal, sharedSignal()].map((signal) => getMaxListeners(signal))).toEqual([0, 0]);
  });

  it("aborts with the reason of the first that does", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const signal = sharedSignal(one.signal, other.signal);
    other.abort("enough");
    expect({ aborted: signal.aborted, reason: signal.reason as unknown }).toEqual({ aborted: true, reason: "enough" });
  });
});

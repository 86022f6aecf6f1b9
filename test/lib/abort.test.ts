import { describe, expect, it } from "@jest/globals";
import { sharedSignal } from "../../src/lib/abort.js";

describe("a shared signal", () => {
  it("aborts with the reason of the first that does", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const signal = sharedSignal(one.signal, other.signal);
    other.abort("enough");
    expect({ aborted: signal.aborted, reason: signal.reason as unknown }).toEqual({ aborted: true, reason: "enough" });
  });
});

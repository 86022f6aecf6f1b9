import { describe, expect, it } from "@jest/globals";
import { InterruptedError, TrustError } from "../../src/errors.js";
import { errorKind, isTemporary, isTransient, RemoteError } from "../../src/pool/remote-error.js";
import type { ErrorKind, ReflowError } from "../../src/pool/reflow-error.js";
import { TransportError } from "../../src/pool/transport.js";

const ADDRESS = { host: "fe80::1", port: 9000 };

describe("RemoteError", () => {
  it("carries what was said, and by whom", () => {
    const said: ReflowError = { op: "alloc", args: ["0123"], kind: "NotExist", cause: "offer expired" };
    const error = new RemoteError(ADDRESS, 404, said);
    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: "RemoteError",
      code: "remote",
      exitCode: 7,
      status: 404,
      kind: "NotExist",
      op: "alloc",
      args: ["0123"],
      error: said,
      message: "[fe80::1]:9000: alloc 0123: resource does not exist: offer expired",
      cause: "offer expired",
      hint: "It may have ended meanwhile; see what is there with `reflow-ec2 list`.",
    });
  });

  it("keeps its message on one line, whatever the peer sent", () => {
    const error = new RemoteError(ADDRESS, 500, { op: "x", args: ["\u001b[31m"], kind: "Other", cause: "a\n\tb" });
    expect(error.message).toBe("[fe80::1]:9000: x \\u{1b}[31m: a b");
  });

  it("names the status where the peer said nothing", () => {
    expect(new RemoteError(ADDRESS, 503, { op: "", args: [], kind: "Other" }).message).toBe(
      "[fe80::1]:9000: status 503",
    );
  });
});

describe("errorKind", () => {
  it.each<[string, unknown, ErrorKind]>([
    [
      "a refusal",
      new RemoteError(ADDRESS, 500, { op: "x", args: [], kind: "Other", cause: { op: "y", args: [], kind: "Fatal" } }),
      "Fatal",
    ],
    ["a time-out", new TransportError("timeout", "late"), "Timeout"],
    ["a dropped connection", new TransportError("reset", "dropped"), "Net"],
    ["an aborted call", new DOMException("stop", "AbortError"), "Canceled"],
    ["a peer that is not trusted", new TrustError("expired", "old"), "Net"],
    ["Ctrl-C", new InterruptedError("SIGINT", 2), "Canceled"],
    ["nothing", undefined, "Other"],
  ])("says of %s what Reflow says", (_, error, kind) => {
    expect(errorKind(error)).toBe(kind);
  });
});

describe("isTemporary and isTransient", () => {
  it.each<[ErrorKind, boolean, boolean]>([
    ["Temporary", true, true],
    ["Unavailable", true, true],
    ["Timeout", false, true],
    ["TooManyTries", false, true],
    ["Net", false, false],
    ["NotExist", false, false],
  ])("know %s", (kind, temporary, transient) => {
    expect([isTemporary(kind), isTransient(kind)]).toEqual([temporary, transient]);
  });
});

import { describe, expect, it } from "@jest/globals";
import { sandboxStateDirectory } from "../../src/sandbox/state-directory.js";

describe("the sandbox's state directory", () => {
  it.each([
    [undefined, "/home/ann/.local/state/reflow-ec2/sandbox"],
    ["", "/home/ann/.local/state/reflow-ec2/sandbox"],
    ["relative/path", "/home/ann/.local/state/reflow-ec2/sandbox"],
    ["/var/state", "/var/state/reflow-ec2/sandbox"],
  ])("with XDG_STATE_HOME %j", (xdgStateHome, expected) => {
    expect(sandboxStateDirectory({ xdgStateHome, home: "/home/ann" })).toBe(expected);
  });
});

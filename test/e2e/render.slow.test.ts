import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeUserData } from "../../src/cloudconfig/user-data.js";
import { Driver } from "./support/driver.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

const SLOW_MS = 60_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

/** Resolves when something listens there. */
function listens(host: string, port: number): Promise<void> {
  return new Promise((resolve) => {
    const attempt = (): void => {
      const socket = connect(port, host, () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", () => setTimeout(attempt, 100));
    };
    attempt();
  });
}

describe("render, through the real command line", () => {
  it(
    "writes with --raw what boots a machine that a plain AWS client launches",
    async () => {
      const { code, stdout: raw } = await sandbox.user.run(["render", "--sandbox", "--raw"]);
      expect(code).toBe(0);
      // The ready-made configuration has a login for ECR, which the sandbox gave.
      expect(decodeUserData(raw)).toMatch(/docker login -u AWS -p \S{64} https:\/\/\d{12}\.dkr\.ecr\./);
      const driver = await Driver.of(sandbox);
      const id = await driver.launch(driver.tags("rendered"), {
        UserData: raw,
        BlockDeviceMappings: [{ DeviceName: "/dev/xvdb", Ebs: { VolumeSize: 250 } }],
      });
      const { host, port } = await driver.addressOf(id);
      await listens(host, port);
    },
    SLOW_MS,
  );

  it(
    "checks what the sandbox's own configuration gives",
    async () => {
      const { code, stdout } = await sandbox.user.run(["render", "--sandbox", "--check"]);
      expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "9 files, 9 units: nothing wrong"]);
    },
    SLOW_MS,
  );

  it(
    "asks AWS for nothing, except with --raw for the login that the configuration needs",
    async () => {
      const { user, status } = sandbox;
      const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
      const flags = ["render", "--config", status.config, "--endpoint-url", "http://127.0.0.1:1"];
      const masked = await user.run(flags);
      expect([masked.code, masked.stderr]).toEqual([0, ""]);
      const raw = await user.run([...flags, "--raw"], keys);
      expect([raw.code, raw.stdout]).toEqual([2, ""]);
      expect(raw.stderr).toMatch(/^error: GetAuthorizationToken: the AWS endpoint cannot be reached: /);
    },
    SLOW_MS,
  );
});

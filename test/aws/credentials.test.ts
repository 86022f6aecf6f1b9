import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { credentialsFor, sharedRegion } from "../../src/aws/credentials.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const SEALED = { accessKeyId: "AKIASEALED", secretAccessKey: "sealed" };
const CONFIG = `
[default]
region = us-east-1
[profile other]
region = eu-west-1
[profile empty]
output = json
[profile role]
role_arn = arn:aws:iam::123456789012:role/worker
source_profile = keys
region = us-west-2
`;
const KEYS = `
[keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = keys
`;

let before: NodeJS.ProcessEnv;
let folder: string;
beforeEach(async () => {
  before = { ...process.env };
  for (const name of Object.keys(process.env)) if (/^AWS_(?!SDK_)|_PROXY$/i.test(name)) delete process.env[name];
  folder = await mkdtemp(join(tmpdir(), "reflow-ec2-aws-"));
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  process.env["AWS_CONFIG_FILE"] = join(folder, "config");
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = join(folder, "credentials");
  await writeFile(join(folder, "config"), CONFIG);
  await writeFile(join(folder, "credentials"), KEYS);
});
afterEach(async () => {
  process.env = before;
  await rm(folder, { recursive: true, force: true });
});

describe("the region of the shared AWS files", () => {
  it.each([
    ["of the default profile", undefined, {}, "us-east-1"],
    ["of the profile that is named", "other", {}, "eu-west-1"],
    ["of the profile that AWS_PROFILE names", undefined, { AWS_PROFILE: "other" }, "eu-west-1"],
    ["of the named profile rather than AWS_PROFILE's", "role", { AWS_PROFILE: "other" }, "us-west-2"],
    ["of the default profile when AWS_PROFILE is empty", undefined, { AWS_PROFILE: "" }, "us-east-1"],
    ["none where the profile gives none", "empty", {}, undefined],
    ["none where there is no such profile", "nobody", {}, undefined],
  ])("is that %s", async (_title, profile, env, region) => {
    Object.assign(process.env, env);
    expect(await sharedRegion(profile)).toBe(region);
  });
});

describe("credentials", () => {
  const ENV = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env" };
  it.each([
    ["of the environment before sealed ones", undefined, ENV, "AKIAENV"],
    ["of a shared profile before sealed ones", undefined, { AWS_PROFILE: "keys" }, "AKIAKEYS"],
    ["of the configuration where nothing else gives any", undefined, {}, "AKIASEALED"],
    ["of the profile that is named before the environment's", "keys", ENV, "AKIAKEYS"],
  ])("are those %s", async (_title, profile, env, accessKeyId) => {
    Object.assign(process.env, env);
    expect((await credentialsFor(profile, SEALED)()).accessKeyId).toBe(accessKeyId);
  });

  it("of a named profile that does not exist are nobody's, though sealed ones are there", async () => {
    await expect(credentialsFor("nobody", SEALED)()).rejects.toMatchObject({ name: "CredentialsProviderError" });
    process.env["AWS_PROFILE"] = "nobody";
    await expect(credentialsFor(undefined, SEALED)()).rejects.toMatchObject({ name: "CredentialsProviderError" });
  });

  it("of a role are asked for through the proxy", async () => {
    const asked: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    process.env["HTTPS_PROXY"] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await expect(credentialsFor("role", undefined)()).rejects.toThrow();
    proxy.close();
    proxy.closeAllConnections();
    expect(new Set(asked)).toEqual(new Set(["sts.us-west-2.amazonaws.com:443"]));
  });
});

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { load } from "js-yaml";
import { writeReadyMadeConfig } from "../../src/sandbox/ready-made-config.js";
import { addReflowletImage, REFLOWLET_IMAGE_URL } from "../../src/sandbox/reflowlet-image.js";
import { ObjectStorage } from "../../src/sandbox/s3/object-storage.js";
import { readAuthorityFile } from "../../src/tls/authority.js";
import { FakeClock } from "../support/fake-clock.js";

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), "reflow-ec2-config-"));
});
afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

describe("the ready-made configuration", () => {
  it("is Reflow's of 2023, with everything that a new sandbox has", async () => {
    const options = { stateDirectory, region: "eu-west-1", user: 'o"connor: #1', nowMs: Date.UTC(2026, 0, 1) };
    const path = await writeReadyMadeConfig(options);
    expect(path).toBe(join(stateDirectory, "config.yaml"));
    expect(load(await readFile(path, "utf8"))).toEqual({
      cluster: "ec2cluster",
      ec2cluster: {
        name: "default",
        securitygroup: "sg-00e7669ca875ccee9",
        instanceprofile: "arn:aws:iam::123456789012:instance-profile/reflowlet",
        ami: "ami-0c3488073a14ab0af",
        disktype: "gp3",
      },
      instances: {
        awssession: {
          region: "eu-west-1",
          credentials: {
            accesskeyid: "AKIAREFLOWEC2SANDBOX",
            secretaccesskey: "sandbox",
            sessiontoken: "",
            providername: "reflow-ec2-sandbox",
          },
        },
      },
      reflow: "reflowversion,version=sandbox",
      repository: "s3,bucket=reflow-ec2-sandbox",
      session: "awssession",
      tls: `tls,file=${join(stateDirectory, "reflow.pem")}`,
      user: 'user,user=o"connor: #1',
      "reflow-ec2": { generation: 2023, image: REFLOWLET_IMAGE_URL },
    });
  });

  it("comes with a new authority, and both are for their owner's eyes only", async () => {
    await writeReadyMadeConfig({ stateDirectory, region: "us-west-2", user: "ann", nowMs: Date.UTC(2026, 0, 1) });
    const authority = join(stateDirectory, "reflow.pem");
    await expect(readAuthorityFile(authority)).resolves.toBeDefined();
    for (const path of [authority, join(stateDirectory, "config.yaml")]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it("names an image that every new sandbox holds, under its own digest", async () => {
    const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(REFLOWLET_IMAGE_URL) ?? [];
    const directory = join(stateDirectory, "objects");
    const storage = await ObjectStorage.open({ directory, clock: new FakeClock(), randomBytes });
    await addReflowletImage(storage);
    const content = await storage.get(bucket, key);
    expect(content?.toString()).toBe("#!reflow-ec2-sandbox reflowlet\n");
    expect(key).toBe(
      `objects/sha256:${createHash("sha256")
        .update(content ?? "")
        .digest("hex")}`,
    );
    expect(await storage.get(bucket, "objects/other")).toBeUndefined();
  });
});

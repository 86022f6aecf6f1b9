import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { decodeUserData } from "../../src/cloudconfig/user-data.js";
import { userDataMaker } from "../../src/compose/user-data.js";
import { parseAuthority } from "../../src/tls/authority.js";
import { fixture, load } from "../config/samples.js";

/** What an instance finds in its `/etc/reflowconfig`. */
async function instanceConfig(text: string): Promise<Readonly<Record<string, unknown>>> {
  const make = userDataMaker(load(text), {
    authority: parseAuthority(fixture("authority-2020.pem"), "reflow.pem"),
    region: "us-west-2",
    credentials: async () => ({ accessKeyId: "AKIA", secretAccessKey: "S", sessionToken: "T" }),
  });
  const userData = await make({
    instanceType: "m6a.large",
    imageId: "ami-0a1b2c3d",
    market: "on-demand",
    usableWithinMs: 900_000,
    endsThen: false,
    dataVolumes: 1,
    ebsNvme: true,
    registryLogin: undefined,
  });
  const { writeFiles } = parseCloudConfigText(decodeUserData(userData));
  const file = writeFiles.find(({ path }) => path === "/etc/reflowconfig");
  return parse(file?.content ?? "") as Readonly<Record<string, unknown>>;
}

describe("the configuration of an instance", () => {
  const session = {
    region: "us-west-2",
    credentials: { accesskeyid: "AKIA", secretaccesskey: "S", sessiontoken: "T", providername: "" },
  };

  it.each([
    [2020, "awssession", { awssession: session }],
    // Its instances use what is sealed whatever the session; they may have no profile.
    [2020, "ec2metadata", { ec2metadata: session }],
    [2023, "awssession", { awssession: session }],
    [2023, "ec2metadata", {}],
  ])("of %d has for a session of %s the credentials %j", async (generation, provider, expected) => {
    const { instances } = await instanceConfig(`reflow-ec2: {generation: ${generation}}\nsession: ${provider}\n`);
    const { reflowletconfig: _settings, tls, ...sealed } = instances as Readonly<Record<string, unknown>>;
    expect({ sealed, tls }).toEqual({ sealed: expected, tls: fixture("authority-2020.pem") });
  });

  it("names the image that it was launched with, as Reflow's does, where the file names none", async () => {
    const found = await instanceConfig('ec2cluster: {ami: ""}\n');
    expect(found["ec2cluster"]).toMatchObject({ ami: "ami-0a1b2c3d" });
  });

  it.each([
    ["bootstrapimage,uri=bootstrap", "bootstrapimage,uri=bootstrap"],
    ["bootstrapimage,uri=https://h/b", "bootstrapimage,uri=https://h/b"],
  ])("has the bootstrap %s as the file has it", async (bootstrap, expected) => {
    const config = await instanceConfig(`bootstrap: ${bootstrap}\n`);
    expect(config["bootstrap"]).toBe(expected);
  });
});

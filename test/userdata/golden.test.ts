import { describe, expect, it } from "@jest/globals";
import { checkUnit } from "../../src/cloudconfig/check-unit.js";
import { marshalCloudConfig, type CloudConfig } from "../../src/cloudconfig/cloud-config.js";
import { parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { decodeUserData, encodeUserData } from "../../src/cloudconfig/user-data.js";
import { buildUserData } from "../../src/userdata/build-user-data.js";
import type { UserDataInput } from "../../src/userdata/input.js";
import { expectGolden } from "../support/golden.js";
import { input2020, input2023 } from "./sample-input.js";

const userCloudConfig = {
  "write-files": [{ path: "/etc/motd", permissions: "0644", content: "worker\n" }],
  coreos: {
    update: { "reboot-strategy": "reboot" },
    units: [
      { name: "docker.service", "drop-ins": [{ name: "10-limits.conf", content: "[Service]\nLimitNOFILE=65536\n" }] },
      { name: "team.service", command: "start", content: "[Service]\nExecStart=/opt/bin/team\n" },
    ],
  },
  "ssh-authorized-keys": ["ssh-ed25519 AAAATEAM team@host"],
};

const off = { enabled: false, url: "" };

const cases: Readonly<Record<string, UserDataInput>> = {
  "2020": input2020,
  "2023": input2023,
  spot: { ...input2023, instanceConfig: input2023.instanceConfig.replace("default\n", "default\n  spot: true\n") },
  immortal: { ...input2023, immortal: true },
  "profile-2020": { ...input2020, instanceProfile: "reflow", awsCredentials: undefined },
  "sealed-credentials": {
    ...input2020,
    awsCredentials: { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "EXAMPLE", sessionToken: "TOKEN==" },
  },
  "node-exporter": { ...input2023, nodeExporterPort: 9100 },
  "nvme-2-slices": { ...input2023, dataVolumes: 2 },
  "nvme-4-slices": { ...input2023, dataVolumes: 4 },
  "xvd-1-slice": { ...input2023, ebsNvme: false },
  "xvd-2-slices": { ...input2023, ebsNvme: false, dataVolumes: 2 },
  "xvd-4-slices": { ...input2023, ebsNvme: false, dataVolumes: 4 },
  "user-cloudconfig": { ...input2023, userCloudConfig },
  "nothing-optional": {
    ...input2023,
    ecrLogin: undefined,
    sshKeys: [],
    helpers: { cloudwatch: off, xray: off, nodeExporter: off },
  },
};

describe("the user-data of an instance", () => {
  it.each(Object.entries(cases))("is the reviewed text for %s, read back whole, and its units load", (name, input) => {
    const config = buildUserData(input);
    const text = decodeUserData(encodeUserData(marshalCloudConfig(config)));
    expectGolden(`userdata/${name}.yaml`, text);
    expect(parseCloudConfigText(text)).toEqual(config);
    expect(unitProblems(config)).toEqual([]);
  });
});

/** What systemd would say of the units; those of the image come without text. */
function unitProblems(config: CloudConfig): unknown[] {
  const ownUnits = config.coreos.units.filter((unit) => unit.content !== "");
  expect(ownUnits.length).toBeGreaterThanOrEqual(5);
  return ownUnits.flatMap((unit) => checkUnit(unit.name, unit.content));
}

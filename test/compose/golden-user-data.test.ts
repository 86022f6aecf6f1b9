import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { checkUnit } from "../../src/cloudconfig/check-unit.js";
import { parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { decodeUserData } from "../../src/cloudconfig/user-data.js";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { userDataRequest } from "../../src/cluster/launch/request.js";
import { clusterSettings } from "../../src/compose/settings.js";
import { userDataMaker } from "../../src/compose/user-data.js";
import { load, SAMPLE_2020, SAMPLE_2023 } from "../config/samples.js";
import { expectGolden } from "../support/golden.js";

/** A configuration, and what of its launch is not in it. */
interface Case {
  readonly text: string;
  /** A NVMe type unless given. */
  readonly instanceType?: string;
  readonly sessionToken?: string;
}

const IN_CLUSTER = /^ec2cluster:\n/m;
const in2020 = (lines: string): string => SAMPLE_2020.replace(IN_CLUSTER, `ec2cluster:\n${lines}`);
const in2023 = (lines: string): string => SAMPLE_2023.replace(IN_CLUSTER, `ec2cluster:\n${lines}`);
const slices = (count: number): string => SAMPLE_2023.replace("diskslices: 0", `diskslices: ${count}`);

const USER_CLOUD_CONFIG = `cloudconfig:
    write-files: [{path: /etc/motd, permissions: 0644, content: "worker\\n"}]
    coreos:
      update: {reboot-strategy: reboot}
      units:
        - {name: docker.service, drop-ins: [{name: 10-limits.conf, content: "[Service]\\nLimitNOFILE=65536\\n"}]}
        - {name: team.service, command: start, content: "[Service]\\nExecStart=/opt/bin/team\\n"}
    ssh-authorized-keys: [ssh-ed25519 AAAATEAM team@host]`;

const WITHOUT = "reflow-ec2: {ecr: false, helpers: {cloudwatch: {enabled: false}, xray: {enabled: false}}}\n";

const cases: Readonly<Record<string, Case>> = {
  "2020": { text: SAMPLE_2020 },
  "2023": { text: SAMPLE_2023 },
  spot: { text: in2023("  spot: true\n") },
  immortal: { text: in2023("  immortal: true\n") },
  "profile-2020": { text: in2020("  instanceprofile: reflow\n") },
  "sealed-credentials": { text: SAMPLE_2020, sessionToken: "TOKEN==" },
  "node-exporter": { text: `${SAMPLE_2023}metrics: prometrics\n` },
  "nvme-2-slices": { text: slices(2) },
  "nvme-4-slices": { text: slices(4) },
  "xvd-1-slice": { text: slices(1), instanceType: "m4.large" },
  "xvd-2-slices": { text: slices(2), instanceType: "m4.large" },
  "xvd-4-slices": { text: slices(4), instanceType: "m4.large" },
  "user-cloudconfig": { text: SAMPLE_2023.replace("cloudconfig: {}", USER_CLOUD_CONFIG) },
  "nothing-optional": { text: `${SAMPLE_2023}${WITHOUT}` },
};

async function userDataOf({ text, instanceType = "m6a.large", sessionToken = "" }: Case): Promise<string> {
  const config = load(text, { defaultPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ann@host\n" });
  const settings = clusterSettings(config, "us-west-2", config.version ?? "");
  const offering = { instanceType, market: settings.market };
  const request = userDataRequest({ settings, catalog: await loadCatalog("us-west-2") }, offering, {
    username: "AWS",
    password: "123456789012-auth-token",
    endpoint: "https://123456789012.dkr.ecr.us-west-2.amazonaws.com",
    expiresMs: 0,
  });
  const make = userDataMaker(config, {
    authority: { pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
    region: "us-west-2",
    credentials: async () => ({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "EXAMPLE/+=", sessionToken }),
  });
  return make(config.own.ecr ? request : { ...request, registryLogin: undefined });
}

describe("the user-data of a configuration", () => {
  it.each(Object.entries(cases))(
    "is for %s the reviewed text, read as YAML, and its units load",
    async (name, given) => {
      const encoded = await userDataOf(given);
      expect(await userDataOf(given)).toBe(encoded);
      const text = decodeUserData(encoded);
      expectGolden(`userdata/${name}.yaml`, text);
      expect(Object.keys(parse(text) as object).sort()).toEqual(["coreos", "ssh_authorized_keys", "write_files"]);
      // Those of the image come without text.
      const units = parseCloudConfigText(text).coreos.units.filter(({ content }) => content !== "");
      expect(units.length).toBeGreaterThanOrEqual(5);
      expect(units.flatMap((unit) => checkUnit(unit.name, unit.content))).toEqual([]);
    },
  );
});

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { marshalCloudConfig } from "../../src/cloudconfig/cloud-config.js";
import { parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { decodeUserData, userDataBytes, USER_DATA_LIMIT_BYTES } from "../../src/cloudconfig/user-data.js";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { userDataRequest } from "../../src/cluster/launch/request.js";
import { clusterSettings } from "../../src/compose/settings.js";
import { userDataMaker, userDataTextMaker } from "../../src/compose/user-data.js";
import { load } from "../config/samples.js";
import { configTexts } from "./arbitrary-config.js";

const secrets = {
  authority: { pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
  region: "us-west-2",
  credentials: async () => ({ accessKeyId: "AKIA", secretAccessKey: "S/+=", sessionToken: '"T"' }),
};
const login = { username: "AWS", password: "password", endpoint: "https://registry.example.com", expiresMs: 0 };

/** Files are made, loaded and rendered twice, on a machine that does other things as well. */
const SLOW_MS = 30_000;

describe("the user-data of any configuration that is accepted", () => {
  it(
    "has every path and unit once and the reflowlet last, fits or names its size, and is the same each time",
    async () => {
      const catalog = await loadCatalog("us-west-2");
      const sizes = { fitting: 0, tooLarge: 0 };
      await fc.assert(
        fc.asyncProperty(configTexts, async (text) => {
          const config = load(text);
          const settings = clusterSettings(config, "us-west-2", config.version ?? "");
          const instanceType = config.cluster.instanceTypes[0] ?? "c6a.large";
          const request = userDataRequest(
            { settings, catalog },
            { instanceType, market: settings.market },
            config.own.ecr ? login : undefined,
          );
          const rendered = await userDataTextMaker(config, secrets)(request);
          expect(await userDataTextMaker(load(text), secrets)(request)).toBe(rendered);

          const { writeFiles, coreos } = parseCloudConfigText(rendered);
          const [paths, units] = [writeFiles.map(({ path }) => path), coreos.units.map(({ name }) => name)];
          expect([paths, units]).toEqual([[...new Set(paths)], [...new Set(units)]]);
          expect(units.at(-1)).toBe("reflowlet.service");
          expect(marshalCloudConfig(parseCloudConfigText(rendered))).toBe(rendered);

          const sent: unknown = parse(writeFiles.find(({ path }) => path === "/etc/reflowconfig")?.content ?? "");
          expect(sent).toMatchObject({
            ec2cluster: { name: config.cluster.name },
            instances: { tls: secrets.authority.pem },
          });
          expect(Object.keys(sent as object).filter((key) => key === "cluster" || key === "reflow-ec2")).toEqual([]);

          const bytes = userDataBytes(rendered);
          const made = userDataMaker(config, secrets)(request);
          sizes[bytes <= USER_DATA_LIMIT_BYTES ? "fitting" : "tooLarge"] += 1;
          if (bytes <= USER_DATA_LIMIT_BYTES) expect(decodeUserData(await made)).toBe(rendered);
          else await expect(made).rejects.toThrow(`${bytes} bytes`);
        }),
        { numRuns: 30 },
      );
      // Both halves of the last claim were put to the test.
      expect([sizes.fitting > 2, sizes.tooLarge > 2]).toEqual([true, true]);
    },
    SLOW_MS,
  );
});

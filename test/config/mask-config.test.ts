import { describe, expect, it } from "@jest/globals";
import { maskConfig } from "../../src/config/mask-config.js";
import { fixture, load, SAMPLE_2020, SAMPLE_2023 } from "./samples.js";

describe("maskConfig", () => {
  it.each([
    ["2020", SAMPLE_2020],
    ["2023", SAMPLE_2023],
  ])("changes nothing where there is no secret: %s", (_year, text) => {
    const config = load(text);
    expect(maskConfig(config)).toEqual(config);
  });

  it("masks what Reflow's set-up sealed, and keeps the settings beside it", () => {
    const sealed = `${SAMPLE_2020}instances:
  tls: |
${fixture("authority-2020.pem").replace(/^/gm, "    ")}
  awssession:
    credentials: {accesskeyid: AKIAMARK, secretaccesskey: mark}
  reflowletconfig: {maxidleduration: 5m0s}
  vault: {token: mark}
`;
    const masked = maskConfig(load(sealed));
    expect(masked.entries["instances"]).toEqual({
      reflowletconfig: { maxidleduration: "5m0s" },
      vault: "MASKED",
    });
    expect([masked.authority, masked.sealedCredentials]).toEqual([{ kind: "sealed", pem: "MASKED" }, undefined]);
  });

  it("masks entries that Reflow does not know", () => {
    const config = load(`${SAMPLE_2020}secrets: {token: mark}\n`);
    expect(maskConfig(config).entries).toEqual({ ...config.entries, secrets: "MASKED" });
  });

  it.each([
    ["https://host/a/b.tar.gz", "https://host/a/b.tar.gz"],
    ["https://host/a?X-Amz-Signature=mark", "https://host/a?MASKED"],
    ["https://user:mark@host/a.zip", "https://MASKED@host/a.zip"],
    ["https://mark@host/a.zip#mark", "https://MASKED@host/a.zip"],
  ])("masks what may sign a URL: %s", (url, shown) => {
    const own = `reflow-ec2: {helpers: {cloudwatch: {url: "${url}"}, xray: {url: "${url}"}, nodeexporter: {url: "${url}"}}}`;
    const text = SAMPLE_2020.replace("uri=bootstrap", `uri=${url}`);
    const { bootstrapUrl, own: masked } = maskConfig(load(`${text}${own}\n`));
    const helper = { enabled: true, url: shown };
    expect([bootstrapUrl, masked.helpers]).toEqual([shown, { cloudwatch: helper, xray: helper, nodeExporter: helper }]);
  });

  it("masks files of the user in the old spelling, too", () => {
    const files = '[{path: /a, permissions: "0600", content: mark}]';
    const config = load(SAMPLE_2020.replace("cloudconfig: {}", `cloudconfig: {write-files: ${files}}`));
    expect(maskConfig(config).cluster.cloudConfig).toEqual({
      "write-files": [{ path: "/a", permissions: "0600", content: "MASKED\n" }],
    });
  });

  it.each([
    ['"0600"', true],
    ["0640", true],
    ["0750", true],
    ['"0644"', false],
    ["0755", false],
  ])("masks files of the user that not everybody may read: mode %s, %s", (permissions, isMasked) => {
    const files = `[{path: /a, permissions: ${permissions}, encoding: base64, content: bWFyaw==}, {path: /b, content: b}]`;
    const config = load(SAMPLE_2020.replace("cloudconfig: {}", `cloudconfig: {write_files: ${files}}`));
    const masked = maskConfig(config);
    const mode = permissions.replaceAll('"', "");
    const expected = isMasked
      ? {
          write_files: [
            { path: "/a", permissions: mode, content: "MASKED\n" },
            { path: "/b", content: "b" },
          ],
        }
      : config.cluster.cloudConfig;
    expect(masked.cluster.cloudConfig).toEqual(expected);
    expect(masked.entries["ec2cluster"]).toMatchObject({ cloudconfig: expected });
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { marshalCloudConfig, type CloudConfig } from "../../src/cloudconfig/cloud-config.js";
import { parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { parseUnit, unitValues } from "../../src/cloudconfig/systemd-unit.js";
import { encodeUserData, userDataBytes, USER_DATA_LIMIT_BYTES } from "../../src/cloudconfig/user-data.js";
import { ConfigError } from "../../src/errors.js";
import { buildUserData } from "../../src/userdata/build-user-data.js";
import type { UserDataInput } from "../../src/userdata/input.js";
import { cloudConfigs } from "../cloudconfig/arbitrary-cloud-config.js";
import { input2020, input2023 } from "./sample-input.js";

/** What reached an instance of the recorded Reflow, contents aside. */
interface RecordedUserData {
  readonly files: readonly { readonly path: string; readonly permissions: string; readonly owner: string }[];
  readonly units: readonly { readonly name: string; readonly command?: string; readonly enable?: boolean }[];
  readonly update: { readonly "reboot-strategy": string };
  readonly sshAuthorizedKeys: readonly string[];
  readonly bootstrapArguments: string;
  readonly ecrlogin: string;
}

function recorded(year: 2020 | 2023): RecordedUserData {
  const url = new URL(`../fixtures/config/userdata-${year}.structure.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as RecordedUserData;
}

/** Files that hold secrets, 0600 here and 0644 in Reflow. */
const OUR_MODES: Readonly<Record<string, string>> = { "/etc/ecrlogin": "0600", "/etc/reflowconfig": "0600" };

/** Files that Reflow has not: scripts where it has long command lines, credentials where it has them in a unit. */
const OUR_FILES = [
  { path: "/opt/bin/run-cloudwatch-logs", permissions: "0755", owner: "root" },
  { path: "/opt/bin/run-xray", permissions: "0755", owner: "root" },
  { path: "/etc/aws-xray.env", permissions: "0600", owner: "root" },
  { path: "/opt/bin/format-data", permissions: "0755", owner: "root" },
  { path: "/opt/bin/reflow-deadline", permissions: "0755", owner: "root" },
];

/** Units that Reflow has not. */
const OUR_UNITS = [
  { name: "reflow-deadline.service", command: "", enable: false },
  { name: "reflow-deadline.timer", command: "start", enable: true },
];

describe("buildUserData", () => {
  it.each([2020, 2023] as const)("has the files and units of Reflow %d in its order, beside our own", (year) => {
    const reflow = recorded(year);
    const input = year === 2020 ? input2020 : { ...input2023, instanceProfile: undefined, awsCredentials: sealed };
    const config = buildUserData({ ...input, sshKeys: reflow.sshAuthorizedKeys });
    expect({
      files: config.writeFiles.map(({ path, permissions, owner }) => ({ path, permissions, owner })),
      units: config.coreos.units.map(({ name, command, enable }) => ({ name, command, enable })),
      rebootStrategy: config.coreos.update.rebootStrategy,
      sshAuthorizedKeys: config.sshAuthorizedKeys,
      bootstrapArguments: /^\/tmp\/reflowbootstrap (.*) \|\| true$/m.exec(contentOf(config, "/opt/bin/bootstrap"))?.[1],
      ecrLogin: contentOf(config, "/etc/ecrlogin"),
    }).toEqual({
      files: [
        ...reflow.files.map(({ path, permissions, owner }) => ({
          path,
          permissions: OUR_MODES[path] ?? permissions,
          owner,
        })),
        ...OUR_FILES,
      ],
      units: [
        ...OUR_UNITS,
        ...reflow.units.map(({ name, command = "", enable = false }) => ({ name, command, enable })),
      ],
      rebootStrategy: reflow.update["reboot-strategy"],
      sshAuthorizedKeys: reflow.sshAuthorizedKeys.map((key) => key.trim()),
      bootstrapArguments: reflow.bootstrapArguments,
      ecrLogin: reflow.ecrlogin,
    });
  });

  it("sends the configuration as it is, readable by root alone", () => {
    const file = buildUserData(input2020).writeFiles.find(({ path }) => path === "/etc/reflowconfig");
    expect(file).toEqual({
      path: "/etc/reflowconfig",
      permissions: "0600",
      owner: "root",
      content: input2020.instanceConfig,
      encoding: "",
    });
  });

  it("has credentials in no other place than the configuration and a file that root alone may read", () => {
    const secret = "MARKEDSECRET";
    const input = {
      ...input2020,
      awsCredentials: { accessKeyId: "A", secretAccessKey: secret, sessionToken: `${secret}"` },
    };
    const config = buildUserData({ ...input, ecrLogin: undefined });
    const holders = config.writeFiles.filter(({ content }) => content.includes(secret));
    expect(holders).toEqual([
      {
        path: "/etc/aws-xray.env",
        permissions: "0600",
        owner: "root",
        content: `AWS_ACCESS_KEY_ID="A"\nAWS_SECRET_ACCESS_KEY="${secret}"\nAWS_SESSION_TOKEN="${secret}\\""\n`,
        encoding: "",
      },
    ]);
    expect(JSON.stringify(config.coreos.units)).not.toContain(secret);
  });

  it.each<[number, string]>([
    [0, "30s"],
    [-1, "30s"],
    [29_999, "30s"],
    [90_500, "1m30.5s"],
    [3_600_000, "1h0m0s"],
  ])("gives a bootstrap of 2023 for an expiry of %d ms the argument %s", (bootstrapExpiryMs, text) => {
    const script = contentOf(buildUserData({ ...input2023, bootstrapExpiryMs }), "/opt/bin/bootstrap");
    expect(script).toContain(`-config /etc/reflowconfig -session ec2metadata -expiry ${text} || true\n`);
  });

  it.each([
    [false, ["format-data.service", "mnt-data.mount", "reflowlet.service"]],
    [true, []],
  ])("with immortal %j powers the machine off when one of %j fails", (immortal, names) => {
    const units = buildUserData({ ...input2023, immortal }).coreos.units.filter(({ content }) => content !== "");
    const hooks = units.map(({ name, content }) => {
      const unit = parseUnit(content, name);
      return {
        name,
        target: unitValues(unit, "Unit", "OnFailure"),
        mode: unitValues(unit, "Unit", "OnFailureJobMode"),
      };
    });
    expect(hooks.filter(({ target, mode }) => target.length + mode.length > 0)).toEqual(
      names.map((name) => ({ name, target: ["poweroff.target"], mode: ["replace-irreversibly"] })),
    );
  });

  it("ends a machine that is only measured by its deadline, whatever runs on it", () => {
    const probe = buildUserData({ ...input2023, endsThen: true });
    expect(contentOf(probe, "/opt/bin/reflow-deadline")).toBe(
      [
        "#!/bin/bash",
        "# Powers the machine off: it was launched to be measured.",
        "set -e",
        `echo "reflow-deadline: the time of this probe is over, powering off" >&2`,
        "systemctl poweroff",
        "",
      ].join("\n"),
    );
  });

  it("has the deadline on immortal machines too, where a reflowlet that has ended counts as well", () => {
    const [mortal, immortal] = [false, true].map((flag) => buildUserData({ ...input2023, immortal: flag }));
    expect(immortal?.coreos.units[1]).toEqual(mortal?.coreos.units[1]);
    expect(immortal && contentOf(immortal, "/opt/bin/reflow-deadline")).toContain("find /tmp -maxdepth 1");
    expect(mortal && contentOf(mortal, "/opt/bin/reflow-deadline")).not.toContain("find /tmp");
  });

  it.each([
    [900_000, "900s"],
    [1_500, "2s"],
    [1, "1s"],
  ])("counts %d ms from the boot as a timer of %s", (usableWithinMs, text) => {
    const timer = buildUserData({ ...input2023, usableWithinMs }).coreos.units[1];
    expect(unitValues(parseUnit(timer?.content ?? ""), "Timer", "OnBootSec")).toEqual([text]);
  });

  it.each<[string, Partial<UserDataInput>, readonly string[]]>([
    ["a profile", {}, ["aws-xray.service"]],
    [
      "credentials",
      { instanceProfile: undefined, awsCredentials: { accessKeyId: "A", secretAccessKey: "B" } },
      ["aws-xray.service"],
    ],
    ["neither", { instanceProfile: undefined }, []],
    ["a port", { nodeExporterPort: 9100, instanceProfile: undefined }, ["node_exporter.service"]],
    ["a port, in 2020", { nodeExporterPort: 9100, instanceProfile: undefined, generation: 2020 }, []],
    ["a profile and a port", { nodeExporterPort: 9100 }, ["aws-xray.service", "node_exporter.service"]],
  ])("with %s installs the helpers that it has use for", (_, change, names) => {
    const units = buildUserData({ ...input2023, ...change }).coreos.units.map(({ name }) => name);
    expect(units.slice(units.indexOf("journald-cloudwatch-logs.service") + 1, -1)).toEqual(names);
  });

  it("fetches nothing without encryption but metadata, and that with a token", () => {
    const scripts = buildUserData({ ...input2023, nodeExporterPort: 1 }).writeFiles.map(({ content }) => content);
    const urls = scripts.flatMap((script) => script.match(/https?:\/\/[^/'" ]+/g) ?? []);
    expect([...new Set(urls.filter((url) => !url.startsWith("https:")))]).toEqual(["http://169.254.169.254"]);
    const downloads = scripts.flatMap((script) => script.match(/curl .* -o .*/g) ?? []);
    expect(downloads.map((line) => line.includes("--proto '=https'"))).toEqual([true, true, true, true]);
  });

  it.each([
    ["https://example.com/a/it's%20b", `'https://example.com/a/it'\\''s%20b'`],
    ["https://example.com/$(reboot)?a=b&c=d", "'https://example.com/$(reboot)?a=b&c=d'"],
  ])("keeps the bootstrap URL %s one word of the shell", (bootstrapUrl, word) => {
    expect(contentOf(buildUserData({ ...input2023, bootstrapUrl }), "/opt/bin/bootstrap")).toContain(
      `-o /tmp/reflowbootstrap ${word}\n`,
    );
  });

  it.each<[string, Partial<UserDataInput>, object]>([
    [
      "plain HTTP",
      { bootstrapUrl: "http://example.com/b" },
      { key: "bootstrap", message: '"http://example.com/b" is not an https URL' },
    ],
    [
      "a URL in two lines",
      { bootstrapUrl: "https://a/\nb" },
      { key: "bootstrap", message: '"https://a/\\nb" is not an https URL' },
    ],
    [
      "no volumes",
      { dataVolumes: 0 },
      { key: "ec2cluster.diskslices", message: "0 data volumes; a machine takes 1 to 25" },
    ],
    [
      "half a volume",
      { dataVolumes: 1.5 },
      { key: "ec2cluster.diskslices", message: "1.5 data volumes; a machine takes 1 to 25" },
    ],
    ["a wrong port", { nodeExporterPort: 0 }, { key: "metrics", message: "0 is not a port for the node exporter" }],
    [
      "no time",
      { usableWithinMs: 0 },
      { key: "timeout", message: "0 ms is no time in which a machine becomes usable" },
    ],
    [
      "no number",
      { bootstrapExpiryMs: NaN },
      { key: "reflowletconfig.maxidleduration", message: "NaN ms is no expiry for a bootstrap" },
    ],
    [
      "a profile in two lines",
      { instanceProfile: "a\nb" },
      { key: "ec2cluster.instanceprofile", message: "an instance profile is a name or an ARN of one line" },
    ],
    [
      "a helper without encryption",
      { helpers: { ...input2023.helpers, nodeExporter: { enabled: true, url: "ftp://a/b" } } },
      { key: "reflow-ec2.helpers.nodeexporter.url", message: '"ftp://a/b" is not an https URL' },
    ],
  ])("refuses %s, naming key and value", (_, change, problem) => {
    expect(problemsOf({ ...input2023, ...change, source: "config.yaml" })).toEqual([
      { source: "config.yaml", ...problem },
    ]);
  });

  it("reports every problem of its input at once, and those of the user's cloud-config with their place", () => {
    expect(problemsOf({ ...input2023, bootstrapUrl: "", dataVolumes: 26 }).map(({ key }) => key)).toEqual([
      "bootstrap",
      "ec2cluster.diskslices",
    ]);
    expect(problemsOf({ ...input2023, userCloudConfig: { coreos: { units: [{}] } } })).toEqual([
      { source: "configuration", key: "ec2cluster.cloudconfig.coreos.units[0].name", message: "is missing" },
    ]);
  });

  it("lets a user's drop-in go with the unit of ours that it is for", () => {
    const dropIn = { name: "proxy.conf", content: "[Service]\nEnvironment=HTTPS_PROXY=http://proxy:3128\n" };
    const userCloudConfig = { coreos: { units: [{ name: "reflowlet.service", command: "stop", drop_ins: [dropIn] }] } };
    const plain = buildUserData(input2023).coreos.units.at(-1);
    expect(buildUserData({ ...input2023, userCloudConfig }).coreos.units.at(-1)).toEqual({
      ...plain,
      dropIns: [dropIn],
    });
  });

  it("has every path and unit once and the reflowlet last, and fits or names its size, for any accepted input", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const config = buildUserData(input);
        const paths = config.writeFiles.map(({ path }) => path);
        const names = config.coreos.units.map(({ name }) => name);
        expect(paths).toEqual([...new Set(paths)]);
        expect(names).toEqual([...new Set(names)]);
        expect(names.at(-1)).toBe("reflowlet.service");
        const text = marshalCloudConfig(config);
        expect(parseCloudConfigText(text)).toEqual(config);
        expect(marshalCloudConfig(buildUserData(input))).toBe(text);
        const bytes = userDataBytes(text);
        if (bytes <= USER_DATA_LIMIT_BYTES) expect(encodeUserData(text)).toBe(encodeUserData(text));
        else expect(() => encodeUserData(text)).toThrow(`${bytes} bytes`);
      }),
      { numRuns: 50 },
    );
  });
});

const sealed = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", sessionToken: "" };

/** Accepted input of every shape; some of it too large for user-data. */
const inputs: fc.Arbitrary<UserDataInput> = fc
  .record({
    generation: fc.constantFrom(2020 as const, 2023 as const),
    instanceConfig: fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ minLength: 30_000, maxLength: 40_000 })),
    bootstrapExpiryMs: fc.integer(),
    usableWithinMs: fc.integer({ min: 1 }),
    immortal: fc.boolean(),
    ebsNvme: fc.boolean(),
    dataVolumes: fc.integer({ min: 1, max: 25 }),
    nodeExporterPort: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    instanceProfile: fc.option(fc.stringMatching(/^[\w+=,.@'$-]{1,20}$/), { nil: undefined }),
    awsCredentials: fc.option(fc.record({ accessKeyId: fc.string(), secretAccessKey: fc.string() }), {
      nil: undefined,
    }),
    sshKeys: fc.array(fc.stringMatching(/^ssh-[a-z]{2,5} \w{1,20}\n?$/)),
    user: fc.option(cloudConfigs, { nil: undefined }),
  })
  .map(({ user, ...fields }) => ({ ...input2023, ...fields, userCloudConfig: user && asUserWrites(user) }));

/** As a configuration file has it. */
function asUserWrites(config: CloudConfig): unknown {
  const units = config.coreos.units.map(({ dropIns, ...unit }) => ({ ...unit, "drop-ins": dropIns }));
  return {
    "write-files": config.writeFiles,
    coreos: { update: { "reboot-strategy": config.coreos.update.rebootStrategy }, units },
    "ssh-authorized-keys": config.sshAuthorizedKeys,
  };
}

function contentOf(config: CloudConfig, path: string): string {
  return config.writeFiles.find((file) => file.path === path)?.content ?? "";
}

function problemsOf(input: UserDataInput): ConfigError["problems"] {
  try {
    buildUserData(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

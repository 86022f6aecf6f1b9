import { describe, expect, it } from "@jest/globals";
import { marshalCloudConfig } from "../../src/cloudconfig/cloud-config.js";
import { userDataBytes } from "../../src/cloudconfig/user-data.js";
import { buildUserData } from "../../src/userdata/build-user-data.js";
import { inspectUserData } from "../../src/userdata/inspect-user-data.js";
import { input2020, input2023 } from "./sample-input.js";

const text = marshalCloudConfig(buildUserData(input2023));

/** `source: message` of each problem. */
const problems = (of: string): string[] =>
  inspectUserData(of).problems.map(({ source, line, message }) => [source, line ?? "", message].join("|"));

/** The text with a part replaced that must be there. */
function changed(part: string | RegExp, by: string): string {
  const result = text.replace(part, by);
  expect(result).not.toBe(text);
  return result;
}

describe("inspectUserData", () => {
  it("tells size, files and units", () => {
    const small =
      "#cloud-config\nwrite_files:\n  - path: /a\n    encoding: base64\n    content: YWJj\ncoreos:\n  units:\n" +
      "    - name: a.service\n      mask: true\n" +
      '    - name: reflowlet.service\n      command: start\n      enable: true\n      content: "[Service]\\nExecStart=/a\\n"\n';
    const bytes = userDataBytes(small);
    expect(inspectUserData(small)).toMatchObject({
      bytes,
      limit: 16_384,
      left: 16_384 - bytes,
      files: [{ path: "/a", permissions: "0644", bytes: 3 }],
      units: [
        { name: "a.service", command: "", enable: false },
        { name: "reflowlet.service", command: "start", enable: true },
      ],
    });
  });

  it.each([
    ["2023", input2023],
    ["2020", input2020],
  ])("finds nothing wrong with ours: %s", (_year, input) => {
    expect(problems(marshalCloudConfig(buildUserData(input)))).toEqual([]);
  });

  const wrong: [what: string, text: () => string, problems: unknown[]][] = [
    [
      "the header is missing",
      () => changed("#cloud-config\n", ""),
      [
        "user-data||the text does not begin with the line #cloud-config",
        "reflowlet.service||must be the last unit, and started; the last is none",
      ],
    ],
    [
      "it is no YAML",
      () => `${text}\n\t: [`,
      [
        expect.stringMatching(/^cloud-config\|\d+\|/),
        "reflowlet.service||must be the last unit, and started; the last is none",
      ],
    ],
    [
      "a machine ignores a key",
      () => changed("reboot_strategy", "reboot-strategy"),
      ["user-data||a machine reads something else than was meant"],
    ],
    [
      "a path is there twice",
      () => changed("/opt/bin/format-data\n", "/etc/ecrlogin\n"),
      expect.arrayContaining(["cloud-config||/etc/ecrlogin stands in write_files[0] too"]) as never,
    ],
    [
      "a unit is there twice",
      () => changed("name: mnt-data.mount", "name: format-data.service"),
      expect.arrayContaining([
        expect.stringMatching(/^cloud-config\|\|format-data.service stands in coreos.units\[\d\] too$/),
      ]) as never,
    ],
    [
      "a unit's name is not that of its mount",
      () => changed("name: mnt-data.mount", "name: data.mount"),
      ["data.mount||mounts on /mnt/data, so that it must be named mnt-data.mount"],
    ],
    [
      "a unit does not load",
      () => changed("ExecStart=/opt/bin/bootstrap", "ExecStart="),
      ["reflowlet.service||has no ExecStart"],
    ],
    [
      "a drop-in does not load",
      () =>
        changed(
          "- name: locksmithd.service",
          "- name: a.service\n      drop_ins:\n        - name: b.conf\n          content: nonsense\n    - name: locksmithd.service",
        ),
      ['a.service: b.conf|1|"nonsense" is not an assignment such as Type=oneshot'],
    ],
    [
      "the reflowlet is not the last",
      () =>
        `${changed("ssh_authorized_keys:", "x:").replace(/^x:\n(.*\n)*/m, "")}`.replace(/\n$/, "\n") +
        "    - name: z.target\n      command: start\n",
      ["reflowlet.service||must be the last unit, and started; the last is z.target"],
    ],
    [
      "everybody may read a secret",
      () => changed("permissions: '0600'", "permissions: '0640'"),
      ["/etc/ecrlogin||its mode is 0640; with secrets in it, it must be 0600"],
    ],
    [
      "a secret has no mode",
      () => changed("    permissions: '0600'\n", ""),
      ["/etc/ecrlogin||its mode is 0644; with secrets in it, it must be 0600"],
    ],
    [
      "a program cannot be run",
      () => changed(/(\/opt\/bin\/bootstrap\n {4}permissions: )'0755'/, "$1'0644'"),
      ["reflowlet.service||runs /opt/bin/bootstrap, whose mode 0644 lets nobody run it"],
    ],
    [
      "a file is not of its encoding",
      () =>
        changed(
          "permissions: '0644'\n    owner: root\n",
          "permissions: '0644'\n    owner: root\n    encoding: base64\n",
        ),
      ["user-data||/etc/systemd/system.conf: the content is not base64, as its encoding says"],
    ],
  ];
  it.each(wrong)("says that %s", (_what, make, expected) => {
    expect(problems(make())).toEqual(expected);
  });

  it("says by how much it is too large", () => {
    let seed = 1;
    const noise = Array.from({ length: 30_000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return (seed % 36).toString(36);
    }).join("");
    const large = marshalCloudConfig(
      buildUserData({ ...input2023, userCloudConfig: { write_files: [{ path: "/noise", content: noise }] } }),
    );
    const { bytes, left, problems: found } = inspectUserData(large);
    expect(bytes).toBeGreaterThan(16_384);
    expect(left).toBe(16_384 - bytes);
    expect(found.map(({ message }) => message)).toEqual([
      `${bytes} bytes after compression; EC2 takes at most 16384: shorten \`cloudconfig\` and \`instancetypes\` under \`ec2cluster:\``,
    ]);
  });
});
